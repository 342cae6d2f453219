package servo

import (
	"fmt"
	"math"
	"time"
)

// Frame is the time from one servo pulse to the next: 50 Hz, as analogue
// servos want.
const Frame = 20 * time.Millisecond

// span is how far a hobby servo turns between its shortest and its longest
// pulse, in degrees.
const span = 180

// Pulses says how one servo turns angles into pulses.
type Pulses struct {
	Min, Max time.Duration // the pulses of -90° and +90°; 500 µs and 2400 µs for an SG90
	Trim     float64       // degrees, added to every angle: where straight ahead really is
	Reverse  bool          // the servo is mounted the other way round
}

// Of returns the pulse of an angle in degrees, never outside Min to Max, or an
// error for what is no angle.
func (p Pulses) Of(angle float64) (time.Duration, error) {
	if math.IsNaN(angle) || math.IsInf(angle, 0) {
		return 0, fmt.Errorf("%v is no angle", angle)
	}
	angle += p.Trim
	if p.Reverse {
		angle = -angle
	}
	at := 0.5 + angle/span
	pulse := p.Min + time.Duration(at*float64(p.Max-p.Min))
	return min(max(pulse, p.Min), p.Max), nil
}

// Pair returns the pulses of both axes.
func Pair(p Pose, pan, tilt Pulses) (panPulse, tiltPulse time.Duration, err error) {
	if panPulse, err = pan.Of(p.Pan); err == nil {
		tiltPulse, err = tilt.Of(p.Tilt)
	}
	return panPulse, tiltPulse, err
}
