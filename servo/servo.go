// Package servo turns the camera's head: two axes, soft limits, smooth ramps,
// presets and a dead-man.
//
// [Head] owns the motion; an [Actuator] owns the wires. Drivers are in the
// folders below and import this package and their device library alone.
//
// The servos tell nothing back: a [Head] knows where it has sent them and
// remembers it over a restart, so that the next movement begins there instead
// of with a jump.
package servo

import (
	"fmt"
	"math"
	"time"
)

// Pose is where the head looks, in degrees. Pan is positive to the right of
// the picture, tilt is positive upwards; zero is straight ahead.
type Pose struct {
	Pan  float64 `json:"pan"`
	Tilt float64 `json:"tilt"`
}

// Velocity is how fast the head is asked to turn, as a fraction of its top
// speed on each axis, -1 to 1; signs as in Pose.
type Velocity struct {
	Pan, Tilt float64
}

// Actuator moves the real thing. It is called from one goroutine, and its
// calls return within a fraction of a second, with an error if they must.
type Actuator interface {
	// Move drives both axes to p at once. The caller takes small steps. A pose
	// that is not finite is refused with an error and moves nothing.
	Move(p Pose) error
	// Release stops driving the motors, so that they are silent. The next Move
	// drives them again. It may be called at any time, also twice.
	Release() error
}

// Axis says how one servo may move.
type Axis struct {
	Min, Max     float64 // soft limits, degrees
	Speed        float64 // at most, degrees a second
	Acceleration float64 // at most, degrees a second, each second
}

// Limits say how the head may move.
type Limits struct {
	Pan, Tilt Axis
	// Patience is how long a Drive counts: when no further one comes, the head
	// slows down and stops. Zero means 300 ms.
	Patience time.Duration
}

// DefaultLimits suit small hobby servos in a quiet room: 160° by 90°, at most
// 30° a second.
func DefaultLimits() Limits {
	return Limits{
		Pan:      Axis{Min: -80, Max: 80, Speed: 30, Acceleration: 90},
		Tilt:     Axis{Min: -45, Max: 45, Speed: 30, Acceleration: 90},
		Patience: 300 * time.Millisecond,
	}
}

// widest is the largest angle that makes sense, degrees.
const widest = 180

// Check returns what is wrong with the limits.
func (l Limits) Check() error {
	if err := l.Pan.check("pan"); err != nil {
		return err
	}
	if l.Patience < 0 {
		return fmt.Errorf("the patience of the head is %v: it must not be negative", l.Patience)
	}
	return l.Tilt.check("tilt")
}

func (a Axis) check(name string) error {
	switch {
	case !within(a.Min, -widest, widest) || !within(a.Max, -widest, widest) || a.Min >= a.Max:
		return fmt.Errorf("the limits of %s are %v to %v: they must be within -%d to %d degrees, the lower first",
			name, a.Min, a.Max, widest, widest)
	case !within(a.Speed, 0.1, 1000):
		return fmt.Errorf("the speed of %s is %v: it must be 0.1 to 1000 degrees a second", name, a.Speed)
	case !within(a.Acceleration, 0.1, 10000):
		return fmt.Errorf("the acceleration of %s is %v: it must be 0.1 to 10000 degrees a second each second",
			name, a.Acceleration)
	}
	return nil
}

// Clamp returns the pose within the limits that is nearest to p, axis by axis.
func (l Limits) Clamp(p Pose) Pose {
	return Pose{
		Pan:  min(max(p.Pan, l.Pan.Min), l.Pan.Max),
		Tilt: min(max(p.Tilt, l.Tilt.Min), l.Tilt.Max),
	}
}

// admit returns an error that [errors.Is] ErrInvalid unless p is within the
// limits.
func (l Limits) admit(p Pose) error {
	if !within(p.Pan, l.Pan.Min, l.Pan.Max) {
		return invalid(fmt.Sprintf("pan must be %v to %v degrees, not %v", l.Pan.Min, l.Pan.Max, p.Pan))
	}
	if !within(p.Tilt, l.Tilt.Min, l.Tilt.Max) {
		return invalid(fmt.Sprintf("tilt must be %v to %v degrees, not %v", l.Tilt.Min, l.Tilt.Max, p.Tilt))
	}
	return nil
}

// within is false for NaN.
func within(v, low, high float64) bool { return v >= low && v <= high && !math.IsNaN(v) }
