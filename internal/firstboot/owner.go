package firstboot

import (
	"bytes"
	"errors"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"babymonitor/internal/config"
)

// ownerTables are the tables of the owner's file that are no settings of the
// running monitor.
type ownerTables struct {
	Hostname string `toml:"hostname"`
	Timezone string `toml:"timezone"`
	WiFi     struct {
		SSID     string `toml:"ssid"`
		Password string `toml:"password"`
		Country  string `toml:"country"`
		Hidden   bool   `toml:"hidden"`
	} `toml:"wifi"`
	OwnWiFi struct {
		Password string `toml:"password"`
	} `toml:"own_wifi"`
	Admin struct {
		Name     string `toml:"name"`
		Password string `toml:"password"`
	} `toml:"admin"`
	SSH struct {
		Keys []string `toml:"keys"`
	} `toml:"ssh"`
}

// ownerKeys are the keys of ownerTables.
func ownerKeys() []string {
	return []string{"hostname", "timezone", "wifi", "own_wifi", "admin", "ssh"}
}

// secretKeys are the keys whose values are wiped once they are taken over.
func secretKeys() map[string]bool {
	return map[string]bool{"wifi.password": true, "own_wifi.password": true, "admin.password": true}
}

// readOwner reads the owner's own file. It is taken over whole or not at all.
func readOwner(file string, doc []byte) (Wishes, config.Faults) {
	var t ownerTables
	if _, err := config.Parse(config.Default(), file, doc, &t); err != nil {
		var faults config.Faults
		if !errors.As(err, &faults) {
			faults = config.Faults{{File: file, Reason: err.Error()}}
		}
		return Wishes{}, faults
	}
	w := Wishes{
		read: true, Hostname: t.Hostname, Timezone: t.Timezone, Country: t.WiFi.Country, SSHKeys: t.SSH.Keys,
		OwnWiFi: t.OwnWiFi.Password, Admin: Admin{t.Admin.Name, t.Admin.Password},
	}
	for _, key := range []string{"hostname", "timezone", "wifi.ssid", "wifi.password", "wifi.country", "own_wifi.password", "admin.name", "admin.password", "ssh.keys"} {
		w.note(key, config.LineOf(doc, key))
	}
	// An empty password is one that was taken over before; none at all is an
	// open Wi-Fi.
	if t.WiFi.SSID != "" && (t.WiFi.Password != "" || w.lines["wifi.password"] == 0) {
		w.WiFi = []WiFi{{SSID: t.WiFi.SSID, Secret: t.WiFi.Password, Hidden: t.WiFi.Hidden}}
	}
	var faults config.Faults
	if w.Admin.Name == "" && w.Admin.Password != "" {
		faults = append(faults, w.fault(file, "admin.name", "is missing", "say who this is, as in name = \"Anna\""))
		w.Admin = Admin{}
	}
	w.Settings = settingsOf(doc)
	return w, faults
}

// settingsOf returns a sound document without the owner's other tables; nil
// where nothing is left.
func settingsOf(doc []byte) []byte {
	var all map[string]any
	if toml.Unmarshal(doc, &all) != nil {
		return nil
	}
	for _, key := range ownerKeys() {
		delete(all, key)
	}
	if len(all) == 0 {
		return []byte{}
	}
	text, err := toml.Marshal(all)
	if err != nil {
		return nil
	}
	return append([]byte("# Taken over from babymonitor.toml on the boot partition at each start: change that one.\n\n"), text...)
}

// emptied returns a document of the same length in which every secret but the
// kept ones is the empty text. Nothing else changes, comments included.
func emptied(doc []byte, kept map[string]bool) []byte {
	out := bytes.Clone(doc)
	table := ""
	var p unstable.Parser
	p.Reset(doc)
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = dotted("", e.Key())
		case unstable.KeyValue:
			empty(out, dotted(table, e.Key()), e.Value(), kept)
		}
	}
	return out
}

// empty overwrites the secrets in a value of this key, and in an inline table.
func empty(out []byte, key string, value *unstable.Node, kept map[string]bool) {
	if value.Kind == unstable.InlineTable {
		for it := value.Children(); it.Next(); {
			if n := it.Node(); n.Kind == unstable.KeyValue {
				empty(out, dotted(key, n.Key()), n.Value(), kept)
			}
		}
		return
	}
	if !secretKeys()[key] || kept[key] || value.Kind != unstable.String || value.Raw.Length <= 2 {
		return
	}
	at := out[value.Raw.Offset : value.Raw.Offset+value.Raw.Length]
	for i := range at {
		at[i] = ' '
	}
	at[0], at[1] = '"', '"'
}

func dotted(table string, key unstable.Iterator) string {
	for key.Next() {
		if table != "" {
			table += "."
		}
		table += string(key.Node().Data)
	}
	return table
}
