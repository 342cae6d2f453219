package servo

import (
	"math"
	"time"
)

// tick is the time of one step. Motion is computed in steps and not in time
// that has passed: on a busy machine the head turns more slowly, and never by
// a leap.
const tick = 20 * time.Millisecond

// arrived is how near to its target an axis counts as there, degrees. It is
// far below what any servo resolves.
const arrived = 1e-9

// course is the motion of one axis.
type course struct {
	at    float64 // degrees
	speed float64 // degrees a second, signed
}

// toward returns the course one tick later, on the way to rest at target.
func (a Axis) toward(c course, target float64) course {
	gap := target - c.at
	next := a.along(c, math.Copysign(a.stoppable(math.Abs(gap)), gap))
	if math.Abs(target-next.at) < arrived {
		next.at = target
	}
	return next
}

// along returns the course one tick later, wishing for a speed. The wish gives
// way to the greatest speed, to the acceleration and to the soft limits, in
// front of which the axis slows down to rest exactly on them.
//
// An axis that is outside its limits (they were narrowed since it was there)
// moves inwards only.
func (a Axis) along(c course, wish float64) course {
	change := a.Acceleration * tick.Seconds()
	v := min(max(wish, -a.Speed), a.Speed)
	v = min(max(v, c.speed-change), c.speed+change)
	v = min(max(v, -a.stoppable(c.at-a.Min)), a.stoppable(a.Max-c.at))
	next := course{at: c.at + v*tick.Seconds(), speed: v}
	for _, limit := range [...]float64{a.Min, a.Max} {
		if math.Abs(next.at-limit) < arrived {
			next.at = limit
		}
	}
	return next
}

// stoppable returns the greatest speed for the next tick from which the axis
// still comes to rest within gap degrees, that tick included.
//
// With step length t and at most u = acceleration · t less speed in each step,
// the way from speed v is t · (v + (v-u) + (v-2u) + … ) down to zero. For v from
// n·u to (n+1)·u that is t · ((n+1)·v - u·n·(n+1)/2), which is solved for v; n is
// the number of whole steps for which t·u·n·(n+1)/2 still fits into gap. Braking
// step by step along this curve keeps the acceleration and ends at gap exactly.
func (a Axis) stoppable(gap float64) float64 {
	if gap <= 0 {
		return 0
	}
	t := tick.Seconds()
	u := a.Acceleration * t
	n := math.Floor((math.Sqrt(1+8*gap/(t*u)) - 1) / 2)
	return (gap/t + u*n*(n+1)/2) / (n + 1)
}
