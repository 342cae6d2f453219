package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const status = `Package: one
Status: install ok installed
Architecture: arm64
Version: 1:2.3+x~4-5
Description: first
 Version: not this one

Package: gone
Status: deinstall ok config-files
Architecture: arm64
Version: 1

Package: last
Status: install ok installed
Architecture: all
Version: 7
`

// made is a small image: its own test program serves as the monitor's.
func made(t *testing.T) image {
	t.Helper()
	dir := t.TempDir()
	put := func(path, text string) string {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	put("tree/var/lib/dpkg/status", status)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	put("tree/usr/bin/babymonitor", string(program))
	return image{
		name: "babymonitor-1.2-arm64", base: "debian", version: "1.2", date: time.Unix(1764288000, 0).UTC(),
		tree: filepath.Join(dir, "tree"), card: put("card.img", "abc"), packed: put("out/babymonitor-1.2-arm64.img.xz", "packed"),
	}
}

func TestBillNamesWhatIsInstalledAndBuiltIn(t *testing.T) {
	m := made(t)
	b, err := m.bill()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, c := range b.Components {
		found[c.Name] = c.PURL
	}
	if found["one"] != "pkg:deb/debian/one@1%3A2.3%2Bx~4-5?arch=arm64" || found["last"] == "" {
		t.Errorf("the packages are missing or wrong: %v", found)
	}
	if _, there := found["gone"]; there {
		t.Error("a removed package is listed")
	}
	if !strings.HasPrefix(found["std"], "pkg:golang/std@1.") {
		t.Errorf("Go's own library is %q", found["std"])
	}
	again, err := m.bill()
	if err != nil || again.Serial != b.Serial {
		t.Errorf("the same image has another serial number: %v, %v, %v", again.Serial, b.Serial, err)
	}
}

func TestManifestMeasuresTheImage(t *testing.T) {
	m := made(t)
	list, err := m.manifest()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"extract_size":3`, `"extract_sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`,
		`"image_download_size":6`, `"url":"babymonitor-1.2-arm64.img.xz"`, `"release_date":"2025-11-28"`, `"devices":["pi3-64bit","pi4-64bit"]`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
	m.base, m.url = "raspios", "https://example.com/x.img.xz"
	if list, err = m.manifest(); err != nil || list.List[0].URL != m.url || len(list.List[0].Devices) != 3 {
		t.Errorf("got %+v, %v", list, err)
	}
}
