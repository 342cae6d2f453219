// Package qr draws QR codes (ISO/IEC 18004) for phones to read: the address of
// the monitor with its set-up code, a Wi-Fi to join, an invitation.
package qr

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is how many modules stay white around a code, as the standard demands.
const quiet = 4

// SVG returns text as a picture that needs nothing else: black on white in
// every theme, since cameras want it so. It fills the place that it is given.
// An error says that text is too long for a code (about 2300 letters).
func SVG(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("this cannot become a QR code: %w", err)
	}
	side := code.Size + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img">`, side, side)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`, side, side)
	for y := range code.Size {
		for x := 0; x < code.Size; {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			}
			x += max(run, 1)
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}

// WiFi returns the text that makes a phone join a Wi-Fi when it reads the code
// ("MECARD-like" syntax of ZXing, which Android and iOS share). An empty
// password means a Wi-Fi without one.
func WiFi(ssid, password string) string {
	escape := strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, `:`, `\:`, `"`, `\"`).Replace
	if password == "" {
		return "WIFI:T:nopass;S:" + escape(ssid) + ";;"
	}
	return "WIFI:T:WPA;S:" + escape(ssid) + ";P:" + escape(password) + ";;"
}
