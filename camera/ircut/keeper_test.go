package ircut_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera/ircut"
	"babymonitor/camera/ircut/ircuttest"
)

var errLine = errors.New("the line is taken")

// watch is a Keeper that runs, with a fake in its hands.
type watch struct {
	*ircut.Keeper
	fake ircuttest.Fake
	stop func()

	mu   sync.Mutex
	told []ircut.Facts
}

// start runs a Keeper in a bubble until it is stopped or the test ends.
func start(t *testing.T, mode ircut.Mode) *watch {
	t.Helper()
	w := new(watch)
	k, err := ircut.NewKeeper(ircut.Options{Filter: &w.fake, Mode: mode, OnFacts: func(f ircut.Facts) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, f)
	}})
	if err != nil {
		t.Fatal(err)
	}
	w.Keeper = k
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	})
	t.Cleanup(w.stop)
	synctest.Wait()
	return w
}

// shine tells the same light each second.
func (w *watch) shine(lux float64, seconds int) {
	for range seconds {
		w.Light(lux)
		time.Sleep(time.Second)
	}
	synctest.Wait()
}

func (w *watch) facts() ircut.Facts {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told[len(w.told)-1]
}

// did fails the test unless the fake was told this since the last call.
func (w *watch) did(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	if got := w.fake.Take(); !slices.Equal(got, want) {
		t.Errorf("told the device %q, want %q", got, want)
	}
}

func TestLightDecides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "")
		w.did(t, "lamps off", "filter day")
		if f := w.facts(); f.Mode != ircut.Auto || f.Night || f.Lux != nil {
			t.Errorf("told %+v", f)
		}
		w.shine(200, 60)
		w.did(t)
		if f := w.facts(); f.Lux == nil || *f.Lux != 200 {
			t.Errorf("told %+v", f)
		}
		w.shine(1, 6)
		w.did(t, "filter night", "lamps on")
		if f := w.facts(); !f.Night || !f.Lamps {
			t.Errorf("told %+v", f)
		}
		w.shine(25, 600)
		w.did(t)
		w.shine(225, 60)
		w.did(t, "lamps off", "filter day")
		time.Sleep(time.Minute)
		if f := w.facts(); f.Lux != nil {
			t.Errorf("knows the light of long ago: %+v", f)
		}
		w.stop()
		w.did(t)
	})
}

func TestForcedModesSwitchAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, ircut.Night)
		w.did(t, "filter night", "lamps on")
		for range 2 {
			if err := w.SetMode(ircut.Day); err != nil {
				t.Fatal(err)
			}
			w.did(t, "lamps off", "filter day")
			w.shine(0, 60)
			if err := w.SetMode(ircut.Night); err != nil {
				t.Fatal(err)
			}
			w.did(t, "filter night", "lamps on")
			if f := w.facts(); f.Mode != ircut.Night || !f.Night || !f.Lamps {
				t.Errorf("told %+v", f)
			}
			w.shine(1000, 60)
			w.did(t)
		}
		w.stop()
		w.did(t, "lamps off")
	})
}

func TestUnknownModeIsRefused(t *testing.T) {
	if _, err := ircut.NewKeeper(ircut.Options{Filter: new(ircuttest.Fake), Mode: "dusk"}); err == nil {
		t.Error("dusk is no error")
	}
	if _, err := ircut.NewKeeper(ircut.Options{}); err == nil {
		t.Error("no filter is no error")
	}
	k, err := ircut.NewKeeper(ircut.Options{Filter: new(ircuttest.Fake)})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.SetMode("dusk"); err == nil || !strings.Contains(err.Error(), "auto, day or night") {
		t.Errorf("got %v", err)
	}
	if k.Mode() != ircut.Auto {
		t.Errorf("mode %q", k.Mode())
	}
}

func TestFaultIsToldAndMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, ircut.Day)
		w.did(t, "lamps off", "filter day")
		w.fake.Fail(errLine, nil)
		began := time.Now()
		if err := w.SetMode(ircut.Night); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Second)
		// The lamps obeyed at once and are left alone.
		want := []string{"filter night fails", "lamps on"}
		for range 8 { // after 0.5 s, 1 s, … 30 s
			want = append(want, "filter night fails")
		}
		w.did(t, want...)
		if f := w.facts(); !strings.Contains(f.Fault, errLine.Error()) || f.Tries != 8 || !f.Since.Equal(began) || !f.Lamps || !f.Night {
			t.Errorf("told %+v", f)
		}
		w.fake.Fail(nil, nil)
		time.Sleep(30 * time.Second)
		w.did(t, "filter night")
		if f := w.facts(); f.Fault != "" || f.Tries != 0 {
			t.Errorf("told %+v", f)
		}
		time.Sleep(time.Hour)
		w.did(t)
	})
}

func TestChangeOfMindDuringAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, ircut.Day)
		w.did(t, "lamps off", "filter day")
		w.fake.Fail(nil, errLine)
		if err := w.SetMode(ircut.Night); err != nil {
			t.Fatal(err)
		}
		w.did(t, "filter night", "lamps on fails")
		w.fake.Fail(nil, nil)
		if err := w.SetMode(ircut.Day); err != nil {
			t.Fatal(err)
		}
		w.did(t, "lamps off", "filter day")
		if f := w.facts(); f.Fault != "" || f.Lamps {
			t.Errorf("told %+v", f)
		}
	})
}

func TestManyReadingsAreToldSparsely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "")
		for i := range 3000 {
			w.Light(100 + float64(i))
			time.Sleep(33 * time.Millisecond)
		}
		synctest.Wait()
		if n := len(w.told); n < 90 || n > 105 {
			t.Errorf("told %d times in 99 s", n)
		}
		for range 1000 {
			w.Light(math.NaN())
			time.Sleep(time.Second)
		}
		if f := w.facts(); f.Lux != nil {
			t.Errorf("told %+v", f)
		}
		w.did(t, "lamps off", "filter day")
	})
}

func TestNothingHappensWithoutNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "")
		time.Sleep(240 * time.Hour)
		w.did(t, "lamps off", "filter day")
		if len(w.told) != 1 {
			t.Errorf("told %+v", w.told)
		}
	})
}

func TestFake(t *testing.T) {
	ircuttest.TestFilter(t, func(*testing.T) ircut.Filter { return new(ircuttest.Fake) })
}

func ExampleRules_Decide() {
	rules, state := ircut.DefaultRules(), ircut.State{}
	evening := time.Date(2026, 1, 1, 19, 0, 0, 0, time.UTC)
	for second, lux := range []float64{200, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5} {
		state = rules.Decide(state, lux, evening.Add(time.Duration(second)*time.Second))
		fmt.Print(state.Night, " ")
	}
	// Output: false false false false false false true
}
