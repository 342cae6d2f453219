// Package gpio drives the head with PWM pins that periph makes itself (by DMA
// on a Raspberry Pi, which needs root). It is the last resort, for boards
// without a PCA9685 and without the kernel's PWM.
package gpio

import (
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"

	"babymonitor/servo"
)

// frequency is one pulse each servo.Frame.
const frequency = 50 * physic.Hertz

// Options say how the servos are wired.
type Options struct {
	Pan, Tilt  gpio.PinOut
	PanPulses  servo.Pulses
	TiltPulses servo.Pulses
	Proc       string // where procfs is, "" for /proc
}

// Actuator is a pan/tilt head on two PWM pins.
type Actuator struct {
	options Options
	on      bool // the pins make pulses
}

// New returns a head on two pins.
func New(o Options) *Actuator { return &Actuator{options: o} }

// Move implements servo.Actuator.
func (a *Actuator) Move(p servo.Pose) error {
	pan, tilt, err := servo.Pair(p, a.options.PanPulses, a.options.TiltPulses)
	if err != nil {
		return err
	}
	if !a.on {
		if err := servo.CheckJack(a.options.Proc); err != nil {
			return err
		}
	}
	a.on = true
	if err := pulse(a.options.Pan, pan); err != nil {
		return err
	}
	return pulse(a.options.Tilt, tilt)
}

// Release implements servo.Actuator: both pins low.
func (a *Actuator) Release() error {
	a.on = false
	return errors.Join(a.options.Pan.Out(gpio.Low), a.options.Tilt.Out(gpio.Low), servo.CheckJack(a.options.Proc))
}

func pulse(pin gpio.PinOut, length time.Duration) error {
	duty := gpio.Duty(int64(gpio.DutyMax) * int64(length) / int64(servo.Frame))
	if err := pin.PWM(duty, frequency); err != nil {
		return fmt.Errorf("pin %v makes no servo pulses: %w; periph needs root for that: better use a PCA9685 board or driver = \"pwm\"", pin, err)
	}
	return nil
}
