// Package gpio drives an IR filter and infrared lamps that are wired to GPIO
// lines, through the kernel's GPIO character devices, and reads a light switch
// (LDR) by an input line.
//
// There are two kinds of filter: one whose single line says where it stands
// (boards with their own driver, and cameras whose filter follows the camera's
// LED line), and a bare coil behind an H-bridge, which is moved by a short pulse
// on one of two lines. The lines are requested when they are first needed, and
// again after a failure.
package gpio

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// DefaultPulse moves the usual filter for sure and does not warm its coil.
const DefaultPulse = 100 * time.Millisecond

// mostPulse keeps a call within the fraction of a second that ircut asks for.
const mostPulse = 500 * time.Millisecond

// Options say how a filter is wired. The zero value means: no lamps, nothing
// inverted, pulses of DefaultPulse.
type Options struct {
	Invert      bool          // the line is low by day, or the two lines are swapped
	Lamps       *Line         // high switches the lamps on; nil: there is no such line
	InvertLamps bool          // low switches them on
	Pulse       time.Duration // 0: DefaultPulse; for [NewPulse] only

	open opener // nil: request
}

// Filter is an ircut.Filter on GPIO lines. It may be used from any goroutine.
type Filter struct {
	options Options

	mu     sync.Mutex
	filter output
	lamps  *output
	put    func(day bool) error
}

// NewLevel returns a filter that follows one line: high by day.
func NewLevel(line Line, o Options) *Filter {
	f := newFilter(o, line)
	f.put = func(day bool) error { return f.filter.set(level(day != f.options.Invert)) }
	return f
}

// NewPulse returns a filter that a pulse on the line day puts in front of the
// sensor, and a pulse on the line night takes away. Both lines are on one chip;
// they are low before and after the pulse and never both high.
func NewPulse(day, night Line, o Options) (*Filter, error) {
	if o.Pulse == 0 {
		o.Pulse = DefaultPulse
	}
	if o.Pulse < time.Millisecond || o.Pulse > mostPulse {
		return nil, fmt.Errorf("a pulse of %v does not move an IR filter well; choose 1 to %d ms", o.Pulse, mostPulse.Milliseconds())
	}
	if day == night {
		return nil, fmt.Errorf("the IR filter has the line %v twice; an H-bridge needs two lines", day)
	}
	f := newFilter(o, day, night)
	f.put = f.pulse
	return f, nil
}

func newFilter(o Options, lines ...Line) *Filter {
	if o.open == nil {
		o.open = request
	}
	f := &Filter{options: o, filter: output{lines: lines, open: o.open}}
	if o.Lamps != nil {
		f.lamps = &output{lines: []Line{*o.Lamps}, open: o.open}
	}
	return f
}

// SetFilter implements ircut.Filter. With two lines it lasts as long as the
// pulse.
func (f *Filter) SetFilter(day bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.put(day); err != nil {
		return fmt.Errorf("IR filter: %w", err)
	}
	return nil
}

// SetLamps implements ircut.Filter.
func (f *Filter) SetLamps(on bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lamps == nil {
		return nil
	}
	if err := f.lamps.set(level(on != f.options.InvertLamps)); err != nil {
		return fmt.Errorf("infrared lamps: %w", err)
	}
	return nil
}

// Close gives the lines back to the kernel, which may change their levels. The
// filter may be used again.
func (f *Filter) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.filter.close()
	if f.lamps != nil {
		err = errors.Join(err, f.lamps.close())
	}
	return err
}

// pulse moves a coil.
func (f *Filter) pulse(day bool) error {
	coil := []int{0, 1}
	if day != f.options.Invert {
		coil = []int{1, 0}
	}
	if err := f.filter.set(0, 0); err != nil {
		return err
	}
	err := f.filter.set(coil...)
	if err == nil {
		time.Sleep(f.options.Pulse)
	}
	return errors.Join(err, f.filter.set(0, 0)) // whatever happened: no current
}

func level(high bool) int {
	if high {
		return 1
	}
	return 0
}

// output is some lines that are driven together.
type output struct {
	lines []Line
	open  opener
	pins  pins // nil while they are not requested
}

// set drives the lines, all at one moment.
func (o *output) set(values ...int) (err error) {
	if o.pins == nil {
		o.pins, err = o.open(o.lines, values)
		return err
	}
	if err = o.pins.SetValues(values); err != nil {
		o.close() // to be requested anew: the chip may have gone and come back
		return fmt.Errorf("the GPIO lines %v do not obey: %w", o.lines, err)
	}
	return nil
}

func (o *output) close() error {
	if o.pins == nil {
		return nil
	}
	err := o.pins.Close()
	o.pins = nil
	return err
}
