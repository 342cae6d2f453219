package audio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Health says how the microphone or the speaker does.
type Health struct {
	OK bool // makes progress
	// Detail is English for a parent: what is wrong and what is done about it.
	// It is "" while OK and while the device starts for the first time.
	Detail string
	Tries  int // attempts to mend it so far, 0 while OK
}

// How a device is opened again.
const (
	firstPause = 500 * time.Millisecond // doubles with each failure
	longPause  = 5 * time.Second
	openTime   = 10 * time.Second // a device may take to be found and opened: a busy board lists its cards slowly
	stallTime  = 2 * time.Second  // without progress after that, a device is given up
	steadyTime = 10 * time.Second // of progress, after which failures are forgotten
)

// device keeps one sound device open for as long as its service runs.
type device struct {
	log     *slog.Logger
	name    string // "microphone" or "speaker"
	stalled error  // what it means when the device makes no progress
	report  func(Health)

	beats atomic.Int64 // how often the device has made progress
	moves atomic.Bool  // has made progress since it was opened
	mu    sync.Mutex
	last  Health // as reported
	tries int
}

// run opens the device again and again until ctx ends, and then returns ctx's
// error. While open runs, the device shows progress by calling beat.
func (d *device) run(ctx context.Context, open func(context.Context) error) error {
	d.say(Health{})
	pause := firstPause
	for {
		began := time.Now()
		err := d.attempt(ctx, open)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if d.moves.Load() && time.Since(began) > steadyTime {
			pause = firstPause
		}
		if !errors.Is(err, d.stalled) { // which watch has told already
			d.fail(err)
		}
		d.log.Warn("sound device failed", "device", d.name, "error", err, "pause", pause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, longPause)
	}
}

// attempt opens the device once and returns why it ended.
func (d *device) attempt(ctx context.Context, open func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var watch sync.WaitGroup
	defer watch.Wait()
	defer cancel(nil)
	d.moves.Store(false)
	watch.Go(func() { d.watch(ctx, cancel) })

	err := open(ctx)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err == nil {
		err = fmt.Errorf("the %s ended by itself", d.name)
	}
	return err
}

// watch gives the device up when it makes no progress, or none yet for too long.
func (d *device) watch(ctx context.Context, giveUp context.CancelCauseFunc) {
	tick := time.NewTicker(stallTime / 4)
	defer tick.Stop()
	began, since := time.Now(), time.Now()
	seen, patience := d.beats.Load(), openTime
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n := d.beats.Load(); n != seen {
			seen, since, patience = n, time.Now(), stallTime
			if since.Sub(began) > steadyTime {
				d.forget()
			}
		} else if time.Since(since) >= patience {
			d.fail(d.stalled)
			giveUp(d.stalled)
			return
		}
	}
}

// beat tells that the device makes progress. It is cheap.
func (d *device) beat() {
	d.beats.Add(1)
	if !d.moves.Swap(true) {
		d.say(Health{OK: true})
	}
}

// forget starts counting failures anew.
func (d *device) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tries = 0
}

// fail reports a failure.
func (d *device) fail(err error) {
	d.mu.Lock()
	d.tries++
	h := Health{Detail: fmt.Sprintf("%v. Opening the %s again.", err, d.name), Tries: d.tries}
	d.mu.Unlock()
	d.say(h)
}

func (d *device) say(h Health) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if h == d.last && h != (Health{}) {
		return
	}
	d.last = h
	if d.report != nil {
		d.report(h)
	}
}
