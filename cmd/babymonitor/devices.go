package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/echo"
	"babymonitor/audio/portaudio"
	"babymonitor/audio/soundfile"
	"babymonitor/camera"
	"babymonitor/camera/ircut"
	"babymonitor/camera/ircut/gpio"
	"babymonitor/internal/config"
	"babymonitor/internal/sim"
	"babymonitor/sensors"
	"babymonitor/sensors/chips"
	"babymonitor/sensors/sysfs"
	"babymonitor/servo"
	servogpio "babymonitor/servo/gpio"
	"babymonitor/servo/pca9685"
	"babymonitor/servo/pwm"

	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/host/v3"
)

// devices are what the settings name, each behind its contract. One that is
// not configured is nil (or empty).
type devices struct {
	camera     camera.Source
	cameraName string // by which way it is reached
	mode       camera.Mode
	head       servo.Actuator
	night      ircut.Filter
	ldr        *gpio.Input // a light switch, nil without one
	climate    []sensors.Source
	microphone audio.Microphone
	speaker    audio.Speaker

	world *sim.World // nil where nothing is simulated
	buses buses
	sound *portaudio.Host // nil until a real sound device is wanted
	// The microphone does not hear the speaker: both sides may speak at a time.
	cancels bool

	// What devices tell the house; set before anything runs.
	onRestarting func(why string)  // the picture stops for a moment; "": it goes on
	onSized      func(camera.Mode) // what the software encoder can hold
	onAppeared   func()            // a camera that was missing is there
}

