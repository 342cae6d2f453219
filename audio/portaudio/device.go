package portaudio

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Device is a sound device as PortAudio lists it.
type Device struct {
	Name    string // what the settings name it by
	Inputs  int    // channels it hears with, 0: it is no microphone
	Outputs int    // channels it sounds with, 0: it is no speaker
	Rate    int    // samples a second that suit it best
	Default bool   // what PortAudio takes unless told otherwise, for hearing or sounding

	index int // in PortAudio's list
}

// direction is what a device is wanted for.
type direction bool

const (
	hearing  direction = true
	sounding direction = false
)

func (d direction) String() string {
	if d == hearing {
		return "microphone"
	}
	return "speaker"
}

// channels is how many channels a device has in this direction.
func (d direction) channels(of Device) int {
	if d == hearing {
		return of.Inputs
	}
	return of.Outputs
}

// hardware is how PortAudio ends the names of what is a sound card's own:
// "USB Audio: - (hw:1,0)". The card's number changes from start to start.
func hardware() *regexp.Regexp { return regexp.MustCompile(`\(hw:(\d+),(\d+)\)$`) }

// find returns the device that the settings mean by name: the exact name, the
// name but for the card's number, ALSA's hw:CARD,DEVICE, or a part that only one
// device has. "" and "auto" choose one.
func find(devices []Device, name string, d direction) (Device, error) {
	var usable []Device
	for _, device := range devices {
		if d.channels(device) > 0 {
			usable = append(usable, device)
		}
	}
	if len(usable) == 0 {
		return Device{}, fmt.Errorf("there is no %v: plug one in; if there is one, close what else uses it and add the monitor's user to the group audio", d)
	}
	if name == "" || name == "auto" {
		return choose(usable), nil
	}
	card, isCard := cardName(name)
	bare := hardware().ReplaceAllString(name, "")
	for _, same := range []func(Device) bool{
		func(v Device) bool { return v.Name == name },
		func(v Device) bool { return isCard && strings.HasSuffix(v.Name, card) },
		func(v Device) bool { return bare != name && hardware().ReplaceAllString(v.Name, "") == bare },
		func(v Device) bool {
			return !isCard && strings.Contains(strings.ToLower(v.Name), strings.ToLower(name))
		},
	} {
		var found []Device
		for _, device := range usable {
			if same(device) {
				found = append(found, device)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return Device{}, fmt.Errorf("%q can be more than one %v; choose one of %s", name, d, names(found))
		}
	}
	return Device{}, fmt.Errorf("there is no %v named %q: plug it in, or choose one of %s", d, name, names(usable))
}

// cardName turns hw:CARD,DEVICE, where CARD is a number or the card's short
// name, into the end of the name that PortAudio gives to it.
func cardName(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "hw:")
	if !ok {
		return "", false
	}
	card, device, ok := strings.Cut(rest, ",")
	if !ok {
		device = "0"
	}
	if link, err := os.Readlink(filepath.Join("/proc/asound", filepath.Base(card))); err == nil {
		card = strings.TrimPrefix(filepath.Base(link), "card")
	}
	return fmt.Sprintf("(hw:%s,%s)", card, device), true
}

// choose picks what a parent would: a sound server's device where one runs,
// else a USB device, else another card's own, but neither a television nor an
// optical output, else PortAudio's choice.
func choose(usable []Device) Device {
	best, rank := usable[0], -1
	for _, device := range usable {
		if r := suits(device); r > rank {
			best, rank = device, r
		}
	}
	return best
}

func suits(device Device) int {
	name := strings.ToLower(device.Name)
	for _, other := range []string{"hdmi", "spdif", "iec958", "s/pdif", "loopback", "dummy", "monitor of"} {
		if strings.Contains(name, other) {
			return 0
		}
	}
	switch own := hardware().MatchString(device.Name); {
	case name == "pipewire" || name == "pulse":
		return 5
	case own && strings.Contains(name, "usb"):
		return 4
	case own:
		return 3
	case device.Default:
		return 2
	}
	return 1
}

func names(devices []Device) string {
	list := make([]string, len(devices))
	for i, d := range devices {
		list[i] = fmt.Sprintf("%q", d.Name)
	}
	return strings.Join(list, ", ")
}
