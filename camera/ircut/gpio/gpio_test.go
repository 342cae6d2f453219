package gpio

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera/ircut"
	"babymonitor/camera/ircut/ircuttest"
)

// board is a GPIO chip that remembers what its lines did.
type board struct {
	t      *testing.T
	levels map[string]int
	opened int
	fault  error // of opening and of all that is open
	log    []string
	began  time.Time
}

func newBoard(t *testing.T) *board {
	return &board{t: t, levels: map[string]int{}, began: time.Now()}
}

func (b *board) open(lines []Line, values []int) (pins, error) {
	if b.fault != nil {
		return nil, b.fault
	}
	b.opened++
	p := &wires{b, lines}
	if len(values) > 0 {
		return p, p.SetValues(values)
	}
	return p, nil
}

// take returns what the lines did, with the time in ms.
func (b *board) take() (log []string) {
	log, b.log = b.log, nil
	return log
}

type wires struct {
	board *board
	lines []Line
}

func (w *wires) SetValues(values []int) error {
	if w.board.fault != nil {
		return w.board.fault
	}
	for i, l := range w.lines {
		w.board.levels[l.String()] = values[i]
	}
	if len(values) == 2 && values[0]+values[1] > 1 {
		w.board.t.Error("both lines of the H-bridge are high")
	}
	w.board.log = append(w.board.log, fmt.Sprintf("%d %v=%v", time.Since(w.board.began).Milliseconds(), w.lines, values))
	return nil
}

func (w *wires) Values(values []int) error {
	if w.board.fault != nil {
		return w.board.fault
	}
	for i, l := range w.lines {
		values[i] = w.board.levels[l.String()]
	}
	return nil
}

func (w *wires) Close() error { return nil }

// known tells the suite where a filter on one line stands.
type known struct {
	*Filter
	board *board
}

func (k known) Is() (day, lamps bool) { return k.board.levels["17"] == 1, k.board.levels["22"] == 1 }

func TestSuite(t *testing.T) {
	t.Run("level", func(t *testing.T) {
		ircuttest.TestFilter(t, func(t *testing.T) ircut.Filter {
			b, lamps := newBoard(t), Pin(22)
			return known{NewLevel(Pin(17), Options{Lamps: &lamps, open: b.open}), b}
		})
	})
	t.Run("pulse", func(t *testing.T) {
		ircuttest.TestFilter(t, func(t *testing.T) ircut.Filter {
			b, lamps := newBoard(t), Pin(22)
			f, err := NewPulse(Pin(17), Pin(27), Options{Lamps: &lamps, Pulse: time.Millisecond, open: b.open})
			if err != nil {
				t.Fatal(err)
			}
			return f
		})
	})
}

