package firstboot

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"babymonitor/internal/config"
)

// branch is a piece of a YAML document: a text, a list or a table.
type branch struct {
	line  int
	text  string
	list  []*branch
	names []string // of the table, in their order
	table map[string]*branch
}

// at goes down a table by names; an absent one is an empty branch.
func (b *branch) at(names ...string) *branch {
	for _, name := range names {
		next := b.table[name]
		if next == nil {
			return &branch{line: b.line}
		}
		b = next
	}
	return b
}

func (b *branch) yes() bool {
	return strings.EqualFold(b.text, "true") || strings.EqualFold(b.text, "yes")
}

// deepest is deeper than any such file goes.
const deepest = 20

// parseYAML reads a document; aliases are no part of what Imager writes.
func parseYAML(file string, doc []byte) (*branch, config.Faults) {
	whole, err := parser.ParseBytes(doc, 0)
	if err != nil {
		return nil, config.Faults{{File: file, Line: lineOf(err), Reason: "is not YAML: " + message(err), Do: "write the card anew with Raspberry Pi Imager, or remove the file"}}
	}
	root := &branch{}
	if len(whole.Docs) > 0 && whole.Docs[0].Body != nil {
		root = grow(whole.Docs[0].Body, 0)
	}
	return root, nil
}

// complaint is what the parser's errors have.
type complaint interface {
	GetToken() *token.Token
	GetMessage() string
}

func message(err error) string {
	if at := complaint(nil); errors.As(err, &at) {
		return at.GetMessage()
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

func lineOf(err error) int {
	if at := complaint(nil); errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		return at.GetToken().Position.Line
	}
	return 0
}

func grow(n ast.Node, depth int) *branch {
	b := &branch{table: map[string]*branch{}}
	if n == nil || depth > deepest {
		return b
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		b.line = t.Position.Line
	}
	add := func(pair *ast.MappingValueNode) {
		name := grow(pair.Key, depth+1)
		value := grow(pair.Value, depth+1)
		value.line = name.line
		b.names = append(b.names, name.text)
		b.table[name.text] = value
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		for _, pair := range v.Values {
			add(pair)
		}
	case *ast.MappingValueNode:
		add(v)
	case *ast.SequenceNode:
		for _, one := range v.Values {
			b.list = append(b.list, grow(one, depth+1))
		}
	case *ast.TagNode:
		return grow(v.Value, depth+1)
	case *ast.StringNode:
		b.text = v.Value
	case *ast.LiteralNode:
		b.text = v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		b.text = n.GetToken().Value
	}
	return b
}

// readUserData heeds of cloud-init's user-data what the monitor has a meaning
// for. What it would run, install or write is left alone.
func readUserData(file string, doc []byte) (Wishes, config.Faults) {
	root, faults := parseYAML(file, doc)
	if root == nil {
		return Wishes{}, faults
	}
	w := Wishes{read: true, Hostname: root.at("hostname").text, Timezone: root.at("timezone").text}
	w.note("hostname", root.at("hostname").line)
	w.note("timezone", root.at("timezone").line)
	for _, user := range append(root.at("users").list, root) {
		for _, key := range user.at("ssh_authorized_keys").list {
			w.SSHKeys = append(w.SSHKeys, key.text)
			w.note("ssh.keys", key.line)
		}
	}
	if password := root.at("ssh_pwauth"); password.yes() && len(w.SSHKeys) == 0 {
		faults = append(faults, keysOnly(file, password.line))
	}
	return w, faults
}

// readNetworkConfig heeds the Wi-Fis of a netplan document (version 2).
func readNetworkConfig(file string, doc []byte) (Wishes, config.Faults) {
	root, faults := parseYAML(file, doc)
	if root == nil {
		return Wishes{}, faults
	}
	if inner := root.at("network"); len(inner.table) > 0 {
		root = inner
	}
	w := Wishes{read: true}
	for _, device := range root.at("wifis").names {
		radio := root.at("wifis", device)
		if c := radio.at("regulatory-domain"); c.text != "" {
			w.Country = c.text
			w.note("wifi.country", c.line)
		}
		for _, ssid := range radio.at("access-points").names {
			point := radio.at("access-points", ssid)
			secret := point.at("password")
			if inner := point.at("auth", "password"); inner.text != "" {
				secret = inner
			}
			w.WiFi = append(w.WiFi, WiFi{SSID: ssid, Secret: secret.text, Hidden: point.at("hidden").yes(), SAE: point.at("auth", "key-management").text == "sae"})
			w.note("wifi.ssid", point.line)
			w.note("wifi.password", secret.line)
		}
		faults = append(faults, fixedAddress(file, radio)...)
	}
	for _, device := range root.at("ethernets").names {
		faults = append(faults, fixedAddress(file, root.at("ethernets", device))...)
	}
	return w, faults
}

// fixedAddress is the fault of one who gives the monitor an address.
func fixedAddress(file string, device *branch) config.Faults {
	a := device.at("addresses")
	if len(a.list) == 0 {
		return nil
	}
	return config.Faults{{File: file, Line: a.line, Key: "addresses", Reason: "gives a fixed address", Do: "the monitor takes its address from the router: fix it there, and remove this line"}}
}
