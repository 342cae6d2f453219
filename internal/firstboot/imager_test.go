package firstboot

import (
	"strings"
	"testing"
)

const firstrun = `#!/bin/bash
set +e
CURRENT_HOSTNAME=$(cat /etc/hostname | tr -d " \t\n\r")
if [ -f /usr/lib/raspberrypi-sys-mods/imager_custom ]; then
   /usr/lib/raspberrypi-sys-mods/imager_custom set_hostname nursery
else
   echo nursery >/etc/hostname
fi
   /usr/lib/raspberrypi-sys-mods/imager_custom enable_ssh -k '` + key + `'
   /usr/lib/raspberrypi-sys-mods/imager_custom set_wlan -h 'Anna'\''s "Home"' '` + psk + `' 'GB'
   /usr/lib/raspberrypi-sys-mods/imager_custom set_keymap 'gb'
   /usr/lib/raspberrypi-sys-mods/imager_custom set_timezone 'Europe/Berlin'
rm -f /boot/firstrun.sh
exit 0
`

const psk = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

const userData = `#cloud-config
manage_resolv_conf: false
hostname: nursery
timezone: Europe/Berlin
packages:
- avahi-daemon
users:
- name: pi
  shell: /bin/bash
  passwd: "$5$abc$def"
  ssh_authorized_keys:
    - ` + key + `
  sudo: ALL=(ALL) NOPASSWD:ALL
runcmd:
- [ touch, /executed ]
`

const networkConfig = `network:
  version: 2
  ethernets:
    eth0: {dhcp4: true, optional: true}
  wifis:
    wlan0:
      dhcp4: true
      regulatory-domain: "GB"
      access-points:
        "Anna's \"Home\"":
          hidden: true
          password: "` + psk + `"
      optional: true
`

// TestImager writes the same wishes in each of Imager's ways.
func TestImager(t *testing.T) {
	toml := func(ssid string) string {
		return "[system]\nhostname = \"nursery\"\n[user]\nname = \"pi\"\npassword = \"$5$abc\"\n[ssh]\nenabled = true\nauthorized_keys = [\"" + key + "\"]\n" +
			"[wlan]\n" + ssid + "\npassword = \"" + psk + "\"\npassword_encrypted = true\nhidden = true\ncountry = \"GB\"\n[locale]\nkeymap = \"gb\"\ntimezone = \"Europe/Berlin\"\n"
	}
	for name, files := range map[string]map[string]string{
		"1.x script":        {"firstrun.sh": firstrun},
		"cloud-init":        {"user-data": userData, "network-config": networkConfig},
		"netplan, flat":     {"user-data": userData, "network-config": strings.ReplaceAll(strings.TrimPrefix(networkConfig, "network:\n"), "\n  ", "\n")[2:]},
		"custom.toml":       {"custom.toml": toml(`ssid = '''Anna's "Home"'''`)},
		"rpi-preseed.toml":  {"rpi-preseed.toml": toml(`ssid_hex = "416e6e6127732022486f6d6522"`)},
		"and basic strings": {"custom.toml": toml(`ssid = "Anna's \"Home\""`)},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCard(t)
			for file, text := range files {
				c.put(file, text)
			}
			c.boot()
			c.wants("wifi", c.wifi(), "ssid=65;110;110;97;39;115;32;34;72;111;109;101;34;\n", "hidden=true\n", "psk="+psk+"\n")
			if c.in("etc/hostname") != "nursery\n" || c.country != "GB" || c.in("etc/timezone") != "Europe/Berlin\n" || c.in("root/.ssh/authorized_keys") != key+"\n" {
				t.Errorf("name %q, country %q, zone %q, keys %q", c.in("etc/hostname"), c.country, c.in("etc/timezone"), c.in("root/.ssh/authorized_keys"))
			}
			for file := range files {
				if left := c.on(file); left != "" {
					t.Errorf("%s is still there:\n%s", file, left)
				}
			}
			if p := c.on("babymonitor-problems.txt"); p != "" || c.in("executed") != "" {
				t.Errorf("problems: %s", p)
			}
		})
	}
}

