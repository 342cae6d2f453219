package pca9685

import (
	"errors"
	"strings"
	"testing"
	"time"

	"periph.io/x/conn/v3/i2c"
	"periph.io/x/conn/v3/i2c/i2ctest"
	"periph.io/x/conn/v3/physic"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

// sg90 is what a small servo wants.
var sg90 = servo.Pulses{Min: 500 * time.Microsecond, Max: 2400 * time.Microsecond} // never changed

func options() Options {
	return Options{Pan: 0, Tilt: 1, PanPulses: sg90, TiltPulses: sg90}
}

// setUp is what the data sheet wants at first: outputs off, totem pole, awake,
// 122 in the prescaler (which may only be written while asleep), restart.
func setUp() []i2ctest.IO {
	w := func(b ...byte) i2ctest.IO { return i2ctest.IO{Addr: 0x40, W: b} }
	return []i2ctest.IO{
		w(0xFA, 0, 0, 0, 0), // ALL_LED: off
		w(0x01, 0x04),       // MODE2: totem pole
		w(0x00, 0x01),       // MODE1: all call
		{Addr: 0x40, W: []byte{0x00}, R: []byte{0x11}},
		w(0x00, 0x21), // awake, registers advance by themselves
		{Addr: 0x40, W: []byte{0x00}, R: []byte{0x21}},
		w(0x00, 0x31), // asleep
		w(0xFE, 122),  // PRE_SCALE
		w(0x00, 0x21),
		w(0x00, 0xA1), // restart
	}
}

func TestMovesAndReleasesByTheDataSheet(t *testing.T) {
	bus := &i2ctest.Playback{Ops: append(setUp(),
		// 1450 µs are 294 counts of 4.92 µs; 45° are 1925 µs, 391 counts.
		i2ctest.IO{Addr: 0x40, W: []byte{0x06, 0, 0, 0x26, 0x01}},
		i2ctest.IO{Addr: 0x40, W: []byte{0x0A, 0, 0, 0x87, 0x01}},
		i2ctest.IO{Addr: 0x40, W: []byte{0x09, 0x10}}, // LED0 full off
		i2ctest.IO{Addr: 0x40, W: []byte{0x0D, 0x10}}, // LED1 full off
	), DontPanic: true}
	a, err := New(bus, options())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Move(servo.Pose{Tilt: 45}); err != nil {
		t.Fatal(err)
	}
	if err := a.Release(); err != nil {
		t.Fatal(err)
	}
	if err := bus.Close(); err != nil {
		t.Error(err)
	}
}

// registers is a bus with one chip that takes everything, until it is gone.
type registers struct {
	memory [256]byte
	gone   bool
}

func (r *registers) String() string                  { return "I2C1" }
func (r *registers) SetSpeed(physic.Frequency) error { return nil }

func (r *registers) Tx(addr uint16, w, read []byte) error {
	if r.gone || addr != DefaultAddress {
		return errors.New("remote I/O error")
	}
	if len(w) > 0 {
		copy(r.memory[w[0]:], w[1:])
		copy(read, r.memory[w[0]:])
	}
	return nil
}

func TestSuite(t *testing.T) {
	servotest.TestActuator(t, func(t *testing.T) servo.Actuator { return open(t, new(registers)) })
}

func open(t *testing.T, bus i2c.Bus) *Actuator {
	t.Helper()
	a, err := New(bus, options())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestComesBackAfterItWasUnplugged(t *testing.T) {
	chip := new(registers)
	a := open(t, chip)
	if err := a.Move(servo.Pose{}); err != nil {
		t.Fatal(err)
	}
	*chip = registers{gone: true}
	if err := a.Move(servo.Pose{}); err == nil || !strings.Contains(err.Error(), "SDA and SCL") {
		t.Errorf("unplugged: %v", err)
	}
	chip.gone = false
	if err := a.Move(servo.Pose{}); err != nil {
		t.Fatal(err)
	}
	if chip.memory[0xFE] != 122 {
		t.Error("was not set up again after it had lost its power")
	}
}

func TestRefusesWrongChannels(t *testing.T) {
	for _, o := range []Options{{Pan: 3, Tilt: 3}, {Pan: -1}, {Tilt: 16}} {
		if _, err := New(new(registers), o); err == nil {
			t.Errorf("pan %d and tilt %d were taken", o.Pan, o.Tilt)
		}
	}
}
