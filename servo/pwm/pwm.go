// Package pwm drives the head with the kernel's hardware PWM channels (sysfs,
// Documentation/driver-api/pwm.rst of the kernel), which needs the overlay
// pwm-2chan on a Raspberry Pi.
package pwm

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"babymonitor/servo"
)

// patience is how long an exported channel may take until it can be written:
// udev gives it to our group a moment after it has appeared.
const patience = 2 * time.Second

// Options say how the servos are wired.
type Options struct {
	Sys        string // where sysfs is, "" for /sys
	Proc       string // where procfs is, "" for /proc
	Chip       int    // the N of /sys/class/pwm/pwmchipN
	Pan, Tilt  int    // channels of the chip
	PanPulses  servo.Pulses
	TiltPulses servo.Pulses
}

// Actuator is a pan/tilt head on two channels of one PWM chip.
type Actuator struct {
	options   Options
	pan, tilt channel
}

// New returns a head on a PWM chip. The channels are taken with the first
// movement.
func New(o Options) (*Actuator, error) {
	if o.Sys == "" {
		o.Sys = "/sys"
	}
	if o.Proc == "" {
		o.Proc = "/proc"
	}
	if o.Pan == o.Tilt {
		return nil, fmt.Errorf("PWM: pan and tilt are both on channel %d; give each its own", o.Pan)
	}
	chip := filepath.Join(o.Sys, "class/pwm", "pwmchip"+strconv.Itoa(o.Chip))
	return &Actuator{
		options: o,
		pan:     channel{chip: chip, number: o.Pan},
		tilt:    channel{chip: chip, number: o.Tilt},
	}, nil
}

// Move implements servo.Actuator.
func (a *Actuator) Move(p servo.Pose) error {
	pan, tilt, err := servo.Pair(p, a.options.PanPulses, a.options.TiltPulses)
	if err != nil {
		return err
	}
	if err := a.free(); err != nil {
		return err
	}
	if err := a.pan.pulse(pan); err != nil {
		return err
	}
	return a.tilt.pulse(tilt)
}

// free returns an error while the channels are not taken yet and the jack needs
// them.
func (a *Actuator) free() error {
	if a.pan.on && a.tilt.on {
		return nil
	}
	return servo.CheckJack(a.options.Proc)
}

// Release implements servo.Actuator: no pulses, no sound.
func (a *Actuator) Release() error {
	return errors.Join(a.pan.release(), a.tilt.release(), a.free())
}

// channel is one output of a PWM chip.
type channel struct {
	chip   string
	number int
	on     bool
}

// pulse makes the channel repeat a pulse each servo.Frame.
func (c *channel) pulse(length time.Duration) error {
	if !c.on {
		if err := c.open(); err != nil {
			return err
		}
	}
	if err := c.write("duty_cycle", int(length.Nanoseconds())); err != nil {
		c.on = false
		return err
	}
	if !c.on {
		if err := c.write("enable", 1); err != nil {
			return err
		}
		c.on = true
	}
	return nil
}

// release stops the pulses.
func (c *channel) release() error {
	if !c.on {
		return nil
	}
	c.on = false
	return c.write("enable", 0)
}

// open exports the channel where that has not been done and sets its period.
func (c *channel) open() error {
	if _, err := os.Stat(c.chip); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no PWM chip %s: add dtoverlay=pwm-2chan to config.txt and restart", filepath.Base(c.chip))
	}
	if _, err := os.Stat(c.path("")); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(filepath.Join(c.chip, "export"), []byte(strconv.Itoa(c.number)), 0); err != nil {
			return c.explain(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := c.write("period", int(servo.Frame.Nanoseconds()))
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

func (c *channel) path(file string) string {
	return filepath.Join(c.chip, "pwm"+strconv.Itoa(c.number), file)
}

func (c *channel) write(file string, value int) error {
	return c.explain(os.WriteFile(c.path(file), []byte(strconv.Itoa(value)), 0))
}

// explain says what to do about an error of sysfs.
func (c *channel) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("PWM channel %d may not be used: %w; the monitor's user must be in the group gpio, and udev must give it the channel", c.number, err)
	default:
		return fmt.Errorf("PWM channel %d does not obey: %w", c.number, err)
	}
}
