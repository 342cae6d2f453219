// Package ircut changes the camera between day and night: by day a mechanical
// filter keeps infrared light off the sensor and the colours are true; by night
// the filter is out of the way and infrared lamps, which nobody sees, light the
// room.
//
// [Rules.Decide] decides by the light alone and is pure; [Keeper] carries it
// out. Every switch makes a click next to a sleeping child, so there are as few
// as can be.
package ircut

import "fmt"

// Filter is the filter and the lamps that belong to it. It is called from one
// goroutine, and its calls return within a fraction of a second.
type Filter interface {
	// SetFilter puts the filter in front of the sensor (day) or takes it away.
	SetFilter(day bool) error
	// SetLamps switches the infrared lamps. A device without any does nothing.
	SetLamps(on bool) error
}

// Mode says who decides between day and night.
type Mode string

// The modes.
const (
	Auto  Mode = "auto"  // the light does
	Day   Mode = "day"   // a parent wants day
	Night Mode = "night" // a parent wants night
)

// Check returns what is wrong with the mode.
func (m Mode) Check() error {
	switch m {
	case Auto, Day, Night:
		return nil
	}
	return fmt.Errorf("the night mode %q is not known: choose auto, day or night", string(m))
}

// Rules say at how much light (lux) the day ends and begins.
type Rules struct {
	NightBelow float64
	DayAbove   float64 // more than NightBelow
}

// DefaultRules are night below 3 lux, a room with a small night light, and day
// from 10 lux.
func DefaultRules() Rules { return Rules{NightBelow: 3, DayAbove: 10} }

// Check returns what is wrong with the rules.
func (r Rules) Check() error {
	if r.NightBelow > 0 && r.DayAbove > r.NightBelow && finite(r.DayAbove) {
		return nil
	}
	return fmt.Errorf("night below %v lux and day above %v lux cannot be: "+
		"the first must be above 0 and the second above the first", r.NightBelow, r.DayAbove)
}
