package firstboot

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// card is a monitor with a card in it.
type card struct {
	t       *testing.T
	o       Options
	parents []string
	own     string
	country string
}

func newCard(t *testing.T) *card {
	dir := t.TempDir()
	c := &card{t: t}
	c.o = Options{
		Boot: filepath.Join(dir, "boot"), Root: filepath.Join(dir, "root"), Keep: filepath.Join(dir, "root/data/boot"),
		Log: slog.New(slog.DiscardHandler),
		SetParent: func(_ context.Context, name, password string) error {
			if len(password) < 8 {
				return errors.New("the password is too short")
			}
			c.parents = append(c.parents, name+" "+password)
			return nil
		},
		SetOwnWiFi: func(password string) error { c.own = password; return nil },
		Country:    func(code string) error { c.country = code; return nil },
	}
	c.mkdir(c.o.Boot)
	c.mkdir(filepath.Join(c.o.Root, "usr/share/zoneinfo/Europe"))
	c.write(filepath.Join(c.o.Root, "usr/share/zoneinfo/Europe/Berlin"), "")
	return c
}

func (c *card) mkdir(path string) {
	c.t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		c.t.Fatal(err)
	}
}

func (c *card) write(path, text string) {
	c.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// put puts a file on the card.
func (c *card) put(name, text string) { c.t.Helper(); c.write(filepath.Join(c.o.Boot, name), text) }

func (c *card) boot() {
	c.t.Helper()
	if err := Run(c.t.Context(), c.o); err != nil {
		c.t.Fatal(err)
	}
}

// on reads a file of the card; "" where there is none.
func (c *card) on(name string) string { return c.read(filepath.Join(c.o.Boot, name)) }

// in reads a file of the monitor's file system.
func (c *card) in(name string) string { return c.read(filepath.Join(c.o.Root, name)) }

func (c *card) read(path string) string {
	c.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.t.Fatal(err)
	}
	return string(text)
}

// wifi returns the one keyfile.
func (c *card) wifi() string {
	c.t.Helper()
	found, err := filepath.Glob(filepath.Join(c.o.Root, "etc/NetworkManager/system-connections/*"))
	if err != nil || len(found) != 1 {
		c.t.Fatalf("connections: %v, %v", found, err)
	}
	if info, err := os.Stat(found[0]); err != nil || info.Mode() != 0o600 {
		c.t.Errorf("NetworkManager would not read it: %v %v", info.Mode(), err)
	}
	return c.read(found[0])
}

func (c *card) wants(what, got string, parts ...string) {
	c.t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			c.t.Errorf("%s lacks %q:\n%s", what, part, got)
		}
	}
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f anna"

const owner = `# What I set, with my own words.
name = "Attic"
hostname = "Attic-Cam"
timezone = "Europe/Berlin"   # ours

[wifi]
ssid = "Café; #1"
password = "correct horse \\ battery" # the router's label
country = "de"

[own_wifi]
password = 'hunter2hunter2'

[admin]
name = "Anna"
password = """a "long" one"""

[ssh]
keys = ["` + key + `"]

[head]
speed = 30
`

func TestOwnersFile(t *testing.T) {
	c := newCard(t)
	c.put("babymonitor.toml", owner)
	c.boot()
	c.wants("wifi", c.wifi(), "ssid=67;97;102;195;169;59;32;35;49;\n", "key-mgmt=wpa-psk\npsk=correct horse \\\\ battery\n", "id=Café; #1\n")
	if len(c.parents) != 1 || c.parents[0] != `Anna a "long" one` || c.own != "hunter2hunter2" || c.country != "DE" {
		t.Errorf("parents %q, own Wi-Fi %q, country %q", c.parents, c.own, c.country)
	}
	if c.in("etc/hostname") != "attic-cam\n" || !strings.Contains(c.in("etc/hosts"), "127.0.1.1\tattic-cam\n") {
		t.Errorf("name: %q, %q", c.in("etc/hostname"), c.in("etc/hosts"))
	}
	if to, err := os.Readlink(filepath.Join(c.o.Root, "etc/localtime")); err != nil || to != "/usr/share/zoneinfo/Europe/Berlin" {
		t.Errorf("time zone: %q, %v", to, err)
	}
	if c.in("root/.ssh/authorized_keys") != key+"\n" {
		t.Errorf("keys: %q", c.in("root/.ssh/authorized_keys"))
	}
	settings := c.in("etc/babymonitor.toml")
	c.wants("settings", settings, "name = 'Attic'", "speed = 30")
	for _, secret := range []string{"horse", "long", "hunter2", "wifi"} {
		if strings.Contains(settings, secret) {
			t.Errorf("the settings hold %q", secret)
		}
	}
	left := c.on("babymonitor.toml")
	c.wants("the card", left, "# What I set, with my own words.\n", `password = ""`, "# the router's label", `name = "Anna"`, "# ours")
	if len(left) != len(owner) || strings.Contains(left, "horse") || strings.Contains(left, "long") || strings.Contains(left, "hunter2") {
		t.Errorf("the card still tells secrets, or its file moved:\n%s", left)
	}
	if p := c.on("babymonitor-problems.txt"); p != "" {
		t.Errorf("problems: %s", p)
	}
}

