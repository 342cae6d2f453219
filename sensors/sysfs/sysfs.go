// Package sysfs reads what the kernel measures: industrial I/O devices (DHT11
// and DHT22 by the overlay dht11, and many more), hwmon devices (SHT3x, SHT4x,
// …), and the board's own temperature and supply.
package sysfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"babymonitor/sensors"
)

// file is one value of a device, in the kernel's unit. Of an iio device it is
// the beginning of some names: the kernel shows either the value, as _input, or
// _raw with _scale and perhaps _offset to work it out.
type file struct {
	name     string
	quantity sensors.Quantity
	per      float64 // of the kernel's units to one of ours
}

// values returns what the kernel shows, by the kind of device
// (Documentation/ABI/testing/sysfs-bus-iio and hwmon/sysfs-interface).
func values(kind string) []file {
	if kind == "hwmon" {
		return []file{
			{"temp1_input", sensors.Temperature, 1000},
			{"humidity1_input", sensors.Humidity, 1000},
		}
	}
	return []file{
		{"in_temp", sensors.Temperature, 1000},
		{"in_humidityrelative", sensors.Humidity, 1000},
		{"in_pressure", sensors.Pressure, 0.1}, // kPa
		{"in_illuminance", sensors.Illuminance, 1},
	}
}

// Sensor is one kernel device.
type Sensor struct {
	root, kind, name string
}

// New returns the device of a kind, "iio" or "hwmon", whose name file says
// name (as `doctor` lists it); "" takes the first that measures the air. root
// is where sysfs is, "" for /sys.
func New(root, kind, name string) (*Sensor, error) {
	if kind != "iio" && kind != "hwmon" {
		return nil, fmt.Errorf("the kernel has no %q sensors; it is iio or hwmon", kind)
	}
	if root == "" {
		root = "/sys"
	}
	return &Sensor{root, kind, name}, nil
}

// Read implements sensors.Sensor. The device is looked up each time, as its
// number changes when it is plugged in again.
func (s *Sensor) Read(ctx context.Context) ([]sensors.Reading, error) {
	dir, err := s.find()
	if err != nil {
		return nil, err
	}
	var readings []sensors.Reading
	var faults []error
	for _, f := range values(s.kind) {
		if ctx.Err() != nil {
			return readings, ctx.Err()
		}
		v, err := f.read(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			faults = append(faults, fmt.Errorf("the sensor %s gives no %s: %w; check its data wire and its pull-up resistor", s.name, f.quantity, err))
		default:
			readings = append(readings, sensors.Reading{Quantity: f.quantity, Value: v / f.per})
		}
	}
	return readings, errors.Join(faults...)
}

// there reports whether the device of this folder has the value.
func (f file) there(dir string) bool {
	for _, end := range []string{"", "_input", "_raw"} {
		if _, err := os.Stat(filepath.Join(dir, f.name+end)); err == nil {
			return true
		}
	}
	return false
}

// read returns the value in the kernel's unit. The error is fs.ErrNotExist
// where the device does not have it.
func (f file) read(dir string) (float64, error) {
	at := filepath.Join(dir, f.name)
	for _, whole := range []string{at, at + "_input"} {
		if v, err := number(whole); !errors.Is(err, fs.ErrNotExist) {
			return v, err
		}
	}
	raw, err := number(at + "_raw")
	if err != nil {
		return 0, err
	}
	scale, err := number(at + "_scale")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	} else if err != nil {
		scale = 1
	}
	offset, err := number(at + "_offset")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	return (raw + offset) * scale, nil
}

// find returns the folder of the device.
func (s *Sensor) find() (string, error) {
	dirs, err := devices(s.root, s.kind)
	if err != nil {
		return "", err
	}
	for _, dir := range dirs {
		if s.name == "" || deviceName(dir) == s.name {
			return dir, nil
		}
	}
	var hint string
	if s.kind == "iio" {
		hint = ", for a DHT22 dtoverlay=dht11,gpiopin=4 in config.txt"
	}
	return "", fmt.Errorf("the kernel shows no %s sensor %q: load its driver%s", s.kind, s.name, hint)
}

// devices lists the folders of devices that measure the air.
func devices(root, kind string) ([]string, error) {
	pattern := filepath.Join(root, "bus/iio/devices/iio:device*")
	if kind == "hwmon" {
		pattern = filepath.Join(root, "class/hwmon/hwmon*")
	}
	dirs, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(dirs, func(dir string) bool {
		if kind == "hwmon" { // processors and power supplies are there too
			_, err := os.Stat(filepath.Join(dir, "humidity1_input"))
			return err != nil
		}
		return !slices.ContainsFunc(values(kind), func(f file) bool { return f.there(dir) })
	}), nil
}

// Names lists the devices of a kind that measure the air.
func Names(root, kind string) ([]string, error) {
	dirs, err := devices(root, kind)
	names := make([]string, len(dirs))
	for i, dir := range dirs {
		names[i] = deviceName(dir)
	}
	return names, err
}

func deviceName(dir string) string {
	b, _ := os.ReadFile(filepath.Join(dir, "name"))
	return strings.TrimSpace(string(b))
}

func number(path string) (float64, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(string(b)), 64)
}
