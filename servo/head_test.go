package servo_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

var errBus = errors.New("no answer on the bus")

// stage is a Head that runs, with a fake in its hands.
type stage struct {
	*servo.Head
	fake servotest.Fake
	stop context.CancelFunc
	done chan error

	mu     sync.Mutex
	told   []servo.Status
	toldAt []time.Time
}

// play runs a Head, in a bubble, until it is stopped or the test ends.
func play(t *testing.T, opts servo.Options) *stage {
	t.Helper()
	s := &stage{done: make(chan error, 1)}
	opts.Actuator = &s.fake
	opts.OnStatus = func(status servo.Status) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told, s.toldAt = append(s.told, status), append(s.toldAt, time.Now())
	}
	h, err := servo.NewHead(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Head = h
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { s.done <- h.Run(ctx) }()
	t.Cleanup(func() { s.end() })
	synctest.Wait()
	return s
}

// end stops the Head and waits for it.
func (s *stage) end() {
	s.stop()
	if s.done != nil {
		<-s.done
	}
	s.done = nil
}

// status returns what was told last.
func (s *stage) status() servo.Status {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[len(s.told)-1]
}

// smooth fails the test unless the moves from start on kept the limits, by the
// times at which the actuator was called. It returns how many there were.
func (s *stage) smooth(t *testing.T, start servo.Pose, l servo.Limits) int {
	t.Helper()
	moves, at, was := 0, start, time.Time{}
	for _, c := range s.fake.Calls() {
		if c.Release || c.Failed {
			continue
		}
		moves++
		for _, way := range []float64{c.Pose.Pan - at.Pan, c.Pose.Tilt - at.Tilt} {
			if math.Abs(way) > l.Pan.Speed*0.02+1e-6 {
				t.Fatalf("leapt by %v degrees to %v", way, c.Pose)
			}
		}
		if gap := c.At.Sub(was); gap < 20*time.Millisecond {
			t.Fatalf("two steps within %v", gap)
		}
		if l.Clamp(c.Pose) != c.Pose {
			t.Fatalf("%v is beyond the limits", c.Pose)
		}
		at, was = c.Pose, c.At
	}
	return moves
}

func TestIdleHeadDoesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		time.Sleep(24 * time.Hour)
		if calls := s.fake.Calls(); len(calls) != 1 || !calls[0].Release {
			t.Errorf("calls: %v", calls)
		}
		s.end()
		if len(s.told) != 1 {
			t.Errorf("told: %v", s.told)
		}
	})
}

func TestGoToArrivesAndReleases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		began := time.Now()
		to := servo.Pose{Pan: 60, Tilt: -20}
		if err := s.GoTo(to); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if !s.status().Moving {
			t.Error("does not say that it moves")
		}
		time.Sleep(time.Minute)
		if s.Pose() != to || s.status().Pose != to || s.status().Moving {
			t.Errorf("at %v, told %+v", s.Pose(), s.status())
		}
		s.smooth(t, servo.Pose{}, servo.DefaultLimits())
		calls := s.fake.Calls()
		last, release := calls[len(calls)-2], calls[len(calls)-1]
		if took := last.At.Sub(began); took < 2300*time.Millisecond || took > 2500*time.Millisecond {
			t.Errorf("took %v", took)
		}
		if !release.Release || release.At.Sub(last.At) != 500*time.Millisecond {
			t.Errorf("last calls: %v %v", last, release)
		}
	})
}

func TestGoToWhereItIsDrivesTheMotorsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		if err := s.GoTo(servo.Pose{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if calls := s.fake.Calls(); len(calls) != 3 || calls[1].Release || !calls[2].Release {
			t.Errorf("calls: %v", calls)
		}
	})
}

