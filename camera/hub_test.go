package camera_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera"
)

// fake is a source of 30 units a second whose faults are told by its fields.
type fake struct {
	mu      sync.Mutex
	starts  []time.Time
	freeze  bool
	fail    error
	crash   bool
	blank   bool
	wantKey atomic.Bool
	asked   []time.Time
	rate    atomic.Int64
}

func (f *fake) RequestKey() {
	f.mu.Lock()
	f.asked = append(f.asked, time.Now())
	f.mu.Unlock()
	f.wantKey.Store(true)
}

func (f *fake) SetBitrate(bps int) error { f.rate.Store(int64(bps)); return nil }

func (f *fake) Capture(ctx context.Context, _ camera.Mode, emit func(camera.AccessUnit)) error {
	f.mu.Lock()
	f.starts = append(f.starts, time.Now())
	f.mu.Unlock()
	f.wantKey.Store(true)
	tick := time.NewTicker(time.Second / 30)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		f.mu.Lock()
		freeze, fail, crash, blank := f.freeze, f.fail, f.crash, f.blank
		f.mu.Unlock()
		switch {
		case crash:
			panic("half a frame")
		case fail != nil:
			return fail
		case blank:
			emit(camera.AccessUnit{})
		case !freeze:
			key := f.wantKey.Swap(false)
			emit(camera.AccessUnit{At: time.Now(), Key: key, NALUs: [][]byte{{1}}})
		}
	}
}

func (f *fake) set(change func(*fake)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fake) started() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.starts)
}

// run starts a camera on f inside a synctest bubble.
func run(t *testing.T, f camera.Source) *camera.Camera {
	t.Helper()
	c := camera.New(camera.Options{Source: f, Mode: camera.Mode{Width: 320, Height: 180, FPS: 30, Bitrate: 2_000_000}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
	return c
}

// watch counts what a watcher gets for d.
func watch(t *testing.T, c *camera.Camera, d time.Duration) (units []camera.AccessUnit) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	for u := range c.Watch(ctx) {
		units = append(units, u)
	}
	return units
}

func TestRunsOnlyWhileWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		c := run(t, f)
		time.Sleep(time.Minute)
		if n := f.started(); n != 0 {
			t.Fatalf("started %d times with nobody watching", n)
		}
		begin := time.Now()
		units := watch(t, c, time.Second)
		if !units[0].Key {
			t.Error("does not begin with a key unit")
		}
		if d := units[0].At.Sub(begin); d > 300*time.Millisecond {
			t.Errorf("first unit after %v", d)
		}
		time.Sleep(9 * time.Second)
		if p := c.Status().Phase; p != camera.Live {
			t.Errorf("9 s after the last watcher: %s, want live still", p)
		}
		time.Sleep(2 * time.Second)
		if p := c.Status().Phase; p != camera.Resting {
			t.Errorf("11 s after the last watcher: %s, want resting", p)
		}
		watch(t, c, time.Second)
		if n := f.started(); n != 2 {
			t.Errorf("started %d times, want 2", n)
		}
	})
}

func TestWatcherWhoComesBackKeepsItRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		c := run(t, f)
		watch(t, c, time.Second)
		time.Sleep(5 * time.Second)
		watch(t, c, 20*time.Second)
		if n := f.started(); n != 1 {
			t.Errorf("started %d times, want 1", n)
		}
	})
}

func TestKeyRequestsAreMerged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		c := run(t, f)
		go watch(t, c, 3*time.Second)
		time.Sleep(time.Second)
		f.mu.Lock()
		before := len(f.asked)
		f.mu.Unlock()
		for range 100 {
			c.RequestKey()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Second)
		f.mu.Lock()
		defer f.mu.Unlock()
		asked := f.asked[before:]
		if len(asked) < 2 || len(asked) > 3 {
			t.Errorf("%d requests reached the source for 1 s of asking, want one each 500 ms", len(asked))
		}
		for i := 1; i < len(asked); i++ {
			if d := asked[i].Sub(asked[i-1]); d < 500*time.Millisecond {
				t.Errorf("two requests %v apart", d)
			}
		}
	})
}

func TestComesBack(t *testing.T) {
	broken := errors.New("unplugged")
	for name, fault := range map[string]func(*fake, bool){
		"frozen":    func(f *fake, on bool) { f.freeze = on },
		"unplugged": func(f *fake, on bool) { f.fail = map[bool]error{true: broken}[on] },
		"crashing":  func(f *fake, on bool) { f.crash = on },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := new(fake)
				c := run(t, f)
				var last atomic.Pointer[camera.AccessUnit]
				ctx, cancel := context.WithCancel(t.Context())
				watching := make(chan struct{})
				go func() {
					defer close(watching)
					for u := range c.Watch(ctx) {
						last.Store(&u)
					}
				}()
				time.Sleep(time.Second)
				f.set(func(f *fake) { fault(f, true) })
				time.Sleep(3 * time.Second)
				s := c.Status()
				if s.Phase != camera.Failed || s.Err == nil {
					t.Errorf("3 s into the fault: %s, %v", s.Phase, s.Err)
				}
				time.Sleep(30 * time.Second)
				if n := f.started(); n > 20 {
					t.Errorf("%d starts in 30 s: no back-off", n)
				}
				f.set(func(f *fake) { fault(f, false) })
				time.Sleep(6 * time.Second)
				if s := c.Status(); s.Phase != camera.Live || s.Err != nil || s.Restarts != 0 {
					t.Errorf("6 s after the fault: %+v", s)
				}
				if d := time.Since(last.Load().At); d > time.Second {
					t.Errorf("the watcher's last unit is %v old", d)
				}
				cancel()
				<-watching
			})
		})
	}
}

// TestSignsOfLifeAreNoPictures: a source that goes on without ever a picture is
// restarted too, only later.
func TestSignsOfLifeAreNoPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		c := run(t, f)
		go watch(t, c, time.Minute)
		time.Sleep(time.Second)
		f.set(func(f *fake) { f.blank = true })
		time.Sleep(9 * time.Second)
		if p := c.Status().Phase; p != camera.Live {
			t.Errorf("after 9 s of left-out pictures: %s", p)
		}
		time.Sleep(2 * time.Second)
		if s := c.Status(); s.Phase != camera.Failed || s.Err == nil {
			t.Errorf("after 11 s: %+v", s)
		}
		time.Sleep(50 * time.Second)
	})
}

func TestSlowWatcherResumesAtKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		c := run(t, f)
		other := make(chan int)
		go func() { other <- len(watch(t, c, 10*time.Second)) }()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var before camera.AccessUnit
		slept := false
		for u := range c.Watch(ctx) {
			if gap := u.At.Sub(before.At); !before.At.IsZero() && gap > 50*time.Millisecond && !u.Key {
				t.Errorf("a gap of %v is followed by a unit that is no key", gap)
			}
			before = u
			if !slept {
				slept = true
				time.Sleep(5 * time.Second)
			}
		}
		if n := <-other; n < 290 {
			t.Errorf("the other watcher got %d units of 300", n)
		}
	})
}

func TestBitrateIsHeldWithinBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := new(fake)
		c := run(t, f)
		for ask, want := range map[int]int64{1: camera.MinBitrate, 9_000_000: 2_000_000, 700_000: 700_000} {
			c.SetBitrate(700_001)
			c.SetBitrate(ask)
			if got := f.rate.Load(); got != want {
				t.Errorf("asked for %d: %d, want %d", ask, got, want)
			}
		}
	})
}