func TestLevel(t *testing.T) {
	lamps := Pin(22)
	for _, c := range []struct {
		name    string
		options Options
		day     bool
		want    []string
	}{
		{"day", Options{}, true, []string{"0 [17]=[1]"}},
		{"night", Options{}, false, []string{"0 [17]=[0]"}},
		{"inverted day", Options{Invert: true}, true, []string{"0 [17]=[0]"}},
		{"inverted night", Options{Invert: true}, false, []string{"0 [17]=[1]"}},
		{"lamps", Options{Lamps: &lamps}, false, []string{"0 [17]=[0]", "0 [22]=[1]"}},
		{"inverted lamps", Options{Lamps: &lamps, InvertLamps: true}, false, []string{"0 [17]=[0]", "0 [22]=[0]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBoard(t)
				c.options.open = b.open
				f := NewLevel(Pin(17), c.options)
				if err := errors.Join(f.SetFilter(c.day), f.SetLamps(!c.day), f.Close()); err != nil {
					t.Fatal(err)
				}
				if got := b.take(); !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestPulse(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		day     bool
		want    []string
	}{
		{"day", Options{}, true, []string{"0 [17 27]=[0 0]", "0 [17 27]=[1 0]", "100 [17 27]=[0 0]"}},
		{"night", Options{Pulse: 40 * time.Millisecond}, false, []string{"0 [17 27]=[0 0]", "0 [17 27]=[0 1]", "40 [17 27]=[0 0]"}},
		{"inverted night", Options{Invert: true}, false, []string{"0 [17 27]=[0 0]", "0 [17 27]=[1 0]", "100 [17 27]=[0 0]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBoard(t)
				c.options.open = b.open
				f, err := NewPulse(Pin(17), Pin(27), c.options)
				if err != nil {
					t.Fatal(err)
				}
				if err := f.SetFilter(c.day); err != nil {
					t.Fatal(err)
				}
				if got := b.take(); !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestPulseOptions(t *testing.T) {
	for _, o := range []Options{{Pulse: -time.Second}, {Pulse: time.Second}, {Pulse: time.Nanosecond}} {
		if _, err := NewPulse(Pin(17), Pin(27), o); err == nil {
			t.Errorf("a pulse of %v is taken", o.Pulse)
		}
	}
	if _, err := NewPulse(Pin(17), Pin(17), Options{}); err == nil {
		t.Error("one line is taken for two")
	}
}

func TestComesBackAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBoard(t)
		level := NewLevel(Pin(4), Options{open: b.open})
		pulse, err := NewPulse(Pin(17), Pin(27), Options{open: b.open})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []*Filter{level, pulse} {
			b.opened, b.fault = 0, errors.New("no such device")
			if err := f.SetFilter(true); err == nil || !strings.Contains(err.Error(), "no such device") {
				t.Errorf("without its chip: %v", err)
			}
			b.fault = nil
			if err := f.SetFilter(true); err != nil || b.opened != 1 {
				t.Errorf("with its chip: %v, requested %d times", err, b.opened)
			}
			b.fault = errors.New("gone")
			if err := f.SetFilter(false); err == nil {
				t.Error("a chip that has gone is no error")
			}
			b.fault = nil
			if err := f.SetFilter(false); err != nil || b.opened != 2 {
				t.Errorf("with its chip back: %v, requested %d times", err, b.opened)
			}
		}
	})
}

func TestInput(t *testing.T) {
	b := newBoard(t)
	in := NewInput(Pin(11), false)
	turned := NewInput(Pin(11), true)
	in.open, turned.open = b.open, b.open
	for _, level := range []int{0, 1, 0} {
		b.levels["11"] = level
		a, err := in.Read()
		c, err2 := turned.Read()
		if a != (level == 1) || c == a || err != nil || err2 != nil {
			t.Errorf("level %d reads %v and inverted %v: %v %v", level, a, c, err, err2)
		}
	}
	if b.opened != 2 {
		t.Errorf("two inputs requested %d times", b.opened)
	}
	b.fault = errors.New("gone")
	if _, err := in.Read(); err == nil {
		t.Error("a line that has gone is read")
	}
	b.fault = nil
	if _, err := in.Read(); err != nil || b.opened != 3 {
		t.Errorf("a line that is back: %v, requested %d times", err, b.opened)
	}
}

func TestParseLine(t *testing.T) {
	for _, c := range []struct {
		text string
		want Line
		bad  bool
	}{
		{text: "17", want: Line{Offset: 17}},
		{text: "134", want: Line{Chip: "raspberrypi-exp-gpio", Offset: 6}},
		{text: "CAM_GPIO1", want: Line{Name: "CAM_GPIO1"}},
		{text: "raspberrypi-exp-gpio:CAM_GPIO1", want: Line{Chip: "raspberrypi-exp-gpio", Name: "CAM_GPIO1"}},
		{text: "gpiochip0:134", want: Line{Chip: "gpiochip0", Offset: 134}},
		{text: "pinctrl-rp1:0", want: Line{Chip: "pinctrl-rp1"}},
		{text: "", bad: true},
		{text: ":17", bad: true},
		{text: "gpiochip0:", bad: true},
		{text: "-1", bad: true},
		{text: "1024", bad: true},
	} {
		got, err := ParseLine(c.text)
		if (err != nil) != c.bad || got != c.want {
			t.Errorf("%q: %+v, %v", c.text, got, err)
		}
		if again, err := ParseLine(got.String()); !c.bad && (err != nil || again != got) {
			t.Errorf("%q does not come back from %q", c.text, got)
		}
	}
}
