package welcome

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestCard(t *testing.T) {
	c := Card{Code: "1234-5678", Addresses: []string{"http://babymonitor.local", "http://192.168.1.23"}, SSID: "Babymonitor-TEST", Password: "k7mf-9x2q-tb4h"}
	if c.Link() != "http://babymonitor.local/#code=1234-5678" {
		t.Errorf("link %s", c.Link())
	}
	dir := t.TempDir()
	if err := c.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{TextFile, PageFile} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"1234-5678", "http://babymonitor.local", "http://192.168.1.23", "Babymonitor-TEST", "k7mf-9x2q-tb4h", "10.42.0.1"} {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
		if name == TextFile && len(regexp.MustCompile(`(?m)^\s*\d{4}-\d{4}\s*$`).FindAllString(string(text), -1)) != 1 {
			t.Error("the code does not stand alone on one line, where the monitor finds it again")
		}
		if name == PageFile && (strings.Count(string(text), "<svg") != 2 || regexp.MustCompile(`(src|href)="?(https?:)?//[^1b]`).Match(text)) {
			t.Error("the page needs something from elsewhere, or lacks a QR code")
		}
	}
	if err := Remove(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if err := Remove(dir); err != nil {
		t.Errorf("removed twice: %v", err)
	}
	for range 2 {
		if err := c.WriteOwn(dir); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, OwnFile)); err != nil || !strings.Contains(string(text), c.Password) || strings.Contains(string(text), c.Code) {
		t.Errorf("its own Wi-Fi: %s, %v", text, err)
	}
}

func TestCardWithoutOwnWiFi(t *testing.T) {
	page, err := Card{Code: "1234-5678", Addresses: []string{"http://<script>.local"}}.Page()
	if err != nil || strings.Count(string(page), "<svg") != 1 || strings.Contains(string(page), "<script>") || strings.Contains(string(page), "10.42") {
		t.Errorf("%v:\n%s", err, page)
	}
}
