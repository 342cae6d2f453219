package firstboot

import (
	"encoding/hex"
	"errors"

	"github.com/pelletier/go-toml/v2"

	"babymonitor/internal/config"
)

// preseed is what the monitor heeds of Imager's custom.toml and
// rpi-preseed.toml. The rest (a Linux user, the keyboard) has no meaning here.
type preseed struct {
	System struct {
		Hostname string `toml:"hostname"`
	} `toml:"system"`
	SSH struct {
		Enabled bool     `toml:"enabled"`
		Keys    []string `toml:"authorized_keys"`
	} `toml:"ssh"`
	WLAN struct {
		SSID          string `toml:"ssid"`
		SSIDHex       string `toml:"ssid_hex"`
		Password      string `toml:"password"`
		KeyManagement string `toml:"key_mgmt"`
		Hidden        bool   `toml:"hidden"`
		Country       string `toml:"country"`
	} `toml:"wlan"`
	Locale struct {
		Timezone string `toml:"timezone"`
	} `toml:"locale"`
}

// readPreseed reads Imager's TOML, whose unknown keys belong to others.
func readPreseed(file string, doc []byte) (Wishes, config.Faults) {
	var p preseed
	if err := toml.Unmarshal(doc, &p); err != nil {
		f := config.Fault{File: file, Reason: "is not as Raspberry Pi Imager writes it: " + err.Error(), Do: "write the card anew, or remove the file"}
		if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
			f.Line, _ = at.Position()
		}
		return Wishes{}, config.Faults{f}
	}
	w := Wishes{read: true, Hostname: p.System.Hostname, Timezone: p.Locale.Timezone, Country: p.WLAN.Country, SSHKeys: p.SSH.Keys}
	for ours, theirs := range map[string]string{
		"hostname": "system.hostname", "timezone": "locale.timezone", "wifi.country": "wlan.country",
		"wifi.ssid": "wlan.ssid", "wifi.password": "wlan.password", "ssh.keys": "ssh.authorized_keys",
	} {
		w.note(ours, config.LineOf(doc, theirs))
	}
	ssid := p.WLAN.SSID
	if raw, err := hex.DecodeString(p.WLAN.SSIDHex); err == nil && len(raw) > 0 {
		ssid = string(raw)
	}
	if ssid != "" {
		w.WiFi = []WiFi{{SSID: ssid, Secret: p.WLAN.Password, Hidden: p.WLAN.Hidden, SAE: p.WLAN.KeyManagement == "sae"}}
	}
	var faults config.Faults
	if p.SSH.Enabled && len(p.SSH.Keys) == 0 {
		faults = append(faults, keysOnly(file, config.LineOf(doc, "ssh.enabled")))
	}
	return w, faults
}

// keysOnly is the fault of one who wants SSH with a password.
func keysOnly(file string, line int) config.Fault {
	return config.Fault{File: file, Line: line, Reason: "switches SSH on with a password", Do: "SSH stays off: give a public key instead"}
}
