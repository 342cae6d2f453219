package state

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchTellsNowAndThenEachChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Store
		s.Update(func(st *State) { st.Device.Name = "first" })
		ctx, cancel := context.WithCancel(t.Context())
		var seen []string
		done := make(chan struct{})
		go func() {
			defer close(done)
			for st := range s.Watch(ctx) {
				seen = append(seen, st.Device.Name)
			}
		}()
		for _, name := range []string{"second", "third"} {
			synctest.Wait()
			s.Update(func(st *State) { st.Device.Name = name })
		}
		synctest.Wait()
		cancel()
		<-done
		if got := strings.Join(seen, " "); got != "first second third" {
			t.Errorf("saw %q", got)
		}
	})
}

func TestSlowWatcherGetsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s Store
		go func() {
			for i := range 100 {
				time.Sleep(10 * time.Millisecond)
				s.Update(func(st *State) { st.Sound.Steps = i + 1 })
			}
		}()
		seen, last := 0, 0
		for st := range s.Watch(t.Context()) {
			if st.Sound.Steps < last {
				t.Fatalf("went back from %d to %d", last, st.Sound.Steps)
			}
			seen, last = seen+1, st.Sound.Steps
			if last == 100 {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if seen > 12 {
			t.Errorf("a slow watcher was called %d times for 100 changes in a second", seen)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	var s Store
	ctx, cancel := context.WithCancel(t.Context())
	var watchers, writers sync.WaitGroup
	for range 8 {
		watchers.Go(func() {
			for st := range s.Watch(ctx) {
				if len(st.Viewers) != st.Device.MediaPort {
					t.Error("saw half a change")
				}
			}
		})
		writers.Go(func() {
			for n := range 200 {
				s.Update(func(st *State) {
					st.Viewers, st.Device.MediaPort = make([]Viewer, n), n
				})
				_ = s.Get()
			}
		})
	}
	writers.Wait()
	cancel()
	watchers.Wait()
}

func TestWatchEndsBeforeTheFirstLoopIfToldSo(t *testing.T) {
	var s Store
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for range s.Watch(ctx) {
		n++
	}
	if n > 1 {
		t.Errorf("told %d times", n)
	}
}

func TestJSONShape(t *testing.T) {
	text, err := json.Marshal(State{})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"device":{"name":""`, `"camera":{"condition":""`, `"lux":null`, `"temperature":null`, `"ends_at":null`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s is not in %s", part, text)
		}
	}
}
