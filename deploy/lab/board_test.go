package lab_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/warthog618/go-gpiocdev"
	"golang.org/x/sys/unix"

	"babymonitor/deploy/lab"
)

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func TestLabGPIO(t *testing.T) {
	devices := lab.Required(t)
	chip, err := gpiocdev.NewChip(filepath.Base(devices.GPIOChip))
	if err != nil {
		t.Fatal(err)
	}
	defer chip.Close()
	if chip.Label != "pinctrl-bcm2835" || chip.Lines() != 54 {
		t.Errorf("the chip is %q with %d lines", chip.Label, chip.Lines())
	}
	out, err := chip.RequestLine(17, gpiocdev.AsOutput(1))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	wire := lab.OpenLine(t, 17)
	if !wire.High() {
		t.Error("a line driven high is low")
	}
	if err := out.SetValue(0); err != nil || wire.High() {
		t.Errorf("a line driven low is high (%v)", err)
	}

	edges := make(chan gpiocdev.LineEvent, 4)
	in, err := chip.RequestLine(27, gpiocdev.AsInput, gpiocdev.WithBothEdges, gpiocdev.WithEventHandler(func(e gpiocdev.LineEvent) { edges <- e }))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	lab.OpenLine(t, 27).Pull(true)
	if e := <-edges; e.Type != gpiocdev.LineEventRisingEdge {
		t.Errorf("an edge of type %v", e.Type)
	}
	if v, err := in.Value(); v != 1 {
		t.Errorf("a line pulled up reads %d (%v)", v, err)
	}
	lab.OpenLine(t, 27).Pull(false)
	<-edges
}

func TestLabPWM(t *testing.T) {
	chip := lab.Required(t).PWMChip
	set := func(name, value string) error {
		return os.WriteFile(filepath.Join(chip, name), []byte(value), 0)
	}
	if err := set("export", "1"); err != nil {
		t.Fatal(err)
	}
	defer set("unexport", "1")
	for name, value := range map[string]string{"period": "20000000", "duty_cycle": "1500000", "enable": "1"} {
		defer func() {
			if got := read(t, chip, "pwm1", name); got != value {
				t.Errorf("%s is %s, want %s", name, got, value)
			}
		}()
	}
	for _, s := range [][2]string{{"period", "20000000"}, {"duty_cycle", "1500000"}, {"enable", "1"}} {
		if err := set("pwm1/"+s[0], s[1]); err != nil {
			t.Errorf("%s: %v", s[0], err)
		}
	}
	lab.Set(t, "lab_pwm", "fault", int(unix.EIO))
	if err := set("pwm1/duty_cycle", "1600000"); !errors.Is(err, unix.EIO) {
		t.Errorf("a failing chip says %v", err)
	}
}

func TestLabClimateFiles(t *testing.T) {
	devices := lab.Required(t)
	lab.Set(t, "lab_dht", "temperature", 19700)
	if got := read(t, devices.IIO, "in_temp_input"); got != "19700" {
		t.Errorf("temperature %s", got)
	}
	if got := read(t, devices.IIO, "in_humidityrelative_input"); got != "45000" {
		t.Errorf("humidity %s", got)
	}
	lab.Set(t, "lab_dht", "fault", int(unix.ETIMEDOUT))
	if _, err := os.ReadFile(filepath.Join(devices.IIO, "in_temp_input")); !errors.Is(err, unix.ETIMEDOUT) {
		t.Errorf("a failing sensor says %v", err)
	}

	// The kernel's sht4x driver, in thousandths; it rounds.
	for name, want := range map[string]string{"name": "sht4x", "temp1_input": "2224", "humidity1_input": "5099"} {
		if got := read(t, devices.HWMon, name); !strings.HasPrefix(got, want) {
			t.Errorf("%s of the SHT40 is %s, want %s…", name, got, want)
		}
	}
}

func TestLabPower(t *testing.T) {
	devices := lab.Required(t)
	if got := read(t, devices.Power, "in0_lcrit_alarm"); got != "0" {
		t.Errorf("under-voltage %s at the start", got)
	}
	lab.Set(t, "lab_power", "undervoltage", 1)
	if got := read(t, devices.Power, "in0_lcrit_alarm"); got != "1" {
		t.Errorf("under-voltage %s", got)
	}
	lab.Set(t, "lab_power", "temperature", 81250)
	if kind, got := read(t, devices.Thermal, "type"), read(t, devices.Thermal, "temp"); kind != "cpu-thermal" || got != "81250" {
		t.Errorf("%s has %s", kind, got)
	}
}

func TestLabWatchdog(t *testing.T) {
	f, err := os.OpenFile(lab.Required(t).Watchdog, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("V"); err != nil { // let it rest once closed
		t.Error(err)
	}
}
