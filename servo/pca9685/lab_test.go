package pca9685

import (
	"encoding/binary"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/host/v3/sysfs"

	"babymonitor/deploy/lab"
	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

// labHead opens the lab's servo board by the kernel's bus.
func labHead(t *testing.T) *Actuator {
	t.Helper()
	bus, err := sysfs.NewI2C(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	return open(t, bus)
}

func TestLabSuite(t *testing.T) {
	lab.Required(t)
	lab.OpenChip(t, lab.PCA9685).PowerCycle()
	servotest.TestActuator(t, func(t *testing.T) servo.Actuator { return labHead(t) })
}

// count is the pulse of a channel as the chip's registers hold it.
func count(chip lab.Chip, channel int) time.Duration {
	r := chip.Registers()
	return time.Duration(binary.LittleEndian.Uint16(r[0x08+4*channel:])) * step
}

func TestLabPulses(t *testing.T) {
	lab.Required(t)
	chip := lab.OpenChip(t, lab.PCA9685)
	chip.PowerCycle()
	head := labHead(t)
	if err := head.Move(servo.Pose{Pan: -90, Tilt: 45}); err != nil {
		t.Fatal(err)
	}
	for channel, want := range []time.Duration{500 * time.Microsecond, 1925 * time.Microsecond} {
		if got := count(chip, channel); got < want-step || got > want {
			t.Errorf("channel %d pulses for %v, want %v", channel, got, want)
		}
	}
	if err := head.Release(); err != nil {
		t.Fatal(err)
	}
	if r := chip.Registers(); r[0x09]&0x10 == 0 || r[0x0D]&0x10 == 0 {
		t.Error("the outputs are not off after the release")
	}
}

func TestLabStopsAnswering(t *testing.T) {
	lab.Required(t)
	chip := lab.OpenChip(t, lab.PCA9685)
	chip.PowerCycle()
	head := labHead(t)
	for _, errno := range []unix.Errno{unix.EREMOTEIO, unix.ETIMEDOUT} {
		if err := head.Move(servo.Pose{}); err != nil {
			t.Fatal(err)
		}
		chip.Fail(errno)
		if err := head.Move(servo.Pose{}); err == nil {
			t.Errorf("%v: nothing is said of it", errno)
		}
		chip.Fail(0)
		chip.PowerCycle() // as when it was plugged in again
		if err := head.Move(servo.Pose{Pan: 90}); err != nil {
			t.Errorf("after %v: %v", errno, err)
		}
		if got := count(chip, 0); got < 2400*time.Microsecond-step || got > 2400*time.Microsecond {
			t.Errorf("after %v it pulses for %v", errno, got)
		}
	}
}