func TestLostPhoneStopsTheHead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		for range 20 {
			s.Drive(servo.Velocity{Pan: 1, Tilt: -0.5})
			time.Sleep(50 * time.Millisecond)
		}
		lost := time.Now()
		time.Sleep(time.Minute)
		calls := s.fake.Calls()
		last := calls[len(calls)-2].At.Sub(lost)
		// 250 ms are left of the patience, and 30°/s at 90°/s² take 333 ms.
		if last < 550*time.Millisecond || last > 620*time.Millisecond {
			t.Errorf("stopped %v after the last order", last)
		}
		if p := s.Pose(); p.Pan < 20 || p.Tilt > -10 {
			t.Errorf("went only to %v", p)
		}
		s.smooth(t, servo.Pose{}, servo.DefaultLimits())
	})
}

func TestStopIsHeededAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		s.Drive(servo.Velocity{Pan: 1})
		time.Sleep(200 * time.Millisecond)
		s.Drive(servo.Velocity{})
		time.Sleep(220 * time.Millisecond)
		synctest.Wait()
		at := s.Pose()
		time.Sleep(time.Second)
		if s.Pose() != at {
			t.Errorf("went on from %v to %v", at, s.Pose())
		}
	})
}

func TestDriveIsSafe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		r := rand.New(rand.NewPCG(5, 6))
		odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e308, 0, 1, -1}
		for range 2000 {
			switch r.IntN(4) {
			case 0:
				_ = s.GoTo(servo.Pose{Pan: 100*r.Float64() - 50, Tilt: odd[r.IntN(len(odd))]})
			default:
				s.Drive(servo.Velocity{Pan: odd[r.IntN(len(odd))], Tilt: odd[r.IntN(len(odd))]})
			}
			time.Sleep(time.Duration(r.IntN(400)) * time.Millisecond)
		}
		if n := s.smooth(t, servo.Pose{}, servo.DefaultLimits()); n < 1000 {
			t.Errorf("only %d moves", n)
		}
		s.end()
		for i := range s.toldAt[1:] {
			gap := s.toldAt[i+1].Sub(s.toldAt[i])
			if gap < 50*time.Millisecond && i+2 < len(s.toldAt) {
				t.Fatalf("told twice within %v", gap)
			}
		}
	})
}

func TestGoToRefusesWhatIsBeyondTheLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		for _, p := range []servo.Pose{{Pan: 80.5}, {Tilt: -46}, {Pan: math.NaN()}, {Tilt: math.Inf(1)}} {
			if err := s.GoTo(p); !errors.Is(err, servo.ErrInvalid) {
				t.Errorf("GoTo(%v): %v", p, err)
			}
		}
		time.Sleep(time.Second)
		if n := len(s.fake.Calls()); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestFirstMoveEasesFromTheRememberedPose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		there := servo.Pose{Pan: 70, Tilt: 30}
		s := play(t, servo.Options{Dir: dir})
		if err := s.GoTo(there); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second) // written down without a stop
		again := play(t, servo.Options{Dir: dir})
		s.end()
		if again.Pose() != there {
			t.Fatalf("remembers %v", again.Pose())
		}
		if err := again.GoTo(servo.Pose{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		again.end() // on the way
		again.smooth(t, there, servo.DefaultLimits())
		third := play(t, servo.Options{Dir: dir})
		if p := third.Pose(); p != again.Pose() || p == there {
			t.Errorf("remembers %v after a stop at %v", p, again.Pose())
		}
	})
}

func TestStopReleasesTheMotors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		if err := s.GoTo(servo.Pose{Pan: 50}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		s.stop()
		if err := <-s.done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
		s.done = nil
		if _, on := s.fake.Driven(); on {
			t.Error("the motors are still driven")
		}
		if s.status().Moving {
			t.Error("still says that it moves")
		}
	})
}

func TestNewHeadRefusesBadOptions(t *testing.T) {
	l := servo.DefaultLimits()
	l.Pan.Max = -100
	for _, opts := range []servo.Options{{}, {Actuator: new(servotest.Fake), Limits: l}} {
		if _, err := servo.NewHead(opts); err == nil {
			t.Errorf("%+v is no error", opts)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "presets.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := servo.NewHead(servo.Options{Actuator: new(servotest.Fake), Dir: dir}); err == nil {
		t.Error("an unreadable file is no error")
	}
}
