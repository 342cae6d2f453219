package firstboot

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// space is the namespace of our connections' UUIDs: one Wi-Fi has the same one
// on every card, so that taking it over again replaces it.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://babymonitor.local/wifi")) // never changed

func keyfileName(ssid string) string {
	return "wifi-" + uuid.NewSHA1(space, []byte(ssid)).String() + ".nmconnection"
}

// keyfile is a Wi-Fi as NetworkManager keeps it (nm-settings-keyfile(5)). Its
// name is written in bytes, which no sign in it can break.
func keyfile(n WiFi) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "[connection]\nid=%s\nuuid=%s\ntype=wifi\n", escaped(printable(n.SSID)), uuid.NewSHA1(space, []byte(n.SSID)))
	b.WriteString("\n[wifi]\nmode=infrastructure\nssid=")
	for _, c := range []byte(n.SSID) {
		fmt.Fprintf(&b, "%d;", c)
	}
	if n.Hidden {
		b.WriteString("\nhidden=true")
	}
	b.WriteString("\n")
	if n.Secret != "" {
		management := "wpa-psk" // WPA3 too, where the Wi-Fi offers both
		if n.SAE {
			management = "sae"
		}
		fmt.Fprintf(&b, "\n[wifi-security]\nkey-mgmt=%s\npsk=%s\n", management, escaped(n.Secret))
	}
	b.WriteString("\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n")
	return []byte(b.String())
}

// escaped is a value as GLib's key files want it.
func escaped(s string) string {
	s = strings.ReplaceAll(s, `\`, `\\`)
	if rest, ok := strings.CutPrefix(s, " "); ok {
		s = `\s` + rest
	}
	return s
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
