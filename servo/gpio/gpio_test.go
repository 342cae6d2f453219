package gpio

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpiotest"
	"periph.io/x/conn/v3/physic"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

func pins() (pan, tilt *gpiotest.Pin, a *Actuator) {
	pan, tilt = &gpiotest.Pin{N: "GPIO12"}, &gpiotest.Pin{N: "GPIO13"}
	p := servo.Pulses{Min: 500 * time.Microsecond, Max: 2500 * time.Microsecond}
	return pan, tilt, New(Options{Pan: pan, Tilt: tilt, PanPulses: p, TiltPulses: p})
}

func TestSuite(t *testing.T) {
	servotest.TestActuator(t, func(*testing.T) servo.Actuator {
		_, _, a := pins()
		return a
	})
}

func TestPulses(t *testing.T) {
	pan, tilt, a := pins()
	if err := a.Move(servo.Pose{Tilt: 90}); err != nil {
		t.Fatal(err)
	}
	// 1.5 ms and 2.5 ms of 20 ms.
	if want := gpio.DutyMax * 3 / 40; pan.D != want || pan.F != 50*physic.Hertz {
		t.Errorf("pan: %v at %v, want %v at 50 Hz", pan.D, pan.F, want)
	}
	if want := gpio.DutyMax / 8; tilt.D != want {
		t.Errorf("tilt: %v, want %v", tilt.D, want)
	}
	if err := a.Release(); err != nil || pan.L != gpio.Low {
		t.Errorf("released: %v, %v", pan.L, err)
	}
}

func TestLeavesThePWMToTheJack(t *testing.T) {
	pan, _, a := pins()
	a.options.Proc = t.TempDir()
	if err := os.Mkdir(filepath.Join(a.options.Proc, "asound"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(a.options.Proc, "asound/cards"), []byte(" 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := a.Move(servo.Pose{}); !errors.Is(err, servo.ErrJack) || pan.D != 0 {
		t.Errorf("%v, pulses of %v", err, pan.D)
	}
	if err := a.Release(); !errors.Is(err, servo.ErrJack) {
		t.Errorf("released: %v", err)
	}
}
