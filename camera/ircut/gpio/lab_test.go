package gpio

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/warthog618/go-gpiocdev"

	"babymonitor/camera/ircut"
	"babymonitor/camera/ircut/ircuttest"
	"babymonitor/deploy/lab"
)

// wired is a filter whose lines are read back from the chip.
type wired struct {
	*Filter
	filter, lamps lab.Line
}

func (w wired) Is() (day, lamps bool) { return w.filter.High(), w.lamps.High() }

func TestLabLevel(t *testing.T) {
	lab.Required(t)
	filter, lit := lab.OpenLine(t, 17), lab.OpenLine(t, 22)
	ircuttest.TestFilter(t, func(t *testing.T) ircut.Filter {
		lamps := Line{Name: "GPIO22"}
		f := NewLevel(Pin(17), Options{Lamps: &lamps})
		t.Cleanup(func() { f.Close() })
		return wired{f, filter, lit}
	})
}

func TestLabPulse(t *testing.T) {
	lab.Required(t)
	open := func(t *testing.T) *Filter {
		f, err := NewPulse(Pin(20), Line{Chip: "pinctrl-bcm2835", Name: "GPIO16"}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	ircuttest.TestFilter(t, func(t *testing.T) ircut.Filter { return open(t) })

	// A pulse of half a second is long enough to be seen from outside.
	f := open(t)
	f.options.Pulse = mostPulse
	day, night := lab.OpenLine(t, 20), lab.OpenLine(t, 16)
	done := make(chan error, 1)
	go func() { done <- f.SetFilter(true) }()
	seen := false
	for deadline := time.After(20 * time.Second); ; {
		d, n := day.High(), night.High()
		seen = seen || d
		if d && n {
			t.Error("both lines are high")
		}
		select {
		case err := <-done:
			if err != nil || !seen {
				t.Errorf("pulse seen %v: %v", seen, err)
			}
			if day.High() || night.High() {
				t.Error("a line stays high after the pulse")
			}
			return
		case <-deadline:
			t.Fatal("the pulse does not end")
		default:
		}
	}
}

func TestLabInput(t *testing.T) {
	lab.Required(t)
	in := NewInput(Pin(11), false)
	t.Cleanup(func() { in.Close() })
	for _, want := range []bool{true, false, true} {
		lab.OpenLine(t, 11).Pull(want)
		if got, err := in.Read(); err != nil || got != want {
			t.Errorf("pulled to %v it reads %v: %v", want, got, err)
		}
	}
}

func TestLabSaysWhatIsWrong(t *testing.T) {
	chip := filepath.Base(lab.Required(t).GPIOChip)
	taken, err := gpiocdev.RequestLine(chip, 5, gpiocdev.WithConsumer("somebody"), gpiocdev.AsInput)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		line string
		want string
	}{
		{"5", `in use by "somebody"`},
		{"900", "has no line"},
		{"CAM_GPIO1", "no GPIO chip here"},
		{"raspberrypi-exp-gpio:6", "no GPIO chip here"},
		{chip + ":GPIO99", "has no line"},
	} {
		l, err := ParseLine(c.line)
		if err != nil {
			t.Fatal(err)
		}
		f := NewLevel(l, Options{})
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("line %s is checked: %v; want %s", c.line, err, c.want)
		}
		if err := f.SetFilter(true); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("line %s: %v; want %s", c.line, err, c.want)
		}
	}
}

// TestLabCheckTouchesNothing looks at lines that are free, and at those of a
// monitor that runs.
func TestLabCheckTouchesNothing(t *testing.T) {
	lab.Required(t)
	line := lab.OpenLine(t, 17)
	line.Pull(true)
	f := NewLevel(Pin(17), Options{})
	t.Cleanup(func() { f.Close() })
	if err := f.Check(); err != nil || !line.High() {
		t.Errorf("free: %v, high %v", err, line.High())
	}
	if err := f.SetFilter(false); err != nil {
		t.Fatal(err)
	}
	if err := NewLevel(Pin(17), Options{}).Check(); err != nil || line.High() {
		t.Errorf("of a monitor that runs: %v, high %v", err, line.High())
	}
}
