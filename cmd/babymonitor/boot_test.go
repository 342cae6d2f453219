package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"babymonitor/internal/wifi"
	"babymonitor/web/access"
)

// TestBootTemplate boots a card with the settings file as it is flashed, and
// with every line of it that is commented out switched on.
func TestBootTemplate(t *testing.T) {
	template, err := os.ReadFile("../../deploy/boot/babymonitor.toml")
	if err != nil {
		t.Fatal(err)
	}
	boot, root := t.TempDir(), t.TempDir()
	start := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(root, "usr/share/zoneinfo/Europe/Berlin"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(boot, "babymonitor.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := command(t.Context(), []string{"boot", "--boot", boot, "--root", root}, nil, io.Discard); err != nil {
			t.Fatal(err)
		}
		if words, err := os.ReadFile(filepath.Join(boot, "babymonitor-problems.txt")); err == nil {
			t.Fatalf("problems: %s", words)
		}
	}
	start(string(template))
	var on strings.Builder
	for line := range strings.Lines(string(template)) {
		if rest, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(rest, " ") {
			line = rest
		}
		on.WriteString(line)
	}
	start(on.String())
	data := filepath.Join(root, "var/lib/babymonitor")
	people, err := access.OpenPeople(data)
	if err != nil {
		t.Fatal(err)
	}
	users, err := people.List()
	if err != nil || len(users) != 1 || users[0].Role != access.Parent {
		t.Errorf("people: %v, %v", users, err)
	}
	own, err := wifi.ReadOwn(filepath.Join(data, ownWiFiFile))
	if err != nil || !strings.Contains(on.String(), own.Password) || own.Password == "" {
		t.Errorf("own Wi-Fi: %+v, %v", own, err)
	}
	if left, _ := os.ReadFile(filepath.Join(boot, "babymonitor.toml")); strings.Contains(string(left), own.Password) {
		t.Error("a password is left on the card")
	}
}
