package main

import (
	"bufio"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// bill is a CycloneDX 1.5 document (https://cyclonedx.org/docs/1.5/json/).
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Serial     string      `json:"serialNumber"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

// component is a Debian package or a Go module; PURL is its package URL.
type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref,omitempty"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
}

// bill lists the packages that the tree's dpkg knows and the Go modules that
// the program was built from. The same image has the same bill.
func (m image) bill() (bill, error) {
	f, err := os.Open(filepath.Join(m.tree, "var/lib/dpkg/status"))
	if err != nil {
		return bill{}, err
	}
	defer f.Close()
	all, err := packages(f)
	if err != nil {
		return bill{}, err
	}
	program, err := buildinfo.ReadFile(filepath.Join(m.tree, "usr/bin/babymonitor"))
	if err != nil {
		return bill{}, err
	}
	std := strings.TrimPrefix(program.GoVersion, "go")
	all = append(all, component{Type: "library", Name: "std", Version: std, PURL: "pkg:golang/std@" + std})
	for _, module := range program.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		all = append(all, component{Type: "library", Name: module.Path, Version: module.Version, PURL: "pkg:golang/" + module.Path + "@" + module.Version})
	}
	for i := range all {
		all[i].Ref = all[i].PURL
	}
	text, err := json.Marshal(all)
	if err != nil {
		return bill{}, err
	}
	return bill{
		Format: "CycloneDX", Spec: "1.5", Version: 1, Serial: serial(text),
		Metadata: metadata{
			Timestamp: m.date.Format(time.RFC3339),
			Component: component{Type: "operating-system", Name: m.name, Version: m.version},
		},
		Components: all,
	}, nil
}

// serial is a UUID (RFC 9562, version 8) that is made from the content.
func serial(text []byte) string {
	sum := sha256.Sum256(text)
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// packages reads dpkg's status file: paragraphs of "Field: value" lines.
func packages(r io.Reader) ([]component, error) {
	var all []component
	fields := map[string]string{}
	end := func() {
		if is := fields["Status"]; strings.HasSuffix(is, " installed") || strings.HasSuffix(is, " unpacked") {
			c := component{Type: "library", Name: fields["Package"], Version: fields["Version"]}
			c.PURL = fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s", c.Name, url.QueryEscape(c.Version), fields["Architecture"])
			all = append(all, c)
		}
		clear(fields)
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" {
			end()
		} else if name, value, ok := strings.Cut(line, ": "); ok && line[0] != ' ' {
			fields[name] = value
		}
	}
	end()
	return all, lines.Err()
}
