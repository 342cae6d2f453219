package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"babymonitor/audio/portaudio"
	"babymonitor/camera/rpicam"
	"babymonitor/camera/v4l2"
	"babymonitor/sensors/sysfs"
)

// inventory is what this machine has for a monitor, whether or not the settings
// name it, and what hinders their use. Looking moves, clicks and plays nothing.
type inventory struct {
	buses buses // of the settings
	// Tests have another root than "" before /dev, /sys and /proc, and other
	// rights than the program has; nil asks the kernel.
	root   string
	access func(path string) error
}

// look tells what there is, each with the setting that takes it into use.
func (v inventory) look(ctx context.Context, sound []portaudio.Device) (all []finding) {
	there := func(format string, args ...any) {
		all = append(all, finding{device: "found", says: fmt.Sprintf(format, args...)})
	}
	v.cameras(ctx, there)
	v.chips(there)
	v.kernel(there)
	for _, d := range sound {
		for _, use := range []struct {
			channels   int
			what, name string
		}{{d.Inputs, "a microphone", "microphone"}, {d.Outputs, "a speaker", "speaker"}} {
			if use.channels > 0 && use.channels < 16 { // more has no card: such a device stands for others
				there("%s (%d Hz, channels: %d): audio.%s = %q", use.what, d.Rate, use.channels, use.name, d.Name)
			}
		}
	}
	return append(all, v.rights()...)
}

func (v inventory) cameras(ctx context.Context, there func(string, ...any)) {
	if _, err := exec.LookPath("rpicam-vid"); err == nil {
		names, _ := rpicam.List(ctx, "") // the camera's own line says why not
		for _, name := range names {
			there("the camera %s by libcamera: camera.source = \"rpicam\"", name)
		}
	}
	for _, c := range v4l2.List() {
		kind := "raw pictures"
		if c.H264() {
			kind = "its own H.264"
		}
		there("the camera %q at %s with %s: camera.source = \"v4l2\", camera.device = %q", c.Name, c.Path, kind, c.Name)
	}
	if v4l2.HasEncoder() {
		there("an H.264 encoder of the kernel's, which is used by itself")
	}
}

// kernel tells what the kernel's drivers offer.
func (v inventory) kernel(there func(string, ...any)) {
	for _, kind := range []string{"iio", "hwmon"} {
		names, _ := sysfs.Names(filepath.Join("/", v.root, "sys"), kind)
		for _, name := range names {
			there("the sensor %s of the kernel's: climate.sensor with driver = %q, bus = %q", name, kind, name)
		}
	}
	chips, _ := filepath.Glob(filepath.Join(v.root, "/sys/class/pwm/pwmchip*"))
	for _, chip := range chips {
		n, _ := os.ReadFile(filepath.Join(chip, "npwm"))
		there("a PWM with %s channels: head.driver = \"pwm\", head.chip = %s", strings.TrimSpace(string(n)), strings.TrimPrefix(filepath.Base(chip), "pwmchip"))
	}
}

// board reports whether this is a small computer with a device tree, whose I²C
// buses are for tinkering. A PC's lead to its memory and its screens.
func (v inventory) board() bool {
	_, err := os.Stat(filepath.Join(v.root, "/proc/device-tree/model"))
	return err == nil
}

// chips tells what answers on the I²C buses: those of the settings and, on a
// board, those of its pin header.
func (v inventory) chips(there func(string, ...any)) {
	scan := buses{}
	for n, bus := range v.buses {
		scan[n] = bus
	}
	if _, err := os.Stat(filepath.Join(v.root, "/dev/i2c-1")); err == nil && v.board() && scan[1] == nil {
		scan[1] = &lateBus{number: 1}
		defer buses{1: scan[1]}.close()
	}
	numbers := make([]int, 0, len(scan))
	for n := range scan {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		for _, chip := range scanBus(scan[n]) {
			if v.bound(n, chip.address) {
				chip.use = "the kernel's own driver has it"
			}
			there("%s at 0x%02x on I²C bus %d: %s", chip.name, chip.address, n, chip.use)
		}
	}
}

// bound reports whether a driver of the kernel's has the chip.
func (v inventory) bound(bus int, address uint16) bool {
	_, err := os.Stat(filepath.Join(v.root, "/sys/bus/i2c/devices", fmt.Sprintf("%d-%04x", bus, address), "driver"))
	return err == nil
}

// rights tells which devices the monitor may not use, and how to change that.
func (v inventory) rights() (all []finding) {
	may := v.access
	if may == nil {
		may = func(path string) error { return unix.Access(path, unix.R_OK|unix.W_OK) }
	}
	for _, class := range []struct{ files, group string }{
		{"video*", "video"}, {"i2c-*", "i2c"}, {"gpiochip*", "gpio"}, {"snd/pcm*", "audio"},
	} {
		paths, _ := filepath.Glob(filepath.Join(v.root, "/dev", class.files))
		refused := slices.DeleteFunc(paths, func(path string) bool {
			return !errors.Is(may(path), fs.ErrPermission)
		})
		if len(refused) > 0 {
			all = append(all, finding{device: "rights", err: notAllowed(strings.Join(refused, ", "), class.group)})
		}
	}
	return all
}

// modelName returns what the board calls itself, "" where it does not.
func (v inventory) modelName() string {
	b, _ := os.ReadFile(filepath.Join(v.root, "/proc/device-tree/model"))
	return strings.TrimRight(string(b), "\x00\n")
}

// boardFindings tell how the computer itself does, where it can tell.
func (v inventory) boardFindings() []finding {
	b, err := sysfs.ReadBoard(filepath.Join("/", v.root, "sys"))
	words := v.modelName()
	if b.Temperature > 0 {
		words += ", the processor has " + strconv.Itoa(int(b.Temperature)) + " °C"
	}
	f := finding{device: "board", says: strings.TrimPrefix(words, ", ")}
	switch {
	case err != nil, f.says == "" && !b.UnderVoltage:
		return nil
	case b.UnderVoltage:
		f.err = errors.New("the power supply is too weak: use one with 5.1 V and 2.5 A or more, and a short cable")
	}
	return []finding{f}
}
