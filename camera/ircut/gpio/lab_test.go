package gpio

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/warthog618/go-gpiocdev"

	"babymonitor/camera/ircut"
	"babymonitor/camera/ircut/ircuttest"
)

// lab returns the folder where the kernel's simulated GPIO chip shows its
// lines, or skips the test outside the virtual lab.
func lab(t *testing.T) string {
	t.Helper()
	if os.Getenv("BABYMONITOR_LAB") != "1" {
		t.Skip("needs the kernel's simulated GPIO chip: run scripts/lab")
	}
	return os.Getenv("BABYMONITOR_LAB_GPIOSIM")
}

// line reads what the simulated chip has on a line.
func line(t *testing.T, sim string, offset int) bool {
	t.Helper()
	value, err := os.ReadFile(filepath.Join(sim, fmt.Sprintf("sim_gpio%d", offset), "value"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(value)) == "1"
}

// wired is a filter on one line whose lines are read back from the chip.
type wired struct {
	*Filter
	t   *testing.T
	sim string
}

func (w wired) Is() (day, lamps bool) { return line(w.t, w.sim, 17), line(w.t, w.sim, 22) }

func TestLabLevel(t *testing.T) {
	sim := lab(t)
	ircuttest.TestFilter(t, func(t *testing.T) ircut.Filter {
		lamps := Line{Name: "GPIO22"}
		f := NewLevel(Pin(17), Options{Lamps: &lamps})
		t.Cleanup(func() { f.Close() })
		return wired{f, t, sim}
	})
}

func TestLabPulse(t *testing.T) {
	sim := lab(t)
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
	done := make(chan error, 1)
	go func() { done <- f.SetFilter(true) }()
	seen, both := false, false
	for deadline := time.After(20 * time.Second); ; {
		day, night := line(t, sim, 20), line(t, sim, 16)
		seen, both = seen || day, both || day && night
		select {
		case err := <-done:
			if err != nil || !seen || both {
				t.Errorf("pulse seen %v, both lines high %v: %v", seen, both, err)
			}
			if line(t, sim, 20) || line(t, sim, 16) {
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
	sim := lab(t)
	in := NewInput(Pin(11), false)
	t.Cleanup(func() { in.Close() })
	for _, want := range []bool{true, false, true} {
		pull := map[bool]string{true: "pull-up", false: "pull-down"}[want]
		if err := os.WriteFile(filepath.Join(sim, "sim_gpio11", "pull"), []byte(pull), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := in.Read(); err != nil || got != want {
			t.Errorf("%s reads %v: %v", pull, got, err)
		}
	}
}

func TestLabSaysWhatIsWrong(t *testing.T) {
	lab(t)
	chip := filepath.Base(os.Getenv("BABYMONITOR_LAB_GPIOCHIP"))
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
		if err := f.SetFilter(true); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("line %s: %v; want %s", c.line, err, c.want)
		}
	}
}