func TestNextBootTakesNothingTwice(t *testing.T) {
	c := newCard(t)
	c.put("babymonitor.toml", owner)
	c.boot()
	left := c.on("babymonitor.toml")
	connections := filepath.Join(c.o.Root, "etc/NetworkManager/system-connections")
	if err := os.RemoveAll(connections); err != nil { // a parent has removed the Wi-Fi on the page
		t.Fatal(err)
	}
	for _, volatile := range []string{"etc/hostname", "etc/localtime", "etc/babymonitor.toml", "root/.ssh/authorized_keys"} {
		if err := os.Remove(filepath.Join(c.o.Root, volatile)); err != nil {
			t.Fatal(err)
		}
	}
	c.boot()
	if len(c.parents) != 1 || c.on("babymonitor.toml") != left {
		t.Errorf("taken again: %q", c.parents)
	}
	if _, err := os.Stat(connections); err == nil {
		t.Error("the Wi-Fi that was removed is back")
	}
	c.o.ChosenCountry = filepath.Join(c.o.Root, "wifi-country")
	for _, tt := range [][2]string{{"AT", "AT"}, {"../x", "DE"}} {
		c.write(c.o.ChosenCountry, tt[0])
		if c.boot(); c.country != tt[1] {
			t.Errorf("a parent chose %s, and it is %s", tt[0], c.country)
		}
		// At once, where nothing else is read: the card's country stays as it is.
		c.country = "DE"
		if err := Chosen(c.o); err != nil || c.country != tt[1] {
			t.Errorf("a parent chose %s now, and it is %s, %v", tt[0], c.country, err)
		}
	}
	if c.in("etc/hostname") != "attic-cam\n" || c.in("root/.ssh/authorized_keys") == "" || c.in("etc/babymonitor.toml") == "" {
		t.Error("what the root file system forgot was not brought back")
	}
}

func TestBadFileLeavesTheLastGood(t *testing.T) {
	for name, tt := range map[string]struct {
		text, says string
		whole      bool // nothing of it is taken over
	}{
		"not toml":    {"name = \"x\n[wifi\n", "babymonitor.toml:1: is not TOML", true},
		"unknown":     {"[wifi]\nssid = \"a\"\npasword = \"long enough\"\n", "babymonitor.toml:3: wifi.pasword is not a setting — did you mean password?", true},
		"setting":     {"name = \"x\"\n[camera]\nfps = 900\n", "babymonitor.toml:3: camera.fps is 900", true},
		"half":        {owner[:len(owner)/2], "babymonitor.toml:", true},
		"nul bytes":   {strings.Repeat("\x00", 512), "babymonitor.toml:1: is not TOML", true},
		"another row": {"\n\n[wifi]\nssid = \"a\"\npassword = \"short\"\n", "babymonitor.toml:5: wifi.password cannot be", false},
		"zone":        {"timezone = \"Europe/Atlantis\"\n", "babymonitor.toml:1: timezone is \"Europe/Atlantis\", which is unknown here", false},
		"way out":     {"timezone = \"../../etc/passwd\"\n", "babymonitor.toml:1: timezone is", false},
		"hostname":    {"hostname = \"my cam\"\n", "babymonitor.toml:1: hostname is \"my cam\"", false},
		"country":     {"[wifi]\ncountry = \"Germany\"\n", "babymonitor.toml:2: wifi.country is \"GERMANY\"", false},
		"admin":       {"[admin]\nname = \"A\"\npassword = \"short\"\n", "babymonitor.toml:3: admin.password is not taken: the password is too short", false},
		"nobody":      {"[admin]\npassword = \"long enough\"\n", "admin.name is missing", false},
		"key":         {"[ssh]\nkeys = [\"command=\\\"sh\\\" " + key + "\"]\n", "babymonitor.toml:2: ssh.keys holds what is no public key", false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCard(t)
			c.put("babymonitor.toml", "name = \"Attic\"\nhostname = \"attic\"\n")
			c.boot()
			c.put("babymonitor.toml", tt.text)
			c.boot()
			c.wants("problems", c.on("babymonitor-problems.txt"), tt.says)
			if c.in("etc/hostname") != "attic\n" {
				t.Error("the name is lost")
			}
			if tt.whole {
				c.wants("settings", c.in("etc/babymonitor.toml"), "Attic")
			}
			c.put("babymonitor.toml", "name = \"Cellar\"\n")
			c.boot()
			if p := c.on("babymonitor-problems.txt"); p != "" || !strings.Contains(c.in("etc/babymonitor.toml"), "Cellar") {
				t.Errorf("after mending: %s", p)
			}
		})
	}
}

