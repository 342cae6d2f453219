package firstboot

import (
	"strings"

	"babymonitor/internal/config"
)

// readFirstrun reads what Imager 1.x would have a shell script do. Only the
// calls of its helper are read, word by word; nothing is executed.
//
//	/usr/lib/raspberrypi-sys-mods/imager_custom set_wlan 'Home' 'secret' 'DE'
func readFirstrun(file string, doc []byte) (w Wishes, faults config.Faults) {
	w.read = true
	keysWanted, keysLine := false, 0
	for i, text := range strings.Split(string(doc), "\n") {
		words, ok := shellWords(text)
		if !ok || len(words) < 2 || !strings.HasSuffix(words[0], "/imager_custom") {
			continue
		}
		line, verb, args := i+1, words[1], words[2:]
		flags := ""
		for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
			flags, args = flags+args[0][1:], args[1:]
		}
		arg := func(n int) string {
			if n < len(args) {
				return args[n]
			}
			return ""
		}
		switch verb {
		case "set_hostname":
			w.Hostname = arg(0)
			w.note("hostname", line)
		case "set_timezone":
			w.Timezone = arg(0)
			w.note("timezone", line)
		case "set_wlan":
			w.WiFi = append(w.WiFi, WiFi{SSID: arg(0), Secret: arg(1), Hidden: strings.Contains(flags, "h")})
			w.Country = arg(2)
			for _, key := range []string{"wifi.ssid", "wifi.password", "wifi.country"} {
				w.note(key, line)
			}
		case "enable_ssh":
			keysWanted, keysLine = true, line
			if strings.Contains(flags, "k") {
				w.SSHKeys = append(w.SSHKeys, args...)
				w.note("ssh.keys", line)
			}
		}
	}
	if keysWanted && len(w.SSHKeys) == 0 {
		faults = append(faults, keysOnly(file, keysLine))
	}
	return w, faults
}

// shellWords splits a simple command as a POSIX shell would: spaces, '…', "…"
// and \. It is false where the line holds more than that.
func shellWords(line string) (words []string, ok bool) {
	var word strings.Builder
	begun := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\r':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
			continue
		case '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, false
			}
			word.WriteString(line[i+1 : i+1+end])
			i += 1 + end
		case '"':
			inside, length, whole := doubleQuoted(line[i+1:])
			if !whole {
				return nil, false
			}
			word.WriteString(inside)
			i += length
		case '\\':
			if i++; i == len(line) {
				return nil, false
			}
			word.WriteByte(line[i])
		case '$', '`', '|', '&', ';', '<', '>', '(', ')':
			return nil, false
		case '#':
			if !begun {
				return words, true
			}
			word.WriteByte(c)
		default:
			word.WriteByte(c)
		}
		begun = true
	}
	if begun {
		words = append(words, word.String())
	}
	return words, true
}

// doubleQuoted reads up to the closing quote and returns how far that is.
func doubleQuoted(s string) (inside string, length int, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i + 1, true
		case '$', '`':
			return "", 0, false
		case '\\':
			if i+1 < len(s) && strings.IndexByte("\"\\$`", s[i+1]) >= 0 {
				i++
			}
		}
		b.WriteByte(s[i])
	}
	return "", 0, false
}