func TestImagersProblemsAreSaidUntilRead(t *testing.T) {
	for name, tt := range map[string]struct{ file, text, says string }{
		"ssh by password, script": {"firstrun.sh", "x/imager_custom enable_ssh\n", "firstrun.sh:1: switches SSH on with a password"},
		"ssh by password, cloud":  {"user-data", "hostname: a\nssh_pwauth: true\n", "user-data:2: switches SSH on with a password"},
		"ssh by password, toml":   {"custom.toml", "[ssh]\nenabled = true\n", "custom.toml:2: switches SSH on with a password"},
		"address":                 {"network-config", "version: 2\nethernets:\n  eth0:\n    addresses: [10.0.0.2/24]\n", "network-config:4: addresses gives a fixed address"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCard(t)
			c.put(tt.file, tt.text)
			c.boot()
			c.boot()
			c.wants("problems", c.on("babymonitor-problems.txt"), tt.says)
			if c.on(tt.file) != "" {
				t.Error("the file is still there")
			}
			if err := remove(c.o.Boot + "/babymonitor-problems.txt"); err != nil {
				t.Fatal(err)
			}
			c.boot()
			if p := c.on("babymonitor-problems.txt"); p != "" {
				t.Errorf("said again after it was read: %s", p)
			}
		})
	}
}

func TestWhatCannotBeReadStays(t *testing.T) {
	for file, text := range map[string]string{
		"user-data": "hostname: [a\nb: c: d\n", "network-config": "\t- x", "custom.toml": "[wlan\n", "rpi-preseed.toml": "[wlan]\nssid = 3\n",
	} {
		c := newCard(t)
		c.put(file, text)
		c.boot()
		c.wants("problems", c.on("babymonitor-problems.txt"), file+":")
		if c.on(file) != text {
			t.Errorf("%s was changed", file)
		}
	}
}

func TestShellWords(t *testing.T) {
	for line, want := range map[string][]string{
		`  a 'b c'  "d \" e" f\ g # h`: {"a", "b c", `d " e`, "f g"},
		`a''b '' "" c#d`:               {"ab", "", "", "c#d"},
		`a 'b`:                         nil,
		`a "b`:                         nil,
		`a $(b)`:                       nil,
		`a "$b"`:                       nil,
		`a; b`:                         nil,
		`a\`:                           nil,
	} {
		got, ok := shellWords(line)
		if ok != (want != nil) || strings.Join(got, "|") != strings.Join(want, "|") || len(got) != len(want) {
			t.Errorf("%s: %q, %v", line, got, ok)
		}
	}
}

// fuzz checks what must hold for every reader: no panic, sound wishes only.
func fuzz(f *testing.F, s source, also func(*testing.T, Wishes, []byte)) {
	f.Fuzz(func(t *testing.T, doc []byte) {
		w, faults := s.read("file", doc)
		for _, fault := range append(faults, w.check("file")...) {
			if fault.Error() == "" {
				t.Fatal("a fault without words")
			}
		}
		also(t, w, doc)
		for _, n := range w.WiFi {
			for line := range strings.Lines(string(keyfile(n))) {
				if strings.HasPrefix(line, "psk=") && len(line) > 200 || strings.HasPrefix(line, "[") && !strings.Contains("[connection]\n[wifi]\n[wifi-security]\n[ipv4]\n[ipv6]\n", line) {
					t.Fatalf("a Wi-Fi breaks out of its file: %q", line)
				}
			}
		}
		for _, key := range w.SSHKeys {
			if !soundKey(key) {
				t.Fatalf("key %q", key)
			}
		}
		if w.Hostname != "" && !soundHostname.MatchString(w.Hostname) || strings.Contains(w.Timezone, "..") {
			t.Fatalf("name %q, zone %q", w.Hostname, w.Timezone)
		}
	})
}

func nothing(*testing.T, Wishes, []byte) {}

func FuzzOwner(f *testing.F) {
	f.Add([]byte(owner))
	f.Add([]byte("wifi = { ssid = \"a\", password = 'long enough' }\nadmin.password = \"x\""))
	fuzz(f, sources()[5], func(t *testing.T, w Wishes, doc []byte) {
		out := emptied(doc, nil)
		if len(out) != len(doc) {
			t.Fatal("the file moved")
		}
		if !w.read {
			return
		}
		again, _ := readOwner("file", out)
		if !again.read || again.Admin.Password != "" || again.OwnWiFi != "" || again.WiFi != nil && again.WiFi[0].Secret != "" {
			t.Fatalf("secrets are left in %q", out)
		}
	})
}

func FuzzPreseed(f *testing.F) {
	f.Add([]byte("[wlan]\nssid_hex = \"41\"\npassword = \"long enough\"\n[ssh]\nenabled = true\n"))
	fuzz(f, sources()[1], nothing)
}

func FuzzFirstrun(f *testing.F) {
	f.Add([]byte(firstrun))
	fuzz(f, sources()[0], nothing)
}

func FuzzUserData(f *testing.F) {
	f.Add([]byte(userData))
	fuzz(f, sources()[3], nothing)
}

func FuzzNetworkConfig(f *testing.F) {
	f.Add([]byte(networkConfig))
	fuzz(f, sources()[4], nothing)
}
