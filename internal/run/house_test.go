package run

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var errBroken = errors.New("broken wire")

// patient works until it is told to stop.
var patient = Func(func(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
})

// failing fails at each call after the next of the given times, and works
// patiently after the last.
func failing(starts *[]time.Duration, after ...time.Duration) Service {
	began := time.Now()
	return Func(func(ctx context.Context) error {
		*starts = append(*starts, time.Since(began))
		if len(*starts) > len(after) {
			return patient(ctx)
		}
		if !sleep(ctx, after[len(*starts)-1]) {
			return ctx.Err()
		}
		return errBroken
	})
}

// live runs h in a bubble, calls f and then stops h.
func live(t *testing.T, h *House, f func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- h.Run(ctx) }()
	synctest.Wait()
	f()
	stop()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

func TestFailedServiceStartsAgainWithBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts []time.Duration
		others := 0
		h := NewHouse(Options{})
		h.Add("bad", failing(&starts, make([]time.Duration, 9)...))
		h.Add("good", Func(func(ctx context.Context) error { others++; return patient(ctx) }))
		live(t, h, func() { time.Sleep(5 * time.Minute) })

		var pauses []time.Duration
		for i := range starts[1:] {
			pauses = append(pauses, starts[i+1]-starts[i])
		}
		const half = 500 * time.Millisecond
		want := []time.Duration{half, 2 * half, 4 * half, 8 * half, 16 * half, 32 * half, 60 * half, 60 * half, 60 * half}
		if !slices.Equal(pauses, want) {
			t.Errorf("pauses %v, want %v", pauses, want)
		}
		if others != 1 {
			t.Errorf("the good service was started %d times", others)
		}
	})
}

func TestBackOffBeginsAnewAfterAHealthyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts []time.Duration
		h := NewHouse(Options{})
		h.Add("bad", failing(&starts, 0, 0, time.Minute, 0))
		live(t, h, func() { time.Sleep(5 * time.Minute) })
		const half = 500 * time.Millisecond
		want := []time.Duration{0, half, 3 * half, 3*half + time.Minute + half, 3*half + time.Minute + 3*half}
		if !slices.Equal(starts, want) {
			t.Errorf("starts at %v, want %v", starts, want)
		}
	})
}

func TestPanicRestartsOnlyItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text strings.Builder
		runs := 0
		h := NewHouse(Options{Log: slog.New(slog.NewTextHandler(&text, nil))})
		h.Add("panics", Func(func(ctx context.Context) error {
			if runs++; runs == 1 {
				panic("no such pin")
			}
			return patient(ctx)
		}))
		h.Add("exits", Func(func(ctx context.Context) error {
			if h.Reports()[1].Restarts == 0 {
				runtime.Goexit()
			}
			return patient(ctx)
		}))
		live(t, h, func() {
			if name, err := h.Health(); name != "panics" || !strings.Contains(err.Error(), "no such pin") {
				t.Errorf("health while it waits: %s, %v", name, err)
			}
			time.Sleep(time.Second)
			if name, _ := h.Health(); name != "panics" {
				t.Errorf("health right after the start: %s", name)
			}
			time.Sleep(settling)
			if name, err := h.Health(); name != "ok" || err != nil {
				t.Errorf("health when it works again: %s, %v", name, err)
			}
			for _, r := range h.Reports() {
				if r.Condition != OK || r.Restarts != 1 || r.Detail != "" {
					t.Errorf("report %+v", r)
				}
			}
		})
		if !strings.Contains(text.String(), "house_test.go") {
			t.Errorf("the log has no stack: %s", text.String())
		}
	})
}

func TestReportsTellTheStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var got []Report
		var starts []time.Duration
		h := NewHouse(Options{OnReport: func(r Report) { got = append(got, r) }})
		h.Add("head", failing(&starts, time.Second))
		live(t, h, func() { time.Sleep(time.Minute) })
		detail := "broken wire; it is started again in 500ms"
		want := []Report{
			{Name: "head", Condition: OK, Since: began},
			{Name: "head", Condition: Fault, Detail: detail, Since: began.Add(time.Second)},
			{Name: "head", Condition: Starting, Detail: detail, Since: began.Add(1500 * time.Millisecond), Restarts: 1},
			{Name: "head", Condition: OK, Since: began.Add(3500 * time.Millisecond), Restarts: 1},
			{Name: "head", Condition: Resting, Since: began.Add(time.Minute), Restarts: 1},
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}

func TestServiceThatHasNothingLeftToDoRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		h := NewHouse(Options{})
		h.Add("once", Func(func(context.Context) error { runs++; return nil }))
		live(t, h, func() {
			time.Sleep(time.Hour)
			if r := h.Reports()[0]; runs != 1 || r.Condition != Resting {
				t.Errorf("ran %d times, %+v", runs, r)
			}
			if name, _ := h.Health(); name != "ok" {
				t.Errorf("health: %s", name)
			}
		})
	})
}

func TestStopNamesWhoDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := NewHouse(Options{})
		h.Add("quick", patient)
		h.Add("deaf", Func(func(context.Context) error { <-release; return nil }))
		h.Add("slow", Func(func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(2 * time.Second)
			return nil
		}))
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		began := time.Now()
		err := h.Run(ctx)
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("took %v", took)
		}
		var stuck *StuckError
		if !errors.As(err, &stuck) || !slices.Equal(stuck.Names, []string{"deaf"}) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}

func TestStopDuringAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts []time.Duration
		h := NewHouse(Options{})
		h.Add("bad", failing(&starts, make([]time.Duration, 99)...))
		live(t, h, func() { time.Sleep(2 * time.Minute) })
	})
}

func TestChecksCountForHealth(t *testing.T) {
	h := NewHouse(Options{})
	var fault error
	h.Check("camera", func() error { return fault })
	if name, err := h.Health(); name != "ok" || err != nil {
		t.Errorf("%s, %v", name, err)
	}
	fault = errors.New("the camera gives no picture")
	if name, err := h.Health(); name != "camera" || err != fault {
		t.Errorf("%s, %v", name, err)
	}
}

func TestAliveGivesUpOnlyAfterLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mended atomic.Bool
		h := NewHouse(Options{})
		h.Add("web", Func(func(ctx context.Context) error {
			if mended.Load() {
				return patient(ctx)
			}
			return errBroken
		}))
		live(t, h, func() {
			time.Sleep(9 * time.Minute)
			if !h.Alive() {
				t.Error("gave up too soon")
			}
			time.Sleep(2 * time.Minute)
			if h.Alive() {
				t.Error("has not given up")
			}
			mended.Store(true)
			time.Sleep(2 * time.Minute)
			if !h.Alive() {
				t.Error("does not see that it works again")
			}
		})
	})
}

func TestWhatIsVitalMustNotStandStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var count atomic.Int64
		var due atomic.Bool
		h := NewHouse(Options{})
		h.Vital("picture", func() (int64, bool) { return count.Load(), due.Load() })
		look := func(what string, want bool) { // as the watchdog does
			t.Helper()
			alive := true
			for range 9 {
				time.Sleep(10 * time.Second)
				alive = h.Alive()
			}
			if alive != want {
				t.Errorf("%s: alive is %v", what, alive)
			}
		}
		look("it rests", true)
		due.Store(true)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for ctx.Err() == nil {
				count.Add(1)
				time.Sleep(25 * time.Second)
			}
		}()
		look("it moves", true)
		cancel()
		<-ended
		look("it stands still", false)
		count.Add(1)
		if !h.Alive() {
			t.Error("it moves again")
		}
	})
}

func TestCatchKeepsTheError(t *testing.T) {
	err := Catch(func() error { panic(errBroken) })
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if err := Catch(func() error { return errBroken }); err != errBroken {
		t.Errorf("got %v", err)
	}
}
