// Package recipe reads what the SD image is made from; its tests look whether it
// is sound, without building anything.
package recipe

import (
	"fmt"
	"os"
	"strings"
)

// List is deploy/image/packages.BASE.
type List struct {
	Suite      string
	Components string
	Archive    string // words for one that mmdebstrap does not know; "" for its own
	Date       string // of the versions, as 2026-11-28
	Want       []string
	Unpack     []string          // packages of which only the files are wanted
	Versions   map[string]string // of every package that is installed
}

// ReadList reads a list; a line that it does not know is an error.
func ReadList(path string) (List, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return List{}, err
	}
	l := List{Versions: map[string]string{}}
	for number, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, ok := strings.Cut(line, " ")
		fields := strings.Fields(rest)
		if !ok || len(fields) == 0 {
			return l, fmt.Errorf("%s:%d: %q says nothing", path, number+1, line)
		}
		switch {
		case word == "suite":
			l.Suite = rest
		case word == "components":
			l.Components = rest
		case word == "archive":
			l.Archive = rest
		case word == "date":
			l.Date = rest
		case word == "want":
			l.Want = append(l.Want, fields...)
		case word == "unpack":
			l.Unpack = append(l.Unpack, fields...)
		case word == "=" && len(fields) == 2:
			l.Versions[fields[0]] = fields[1]
		default:
			return l, fmt.Errorf("%s:%d: %q is not understood", path, number+1, line)
		}
	}
	return l, nil
}

// Firmware is what the Pi's firmware is told by files like config.txt, read one
// after the other: a later line of the same name wins, but for dtoverlay and
// dtparam, which add up (https://www.raspberrypi.com/documentation/computers/config_txt.html).
func Firmware(paths ...string) (map[string]string, error) {
	all := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for number, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line == "" || line[0] == '[' {
				continue
			}
			name, value, ok := strings.Cut(line, "=")
			if !ok || value == "" {
				return nil, fmt.Errorf("%s:%d: %q is no setting", path, number+1, line)
			}
			if len(line) > 98 {
				return nil, fmt.Errorf("%s:%d: the firmware reads only 98 characters of a line", path, number+1)
			}
			all[name] = value
		}
	}
	return all, nil
}
