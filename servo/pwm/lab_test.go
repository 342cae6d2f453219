package pwm

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/deploy/lab"
	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

// labHead opens the lab's PWM chip and returns the chip's folder too.
func labHead(t *testing.T) (*Actuator, string) {
	t.Helper()
	dir := lab.Required(t).PWMChip
	chip, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(dir), "pwmchip"))
	if err != nil {
		t.Fatal(err)
	}
	p := servo.Pulses{Min: 500 * time.Microsecond, Max: 2400 * time.Microsecond}
	return open(t, Options{Chip: chip, Pan: 0, Tilt: 1, PanPulses: p, TiltPulses: p}), dir
}

func TestLabSuite(t *testing.T) {
	lab.Required(t)
	servotest.TestActuator(t, func(t *testing.T) servo.Actuator {
		head, _ := labHead(t)
		t.Cleanup(func() {
			if err := head.Release(); err != nil {
				t.Error(err)
			}
		})
		return head
	})
}

func TestLabPulses(t *testing.T) {
	head, dir := labHead(t)
	holds := func(file, want string) {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || strings.TrimSpace(string(b)) != want {
			t.Errorf("%s holds %q, %v; want %s", file, b, err, want)
		}
	}
	if err := head.Move(servo.Pose{Pan: 90, Tilt: -90}); err != nil {
		t.Fatal(err)
	}
	holds("pwm0/period", "20000000")
	holds("pwm0/duty_cycle", "2400000")
	holds("pwm1/duty_cycle", "500000")
	holds("pwm1/enable", "1")
	if err := head.Release(); err != nil {
		t.Fatal(err)
	}
	holds("pwm0/enable", "0")
}

func TestLabRefusal(t *testing.T) {
	head, _ := labHead(t)
	if err := head.Move(servo.Pose{}); err != nil {
		t.Fatal(err)
	}
	lab.Set(t, "lab_pwm", "fault", int(unix.EIO))
	if err := head.Move(servo.Pose{Pan: 10}); err == nil {
		t.Error("nothing is said of it")
	}
	lab.Set(t, "lab_pwm", "fault", 0)
	if err := head.Move(servo.Pose{Pan: 20}); err != nil {
		t.Errorf("it does not come back: %v", err)
	}
	if err := head.Release(); err != nil {
		t.Error(err)
	}
}
