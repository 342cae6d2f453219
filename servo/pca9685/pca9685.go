// Package pca9685 drives the head through a PCA9685, the 16-channel PWM chip of
// most servo boards and pan/tilt HATs, by I²C.
package pca9685

import (
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/i2c"
	"periph.io/x/devices/v3/pca9685"

	"babymonitor/servo"
)

// DefaultAddress is the chip's address with no jumper closed.
const DefaultAddress = 0x40

// step is the length of one count of the chip's 4096 for a frame. The chip
// library sets the prescaler to 122; by the data sheet (NXP PCA9685 rev. 4,
// section 7.3.5) the 25 MHz oscillator is then divided by 123.
const step = 123 * time.Second / 25_000_000

// Options say how the servos are wired.
type Options struct {
	Address    uint16 // 0: DefaultAddress
	Pan, Tilt  int    // channels, 0 to 15
	PanPulses  servo.Pulses
	TiltPulses servo.Pulses
}

// Actuator is a pan/tilt head on a PCA9685.
type Actuator struct {
	bus     i2c.Bus
	options Options
	chip    *pca9685.Dev // nil until the chip has answered
}

// New returns a head on the bus, which stays the caller's. The chip is set up
// with the first movement, and again after it has failed, so that it may be
// plugged in later. Setting up leaves the motors released.
func New(bus i2c.Bus, o Options) (*Actuator, error) {
	if o.Address == 0 {
		o.Address = DefaultAddress
	}
	for _, channel := range []int{o.Pan, o.Tilt} {
		if channel < 0 || channel > 15 {
			return nil, fmt.Errorf("PCA9685: there is no channel %d; choose 0 to 15", channel)
		}
	}
	if o.Pan == o.Tilt {
		return nil, fmt.Errorf("PCA9685: pan and tilt are both on channel %d; give each its own", o.Pan)
	}
	return &Actuator{bus: bus, options: o}, nil
}

// Move implements servo.Actuator: two short I²C writes.
func (a *Actuator) Move(p servo.Pose) error {
	if err := a.open(); err != nil {
		return err
	}
	pan, tilt, err := servo.Pair(p, a.options.PanPulses, a.options.TiltPulses)
	if err != nil {
		return err
	}
	if err = a.set(a.options.Pan, pan); err == nil {
		err = a.set(a.options.Tilt, tilt)
	}
	return a.failed(err)
}

// Release implements servo.Actuator: no pulses, no sound. It also finds out
// whether the chip answers.
func (a *Actuator) Release() error {
	if err := a.open(); err != nil {
		return err
	}
	err := a.chip.SetFullOff(a.options.Pan)
	if err == nil {
		err = a.chip.SetFullOff(a.options.Tilt)
	}
	return a.failed(err)
}

// open sets the chip up: all outputs off, one frame each 20 ms.
func (a *Actuator) open() error {
	if a.chip != nil {
		return nil
	}
	chip, err := pca9685.NewI2C(a.bus, a.options.Address)
	if err != nil {
		return a.failed(err)
	}
	a.chip = chip
	return nil
}

func (a *Actuator) set(channel int, pulse time.Duration) error {
	return a.chip.SetPwm(channel, 0, gpio.Duty(pulse/step))
}

// failed forgets the chip after an error, as it may have lost its power and
// with it its set-up.
func (a *Actuator) failed(err error) error {
	if err == nil {
		return nil
	}
	a.chip = nil
	return fmt.Errorf("the servo board (PCA9685 at 0x%02x on %v) does not answer: %w; check its power and its SDA and SCL wires", a.options.Address, a.bus, err)
}
