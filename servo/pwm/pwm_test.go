package pwm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

// sysfs makes what the kernel shows of a PWM chip with two channels.
func sysfs(t *testing.T) Options {
	t.Helper()
	root := t.TempDir()
	for _, channel := range []string{"pwm0", "pwm1"} {
		dir := filepath.Join(root, "class/pwm/pwmchip0", channel)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"period", "duty_cycle", "enable"} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte("0"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := servo.Pulses{Min: 500 * time.Microsecond, Max: 2400 * time.Microsecond}
	return Options{Sys: root, Proc: root, Pan: 0, Tilt: 1, PanPulses: p, TiltPulses: p}
}

func read(t *testing.T, o Options, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(o.Sys, "class/pwm/pwmchip0", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func open(t *testing.T, o Options) *Actuator {
	t.Helper()
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSuite(t *testing.T) {
	servotest.TestActuator(t, func(t *testing.T) servo.Actuator { return open(t, sysfs(t)) })
}

func TestWritesWhatTheKernelWants(t *testing.T) {
	o := sysfs(t)
	a := open(t, o)
	if got := read(t, o, "pwm0/enable"); got != "0" {
		t.Errorf("enabled before the first movement: %s", got)
	}
	if err := a.Move(servo.Pose{Tilt: 90}); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"pwm0/period": "20000000", "pwm0/duty_cycle": "1450000", "pwm0/enable": "1",
		"pwm1/period": "20000000", "pwm1/duty_cycle": "2400000", "pwm1/enable": "1",
	} {
		if got := read(t, o, file); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
	if err := a.Release(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, o, "pwm1/enable"); got != "0" {
		t.Errorf("still enabled after the release: %s", got)
	}
}

func TestSaysWhatToDo(t *testing.T) {
	o := sysfs(t)
	o.Chip = 7
	if err := open(t, o).Move(servo.Pose{}); err == nil || !strings.Contains(err.Error(), "dtoverlay=pwm-2chan") {
		t.Errorf("no chip: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(o.Proc, "asound"), 0o755); err != nil {
		t.Fatal(err)
	}
	cards := " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"
	if err := os.WriteFile(filepath.Join(o.Proc, "asound/cards"), []byte(cards), 0o644); err != nil {
		t.Fatal(err)
	}
	a := open(t, sysfs(t))
	a.options.Proc = o.Proc
	for what, err := range map[string]error{"release": a.Release(), "move": a.Move(servo.Pose{})} {
		if !errors.Is(err, servo.ErrJack) {
			t.Errorf("%s with the jack in use: %v", what, err)
		}
	}
}
