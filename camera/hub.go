package camera

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"babymonitor/internal/fanout"
)

// The hub's times. They are part of what the page promises to a parent.
const (
	stallAfter   = 2 * time.Second        // a source that yields nothing for this long is restarted
	blankAfter   = 10 * time.Second       // so is one that shows life but no picture; also the time for the first
	restAfter    = 10 * time.Second       // the source stops this long after the last watcher left
	firstBackoff = 500 * time.Millisecond // wait before the first restart, doubled up to maxBackoff
	maxBackoff   = 5 * time.Second
	watchDepth   = 60 // access units that a slow watcher may lag behind: 2 s at 30 fps
)

// MinBitrate is the least that an encoder is asked for, in bits a second.
const MinBitrate = 250_000

// Phase is what a camera does now.
type Phase string

// The phases of a camera.
const (
	Resting  Phase = "resting"  // nobody watches
	Starting Phase = "starting" // no picture yet
	Live     Phase = "live"     // pictures come
	Failed   Phase = "failed"   // no pictures; it is being restarted
)

// Status is what is true about a camera.
type Status struct {
	Phase    Phase
	Err      error // why Failed
	Restarts int   // in a row, without a picture between
	Bitrate  int   // bits a second asked of the encoder
	Zoom     Rect
}

// Options shape a [Camera].
type Options struct {
	Source Source
	Mode   Mode // Bitrate is the most that the encoder is ever asked for
	Log    *slog.Logger
	// Decode makes still pictures of sources that are no Stiller. It may be nil.
	Decode DecodeKey
	// Changed is told of each new status, in order, from one goroutine at a
	// time. It may be nil and must not call the camera.
	Changed func(Status)
}

// Camera runs one source and shows it to many watchers.
type Camera struct {
	source  Source
	mode    Mode
	log     *slog.Logger
	changed func(Status)
	units   fanout.Fanout[AccessUnit]
	keys    keyGate
	stills  stills

	signs    atomic.Int64 // of life: pictures and changes of status
	mu       sync.Mutex
	status   Status
	watchers int
	wake     chan struct{} // told when the number of watchers leaves or reaches zero
	beat     chan struct{} // told of each sign of life
	seen     chan struct{} // told of each picture
}

// New returns a camera that rests until [Camera.Run] runs and somebody
// watches.
func New(o Options) *Camera {
	c := &Camera{
		source:  o.Source,
		mode:    o.Mode,
		log:     o.Log,
		changed: o.Changed,
		wake:    make(chan struct{}, 1),
		beat:    make(chan struct{}, 1),
		seen:    make(chan struct{}, 1),
		status:  Status{Phase: Resting, Bitrate: o.Mode.Bitrate, Zoom: Full()},
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.stills.decode = o.Decode
	if k, ok := o.Source.(Keyframer); ok {
		c.keys.request = k.RequestKey
	}
	return c
}

// Run captures whenever somebody watches, until ctx ends. It survives every
// failure of the source.
func (c *Camera) Run(ctx context.Context) error {
	defer c.set(func(s *Status) { *s = Status{Phase: Resting, Bitrate: s.Bitrate, Zoom: s.Zoom} })
	backoff := firstBackoff
	for {
		if err := c.awaitWatcher(ctx); err != nil {
			return err
		}
		c.set(func(s *Status) {
			if s.Phase != Failed {
				s.Phase = Starting
			}
		})
		live, err := c.capture(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errRest):
			c.set(func(s *Status) { s.Phase, s.Err, s.Restarts = Resting, nil, 0 })
			backoff = firstBackoff
			continue
		case live:
			backoff = firstBackoff
		}
		c.set(func(s *Status) {
			if live {
				s.Restarts = 0
			}
			s.Phase, s.Err = Failed, err
			s.Restarts++
		})
		c.log.Warn("camera failed; restarting it", "error", err, "in", backoff)
		if err := sleep(ctx, backoff); err != nil {
			return err
		}
		backoff = min(2*backoff, maxBackoff)
	}
}

// errRest ends a capture that nobody watches any more.
var errRest = errors.New("nobody watches")

// awaitWatcher returns when somebody watches or ctx ends.
func (c *Camera) awaitWatcher(ctx context.Context) error {
	for {
		if c.watching() {
			return nil
		}
		if c.Status().Phase == Failed { // the last watcher left while it failed
			c.set(func(s *Status) { s.Phase, s.Err, s.Restarts = Resting, nil, 0 })
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.wake:
		}
	}
}

// capture runs the source once. It reports whether pictures came and why it
// ended.
func (c *Camera) capture(ctx context.Context) (live bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c.stills.forget()
	mode := c.mode
	mode.Bitrate = c.Status().Bitrate
	for _, late := range []chan struct{}{c.beat, c.seen} { // of the run before
		select {
		case <-late:
		default:
		}
	}
	done := make(chan error, 1)
	go func() { done <- protect(func() error { return c.source.Capture(ctx, mode, c.emit) }) }()

	stall, blank := time.NewTimer(2*blankAfter), time.NewTimer(blankAfter)
	defer stall.Stop()
	defer blank.Stop()
	var rest <-chan time.Time
	for {
		select {
		case err := <-done:
			if cause := context.Cause(ctx); cause != nil {
				return live, cause
			}
			if err == nil {
				err = errors.New("the camera ended by itself")
			}
			return live, err
		case <-c.beat:
			stall.Reset(stallAfter)
		case <-c.seen:
			stall.Reset(stallAfter)
			blank.Reset(blankAfter)
			if !live {
				live = true
				c.set(func(s *Status) { s.Phase, s.Err, s.Restarts = Live, nil, 0 })
			}
		case <-stall.C:
			cancel(noPicture(stallAfter))
		case <-blank.C:
			cancel(noPicture(blankAfter))
		case <-c.wake:
			rest = nil
			if !c.watching() {
				rest = time.After(restAfter)
			}
		case <-rest:
			cancel(errRest)
		}
	}
}

func noPicture(d time.Duration) error { return fmt.Errorf("no picture for %.0f s", d.Seconds()) }

// protect turns a panic of a driver into an error, so that the camera is
// restarted like after any other failure.
func protect(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the camera driver crashed: %v", p)
		}
	}()
	return run()
}

// emit hands one access unit to every watcher. An empty unit (a picture that
// the encoder left out) is a sign of life alone, which does not last.
func (c *Camera) emit(u AccessUnit) {
	c.signs.Add(1)
	if len(u.NALUs) == 0 {
		tell(c.beat)
		return
	}
	tell(c.seen)
	c.keys.sent(u)
	c.stills.see(u)
	c.units.Publish(u)
}

// tell leaves a note for capture, unless there is one already.
func tell(note chan struct{}) {
	select {
	case note <- struct{}{}:
	default:
	}
}

// Status returns what is true now.
func (c *Camera) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

func (c *Camera) set(change func(*Status)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.status
	change(&c.status)
	if c.status == was {
		return
	}
	c.signs.Add(1)
	if c.changed != nil {
		c.changed(c.status)
	}
}

// Signs counts signs of life: pictures, and changes of the status, failures
// included. None is due while the camera rests. It is for a watchdog, which
// knows no other way out of a driver that hangs for good.
func (c *Camera) Signs() (count int64, due bool) {
	return c.signs.Load(), c.Status().Phase != Resting
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
