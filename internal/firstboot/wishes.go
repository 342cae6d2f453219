package firstboot

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"babymonitor/internal/config"
)

// Wishes is what a file asks for. What is empty asks for nothing.
type Wishes struct {
	Settings []byte // a settings file without anything else
	Hostname string
	Timezone string // of the tz database, as "Europe/Berlin"
	Country  string // ISO 3166-1, two capitals: whose rules the radio follows
	WiFi     []WiFi
	Admin    Admin
	OwnWiFi  string   // password of the monitor's own Wi-Fi
	SSHKeys  []string // lines of authorized_keys

	read  bool           // the file could be understood
	lines map[string]int // where each of them stands, by its key
}

// WiFi is a network to join.
type WiFi struct {
	SSID   string
	Secret string // password or 64 hexadecimal digits of the key; "": an open network
	SAE    bool   // WPA3 alone
	Hidden bool
}

// Admin is the first parent.
type Admin struct{ Name, Password string }

// note remembers where a key stands.
func (w *Wishes) note(key string, line int) {
	if w.lines == nil {
		w.lines = map[string]int{}
	}
	w.lines[key] = line
}

// fault is about the wish of this key.
func (w *Wishes) fault(file, key, reason, do string) config.Fault {
	return config.Fault{File: file, Line: w.lines[key], Key: key, Reason: reason, Do: do}
}

// check takes away what cannot be, and says why.
func (w *Wishes) check(file string) (faults config.Faults) {
	refuse := func(key, reason, do string) { faults = append(faults, w.fault(file, key, reason, do)) }
	w.Hostname = strings.ToLower(w.Hostname)
	if w.Hostname != "" && !soundHostname.MatchString(w.Hostname) {
		refuse("hostname", fmt.Sprintf("is %q", clip(w.Hostname)), "use up to 63 letters, digits and dashes, as babymonitor")
		w.Hostname = ""
	}
	if z := w.Timezone; z != "" && (!soundZone.MatchString(z) || filepath.Clean(z) != z) {
		refuse("timezone", fmt.Sprintf("is %q", clip(z)), `write it as "Europe/Berlin"`)
		w.Timezone = ""
	}
	w.Country = strings.ToUpper(w.Country)
	if w.Country != "" && !soundCountry.MatchString(w.Country) {
		refuse("wifi.country", fmt.Sprintf("is %q", clip(w.Country)), `write two letters, as "DE" or "GB"`)
		w.Country = ""
	}
	w.checkWiFi(refuse)
	if w.OwnWiFi != "" && (len(w.OwnWiFi) > 63 || !soundSecret(w.OwnWiFi)) {
		refuse("own_wifi.password", "cannot be the password of a Wi-Fi", "use 8 to 63 plain letters, digits and signs")
		w.OwnWiFi = ""
	}
	var keys []string
	for _, key := range w.SSHKeys {
		if key = strings.TrimSpace(key); soundKey(key) {
			keys = append(keys, key)
		} else {
			refuse("ssh.keys", "holds what is no public key", `copy the whole line of a file such as id_ed25519.pub, as "ssh-ed25519 AAAA… name"`)
		}
	}
	w.SSHKeys = keys
	return faults
}

func (w *Wishes) checkWiFi(refuse func(key, reason, do string)) {
	var sound []WiFi
	for _, n := range w.WiFi {
		switch {
		case n.SSID == "" || len(n.SSID) > 32:
			refuse("wifi.ssid", fmt.Sprintf("is %q", clip(n.SSID)), "a Wi-Fi has a name of 1 to 32 letters")
		case n.Secret != "" && !soundSecret(n.Secret):
			refuse("wifi.password", "cannot be the password of a Wi-Fi", "it has 8 to 63 plain letters, digits and signs; look at the router's label")
		default:
			sound = append(sound, n)
		}
	}
	w.WiFi = sound
}

var (
	soundHostname = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`) // RFC 1123
	soundZone     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`)
	soundCountry  = regexp.MustCompile(`^[A-Z]{2}$`)
	keyType       = regexp.MustCompile(`^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$`)
)

// soundSecret says whether WPA takes it: a passphrase of 8 to 63 printable ASCII
// characters, or the key itself in 64 hexadecimal digits (IEEE 802.11i, H.4).
func soundSecret(s string) bool {
	if len(s) == 64 {
		_, err := hex.DecodeString(s)
		return err == nil
	}
	return len(s) >= 8 && len(s) <= 63 && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// soundKey says whether a line of authorized_keys is a key and nothing else: no
// options, which could run a command.
func soundKey(line string) bool {
	fields := strings.Fields(line)
	if len(fields) < 2 || strings.ContainsAny(line, "\n\r") || !keyType.MatchString(fields[0]) {
		return false
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	return err == nil && len(blob) > 4+len(fields[0]) && string(blob[4:4+len(fields[0])]) == fields[0]
}

// clip keeps a strange text short and printable enough for a message.
func clip(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40]) + "…"
	}
	return s
}
