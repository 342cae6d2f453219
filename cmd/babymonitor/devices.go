package main

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/soundfile"
	"babymonitor/camera"
	"babymonitor/camera/ircut"
	"babymonitor/camera/openh264"
	"babymonitor/internal/config"
	"babymonitor/internal/sim"
	"babymonitor/sensors"
	"babymonitor/servo"
)

// devices are what the settings name, each behind its contract. One that is
// not configured is nil (or empty).
type devices struct {
	camera     camera.Source
	mode       camera.Mode
	head       servo.Actuator
	night      ircut.Filter
	climate    []sensors.Source
	microphone audio.Microphone
	speaker    audio.Speaker

	world *sim.World // nil where nothing is simulated
}

// openDevices opens what the settings name. Opening touches no hardware yet:
// a device that is missing is a fault that heals, not a reason not to start.
// What can never work is an error that names the setting.
// world is the simulated nursery, nil where nothing is simulated.
func openDevices(s config.Settings, world *sim.World, log *slog.Logger) (devices, error) {
	d := devices{world: world}
	for _, open := range []func(config.Settings, *slog.Logger) error{
		d.openCamera, d.openHead, d.openNight, d.openClimate, d.openSound,
	} {
		if err := open(s, log); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (d *devices) openCamera(s config.Settings, _ *slog.Logger) error {
	c := s.Camera
	d.mode = camera.Mode{Width: c.Width, Height: c.Height, FPS: c.FPS, Bitrate: c.MaxBitrate, Rotate: c.Rotate}
	switch c.Source {
	case "sim":
		if d.world == nil {
			return errNotSimulated("camera.source")
		}
		d.camera = camera.Encode(d.world.Camera(), openh264.New)
	case "file":
		if c.Rotate != 0 {
			return fmt.Errorf("camera.rotate: a recording cannot be turned; set it to 0")
		}
		file, err := camera.OpenFile(c.File, c.FPS)
		if err != nil {
			return fmt.Errorf("camera.file: %w", err)
		}
		bitrate := d.mode.Bitrate
		d.camera, d.mode = file, file.Mode()
		d.mode.Bitrate = bitrate
	default:
		return fmt.Errorf("camera.source: no driver for %q in this version; use \"file\", or --sim for the simulated nursery", c.Source)
	}
	return nil
}

func (d *devices) openHead(s config.Settings, _ *slog.Logger) error {
	switch s.Head.Driver {
	case "none":
	case "sim":
		if d.world == nil {
			return errNotSimulated("head.driver")
		}
		d.head = d.world.Head()
	default:
		return errNoDriver("head.driver", s.Head.Driver)
	}
	return nil
}

func (d *devices) openNight(s config.Settings, _ *slog.Logger) error {
	switch s.IRCut.Driver {
	case "none":
	case "sim":
		if d.world == nil {
			return errNotSimulated("ircut.driver")
		}
		d.night = d.world.Night()
	default:
		return errNoDriver("ircut.driver", s.IRCut.Driver)
	}
	return nil
}

func (d *devices) openClimate(s config.Settings, _ *slog.Logger) error {
	for i, c := range s.Climate.Sensors {
		source := sensors.Source{Name: c.Driver, Offset: map[sensors.Quantity]float64{sensors.Temperature: c.Offset}}
		switch c.Driver {
		case "sim":
			if d.world == nil {
				return errNotSimulated(fmt.Sprintf("climate.sensor[%d].driver", i))
			}
			source.Sensor = d.world.Climate()
		default:
			return errNoDriver(fmt.Sprintf("climate.sensor[%d].driver", i), c.Driver)
		}
		d.climate = append(d.climate, source)
	}
	return nil
}

func (d *devices) openSound(s config.Settings, _ *slog.Logger) error {
	switch name := s.Audio.Microphone; {
	case name == "none":
	case name == "sim":
		if d.world == nil {
			return errNotSimulated("audio.microphone")
		}
		d.microphone = d.world.Microphone()
	case strings.HasPrefix(name, "file:"):
		d.microphone = soundfile.Microphone{Path: strings.TrimPrefix(name, "file:")}
	default:
		return errNoDriver("audio.microphone", name)
	}
	switch name := s.Audio.Speaker; name {
	case "none":
	case "sim":
		if d.world == nil {
			return errNotSimulated("audio.speaker")
		}
		d.speaker = d.world.Speaker()
	default:
		return errNoDriver("audio.speaker", name)
	}
	return nil
}

func errNotSimulated(key string) error {
	return fmt.Errorf(`%s: "sim" is there only with --sim`, key)
}

func errNoDriver(key, name string) error {
	return fmt.Errorf("%s: there is no %q in this version", key, name)
}

// limits are the head's.
func limits(h config.Head) servo.Limits {
	axis := func(a config.Axis) servo.Axis {
		return servo.Axis{Min: a.Min, Max: a.Max, Speed: h.Speed, Acceleration: h.Acceleration}
	}
	return servo.Limits{Pan: axis(h.Pan), Tilt: axis(h.Tilt), Patience: 300 * time.Millisecond}
}
