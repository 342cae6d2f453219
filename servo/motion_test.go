package servo

import (
	"math"
	"math/rand/v2"
	"testing"
)

// slack is what floating point may add to a limit.
const slack = 1e-6

// keeps fails the test unless the step from was to is kept all of the axis'
// limits.
func keeps(t *testing.T, a Axis, was, is course) {
	t.Helper()
	dt := tick.Seconds()
	if v := math.Abs(is.speed); v > a.Speed+slack {
		t.Fatalf("speed %v is beyond %v", v, a.Speed)
	}
	if g := math.Abs(is.speed-was.speed) / dt; g > a.Acceleration+slack {
		t.Fatalf("acceleration %v is beyond %v, from %+v to %+v", g, a.Acceleration, was, is)
	}
	if is.at < a.Min || is.at > a.Max {
		t.Fatalf("%v is beyond %v to %v", is.at, a.Min, a.Max)
	}
	if math.Abs(is.at-was.at-is.speed*dt) > slack {
		t.Fatalf("leapt from %+v to %+v", was, is)
	}
}

func anyAxis(r *rand.Rand) Axis {
	low := -160 + 300*r.Float64()
	return Axis{
		Min:          low,
		Max:          low + 1 + 100*r.Float64(),
		Speed:        0.1 + math.Pow(1000, r.Float64()),
		Acceleration: 0.1 + math.Pow(10000, r.Float64()),
	}
}

// TestMotionKeepsTheLimits gives random axes random orders, which change while
// they move.
func TestMotionKeepsTheLimits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a := anyAxis(r)
		c := course{at: a.Min + (a.Max-a.Min)*r.Float64()}
		for range 20 {
			wish := a.Speed * (3*r.Float64() - 1.5)
			target := a.Min + (a.Max-a.Min)*r.Float64()
			going := r.IntN(2) == 0
			for range r.IntN(100) {
				was := c
				if going {
					c = a.toward(c, target)
				} else {
					c = a.along(c, wish)
				}
				keeps(t, a, was, c)
			}
		}
	}
}

// TestMotionArrives goes from rest to a target: never beyond it, never back,
// at rest in the end, and not slower than the physics says.
func TestMotionArrives(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		a := anyAxis(r)
		from, to := a.Min+(a.Max-a.Min)*r.Float64(), a.Min+(a.Max-a.Min)*r.Float64()
		c := course{at: from}
		way := math.Abs(to - from)
		ideal := 2 * math.Sqrt(way/a.Acceleration)
		if peak := ideal / 2 * a.Acceleration; peak > a.Speed {
			ideal = way/a.Speed + a.Speed/a.Acceleration
		}
		steps := 0
		for ; c != (course{at: to}); steps++ {
			was := c
			c = a.toward(c, to)
			keeps(t, a, was, c)
			if (c.at-to)*(to-from) > 0 {
				t.Fatalf("%+v is beyond its target %v", c, to)
			}
			if math.Abs(to-c.at) > math.Abs(to-was.at) {
				t.Fatalf("went back from %+v to %+v on the way to %v", was, c, to)
			}
			if float64(steps)*tick.Seconds() > ideal+5*tick.Seconds() {
				t.Fatalf("%+v has not arrived at %v after %d steps, ideal is %.3f s", a, to, steps, ideal)
			}
		}
	}
}

func TestMotion(t *testing.T) {
	a := Axis{Min: -80, Max: 80, Speed: 30, Acceleration: 90}
	tests := []struct {
		name     string
		from     course
		wish     float64
		steps    int
		at, over float64 // expected position and tolerance
		speed    float64
	}{
		{"stays at rest", course{at: 10}, 0, 50, 10, 0, 0},
		{"reaches its speed", course{}, 30, 50, 25.3, 0.01, 30},
		{"never exceeds its speed", course{}, 3000, 50, 25.3, 0.01, 30},
		{"comes to rest after a wish ends", course{at: 0, speed: 30}, 0, 50, 4.8, 0.5, 0},
		{"rests on the upper limit", course{at: 70, speed: 30}, 30, 100, 80, 0, 0},
		{"rests on the lower limit", course{at: -70, speed: -30}, -30, 100, -80, 0, 0},
		{"turns round", course{at: 0, speed: 30}, -30, 50, -10.6, 0.01, -30},
		{"does not go further out", course{at: 100}, 30, 50, 100, 0, 0},
		{"comes in", course{at: 100}, -30, 50, 74.7, 0.01, -30},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.from
			for range tt.steps {
				c = a.along(c, tt.wish)
			}
			if math.Abs(c.at-tt.at) > tt.over || math.Abs(c.speed-tt.speed) > slack {
				t.Errorf("got %+v, want %v ± %v at speed %v", c, tt.at, tt.over, tt.speed)
			}
		})
	}
}

func TestStoppable(t *testing.T) {
	a := Axis{Acceleration: 100} // 2 degrees a second in each step
	for _, tt := range []struct{ gap, want float64 }{
		{-1, 0},
		{0, 0},
		{0.02, 1}, // one step
		{0.04, 2}, // one step of 2
		{0.12, 4}, // steps of 4 and 2
		{0.24, 6}, // steps of 6, 4 and 2
		{0.18, 5}, // steps of 5, 3 and 1
	} {
		if got := a.stoppable(tt.gap); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("stoppable(%v) = %v, want %v", tt.gap, got, tt.want)
		}
	}
}

func TestLimitsAreChecked(t *testing.T) {
	if err := DefaultLimits().Check(); err != nil {
		t.Error(err)
	}
	for _, spoil := range []func(*Limits){
		func(l *Limits) { l.Pan.Min, l.Pan.Max = 10, 10 },
		func(l *Limits) { l.Pan.Max = 181 },
		func(l *Limits) { l.Tilt.Min = math.NaN() },
		func(l *Limits) { l.Tilt.Speed = 0 },
		func(l *Limits) { l.Pan.Acceleration = math.Inf(1) },
		func(l *Limits) { l.Patience = -1 },
	} {
		l := DefaultLimits()
		spoil(&l)
		if l.Check() == nil {
			t.Errorf("%+v is no error", l)
		}
	}
}
