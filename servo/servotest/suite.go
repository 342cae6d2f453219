// Package servotest holds what every [servo.Actuator] must do, as a suite of
// tests, and a [Fake] that does it and remembers what it was told.
package servotest

import (
	"math"
	"testing"

	"babymonitor/servo"
)

// Driven is an Actuator that can tell what its motors do. The suite looks
// closer at one that has it.
type Driven interface {
	// Driven returns where the motors are driven to; false while they are
	// released.
	Driven() (servo.Pose, bool)
}

// TestActuator tests that what open returns keeps the contract of
// [servo.Actuator]. open is called once for each test and cleans up after
// itself with t.Cleanup. The actuator must reach 5 degrees around straight
// ahead.
func TestActuator(t *testing.T, open func(t *testing.T) servo.Actuator) {
	poses := []servo.Pose{{}, {Pan: 5, Tilt: -5}, {Pan: -5, Tilt: 5}, {Pan: 0.25, Tilt: 0.125}, {}}

	t.Run("ReleasesAtRest", func(t *testing.T) {
		a := open(t)
		release(t, a)
		release(t, a)
	})
	t.Run("MovesAndReleases", func(t *testing.T) {
		a := open(t)
		for range 3 {
			for _, p := range poses {
				move(t, a, p)
			}
			release(t, a)
		}
	})
	t.Run("MovesToWhereItIs", func(t *testing.T) {
		a := open(t)
		for range 3 {
			move(t, a, servo.Pose{Pan: 1, Tilt: 1})
		}
		release(t, a)
		move(t, a, servo.Pose{Pan: 1, Tilt: 1})
	})
	t.Run("RefusesWhatIsNoPose", func(t *testing.T) {
		a := open(t)
		here := servo.Pose{Pan: 2, Tilt: 3}
		move(t, a, here)
		for _, odd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			for _, p := range []servo.Pose{{Pan: odd}, {Tilt: odd}, {Pan: odd, Tilt: odd}} {
				if a.Move(p) == nil {
					t.Errorf("Move(%v) is no error", p)
				}
			}
		}
		if d, ok := a.(Driven); ok {
			if p, on := d.Driven(); !on || p != here {
				t.Errorf("refused poses have moved it to %v, driven %v", p, on)
			}
		}
		move(t, a, servo.Pose{})
	})
}

// move moves a to p, without fail.
func move(t *testing.T, a servo.Actuator, p servo.Pose) {
	t.Helper()
	if err := a.Move(p); err != nil {
		t.Fatalf("Move(%v): %v", p, err)
	}
	if d, ok := a.(Driven); ok {
		if got, on := d.Driven(); !on || got != p {
			t.Errorf("after Move(%v) it is driven to %v, driven %v", p, got, on)
		}
	}
}

// release releases a, without fail.
func release(t *testing.T, a servo.Actuator) {
	t.Helper()
	if err := a.Release(); err != nil {
		t.Fatalf("Release: %v", err)
	}
	if d, ok := a.(Driven); ok {
		if p, on := d.Driven(); on {
			t.Errorf("after Release it is still driven to %v", p)
		}
	}
}