// openDevices opens what the settings name. Opening touches no hardware yet:
// a device that is missing is a fault that heals, not a reason not to start.
// What can never work is an error that names the setting. world is the
// simulated nursery, nil where nothing is simulated.
func openDevices(s config.Settings, world *sim.World, log *slog.Logger) (*devices, error) {
	d := &devices{world: world, cameraName: s.Camera.Source, buses: buses{}}
	for _, open := range []func(config.Settings, *slog.Logger) error{
		d.openCamera, d.openHead, d.openNight, d.openClimate, d.openSound,
	} {
		if err := open(s, log); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// close gives back what was opened, for those who open it next.
func (d *devices) close() {
	d.buses.close()
	if lines, ok := d.night.(io.Closer); ok {
		_ = lines.Close() // the kernel takes them back in any case
	}
	if d.ldr != nil {
		_ = d.ldr.Close()
	}
}

func (d *devices) restarting(why string) {
	if d.onRestarting != nil {
		d.onRestarting(why)
	}
}

func (d *devices) sized(m camera.Mode) {
	if d.onSized != nil {
		d.onSized(m)
	}
}

func (d *devices) appeared() {
	if d.onAppeared != nil {
		d.onAppeared()
	}
}

func (d *devices) openHead(s config.Settings, _ *slog.Logger) (err error) {
	h := s.Head
	pan, tilt := pulses(h.Pan), pulses(h.Tilt)
	switch h.Driver {
	case "none":
	case "sim":
		if d.world == nil {
			return errNotSimulated("head.driver")
		}
		d.head = d.world.Head()
	case "pca9685":
		bus, err := d.buses.get(h.Bus)
		if err != nil {
			return fmt.Errorf("head.bus: %w", err)
		}
		d.head, err = pca9685.New(bus, pca9685.Options{
			Address: uint16(h.Address), Pan: h.Pan.Channel, Tilt: h.Tilt.Channel, PanPulses: pan, TiltPulses: tilt,
		})
		return err
	case "pwm":
		d.head, err = pwm.New(pwm.Options{Chip: h.Chip, Pan: h.Pan.Channel, Tilt: h.Tilt.Channel, PanPulses: pan, TiltPulses: tilt})
	case "gpio":
		d.head, err = gpioHead(h, pan, tilt)
	}
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	return nil
}

// gpioHead opens two pins by their names.
func gpioHead(h config.Head, pan, tilt servo.Pulses) (servo.Actuator, error) {
	if _, err := host.Init(); err != nil {
		return nil, err
	}
	panPin, tiltPin := gpioreg.ByName(h.Pan.Pin), gpioreg.ByName(h.Tilt.Pin)
	if panPin == nil || tiltPin == nil {
		return nil, fmt.Errorf("this board has no pins %q and %q; name them as \"GPIO12\"", h.Pan.Pin, h.Tilt.Pin)
	}
	return servogpio.New(servogpio.Options{Pan: panPin, Tilt: tiltPin, PanPulses: pan, TiltPulses: tilt}), nil
}

func pulses(a config.Axis) servo.Pulses {
	return servo.Pulses{
		Min: time.Duration(a.MinPulse) * time.Microsecond, Max: time.Duration(a.MaxPulse) * time.Microsecond,
		Trim: a.Trim, Reverse: a.Reverse,
	}
}

func (d *devices) openNight(s config.Settings, _ *slog.Logger) (err error) {
	n := s.IRCut
	if pin, ok := strings.CutPrefix(n.Ambient, "ldr:"); ok {
		line, err := gpio.ParseLine(pin)
		if err != nil {
			return fmt.Errorf("ircut.ambient: %w", err)
		}
		d.ldr = gpio.NewInput(line, n.AmbientInvert)
	}
	options := gpio.Options{Invert: n.Invert, InvertLamps: n.LampsInvert, Pulse: time.Duration(n.Pulse) * time.Millisecond}
	if n.LampsPin >= 0 {
		lamps := gpio.Pin(n.LampsPin)
		options.Lamps = &lamps
	}
	switch n.Driver {
	case "none":
	case "sim":
		if d.world == nil {
			return errNotSimulated("ircut.driver")
		}
		d.night = d.world.Night()
	case "level":
		d.night = gpio.NewLevel(gpio.Pin(n.Pins[0]), options)
	case "pulse":
		if d.night, err = gpio.NewPulse(gpio.Pin(n.Pins[0]), gpio.Pin(n.Pins[1]), options); err != nil {
			return fmt.Errorf("ircut.pins: %w", err)
		}
	}
	return nil
}

func (d *devices) openClimate(s config.Settings, _ *slog.Logger) error {
	for i, c := range s.Climate.Sensors {
		key := fmt.Sprintf("climate.sensor[%d]", i)
		sensor, err := d.openSensor(key, c)
		if err != nil {
			return err
		}
		name := c.Driver
		if c.Bus != "" {
			name += " on " + c.Bus
		}
		source := sensors.Source{Name: name, Sensor: sensor, Offset: map[sensors.Quantity]float64{sensors.Temperature: c.Offset}}
		if c.Driver == "scd4x" {
			source.Timeout = 8 * time.Second // it measures each 5 s
		}
		d.climate = append(d.climate, source)
	}
	return nil
}

func (d *devices) openSensor(key string, c config.Sensor) (sensors.Sensor, error) {
	switch c.Driver {
	case "sim":
		if d.world == nil {
			return nil, errNotSimulated(key + ".driver")
		}
		return d.world.Climate(), nil
	case "iio", "hwmon":
		return sysfs.New("", c.Driver, c.Bus)
	default:
		bus, err := d.buses.get(c.Bus)
		if err != nil {
			return nil, fmt.Errorf("%s.bus: %w", key, err)
		}
		return chips.New(c.Driver, bus, uint16(c.Address))
	}
}

func (d *devices) openSound(s config.Settings, log *slog.Logger) error {
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
		channel, err := portaudio.ParseChannel(s.Audio.Channel)
		if err != nil {
			return fmt.Errorf("audio.channel: %w", err)
		}
		d.microphone = d.soundHost(log).Microphone(name, channel)
	}
	switch name := s.Audio.Speaker; name {
	case "none":
	case "sim":
		if d.world == nil {
			return errNotSimulated("audio.speaker")
		}
		d.speaker = d.world.Speaker()
	default:
		d.speaker = d.soundHost(log).Speaker(name)
	}
	if s.Audio.Echo && d.microphone != nil && d.speaker != nil && d.sound != nil {
		d.microphone, d.speaker = echo.Pair(d.microphone, d.speaker)
		d.cancels = true
	}
	return nil
}

func (d *devices) soundHost(log *slog.Logger) *portaudio.Host {
	if d.sound == nil {
		d.sound = portaudio.NewHost(log.With("room", "sound"))
	}
	return d.sound
}

// soundDevices lists what there is to hear and speak with, for the doctor.
func (d *devices) soundDevices(ctx context.Context) ([]portaudio.Device, error) {
	if d.sound == nil {
		return nil, nil
	}
	return d.sound.Devices(ctx)
}

func errNotSimulated(key string) error {
	return fmt.Errorf(`%s: "sim" is there only with --sim`, key)
}

// limits are the head's.
func limits(h config.Head) servo.Limits {
	axis := func(a config.Axis) servo.Axis {
		speed, acceleration := h.AxisSpeed(a)
		return servo.Axis{Min: a.Min, Max: a.Max, Speed: speed, Acceleration: acceleration}
	}
	return servo.Limits{Pan: axis(h.Pan), Tilt: axis(h.Tilt), Patience: 300 * time.Millisecond}
}