func TestARefusedSecretStaysToBeCorrected(t *testing.T) {
	c := newCard(t)
	c.put("babymonitor.toml", "[wifi]\nssid = \"Home\"\npassword = \"short\"\n[admin]\nname = \"Anna\"\npassword = \"long enough\"\n")
	c.boot()
	if left := c.on("babymonitor.toml"); !strings.Contains(left, `"short"`) || strings.Contains(left, "long enough") {
		t.Errorf("left on the card:\n%s", left)
	}
}

func TestSSHKeysComeAndGo(t *testing.T) {
	c := newCard(t)
	c.put("custom.toml", "[ssh]\nenabled = true\nauthorized_keys = [\""+key+"\"]\n")
	c.boot()
	for _, step := range []struct {
		toml string
		keys bool
	}{
		{"name = \"x\"\n", true}, // says nothing of keys
		{"[ssh]\nkeys = []\n", false},
		{"[ssh]\nkeys = [\"" + key + "\"]\n", true},
		{"name = \"x\"\n", false}, // the owner's own go with their line
	} {
		c.put("babymonitor.toml", step.toml)
		c.boot()
		if got := c.in("root/.ssh/authorized_keys") != ""; got != step.keys {
			t.Errorf("after %q: keys %v", step.toml, got)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	c := newCard(t)
	c.put("babymonitor.toml", byteOrderMark+"[wifi]\r\nssid = \"Home\"\r\npassword = \"long enough\"\r\n")
	c.boot()
	c.wants("wifi", c.wifi(), "psk=long enough\n")
	if left := c.on("babymonitor.toml"); !strings.HasPrefix(left, byteOrderMark+"[wifi]\r\n") || strings.Contains(left, "long enough") {
		t.Errorf("left on the card: %q", left)
	}
}

// TestPowerCuts cuts the power after each step that writes, which is what a
// card that takes no more writes looks like, and boots again.
func TestPowerCuts(t *testing.T) {
	for _, broken := range []string{"data/boot", "etc/NetworkManager", "etc", "root"} {
		t.Run(broken, func(t *testing.T) {
			c := newCard(t)
			c.put("babymonitor.toml", owner)
			c.put("custom.toml", "[wlan]\nssid = \"Other\"\npassword = \"long enough\"\n")
			path := filepath.Join(c.o.Root, broken)
			c.mkdir(filepath.Dir(path))
			c.write(path, "in the way")
			if err := Run(t.Context(), c.o); err == nil {
				t.Fatal("nothing failed")
			}
			if strings.HasPrefix(broken, "etc/N") && !strings.Contains(c.on("babymonitor.toml"), "horse") {
				t.Error("a secret was wiped before it was safe")
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			c.boot()
			if found, _ := filepath.Glob(filepath.Join(c.o.Root, "etc/NetworkManager/system-connections/*")); len(found) != 2 {
				t.Errorf("connections: %v", found)
			}
			if c.in("etc/hostname") != "attic-cam\n" || strings.Contains(c.on("babymonitor.toml"), "horse") || c.on("custom.toml") != "" {
				t.Error("not all was taken over at last")
			}
		})
	}
}

func TestSetupFilesComeAndGo(t *testing.T) {
	c := newCard(t)
	data := filepath.Join(c.o.Root, "data/babymonitor")
	c.mkdir(data)
	secret := filepath.Join(c.o.Root, "secret")
	c.write(secret, "root's own")
	c.write(filepath.Join(data, "babymonitor-setup.txt"), "1234-5678")
	if err := os.Symlink(secret, filepath.Join(data, "babymonitor-setup.html")); err != nil {
		t.Fatal(err)
	}
	if err := Card(c.o, data); err == nil {
		t.Error("a link was followed")
	}
	if c.on("babymonitor-setup.txt") != "1234-5678" || c.on("babymonitor-setup.html") != "" {
		t.Errorf("on the card: %q, %q", c.on("babymonitor-setup.txt"), c.on("babymonitor-setup.html"))
	}
	for _, name := range setupNames() {
		if err := remove(filepath.Join(data, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := Card(c.o, data); err != nil || c.on("babymonitor-setup.txt") != "" {
		t.Errorf("the code is still on the card; %v", err)
	}
}
