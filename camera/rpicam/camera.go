// Package rpicam takes pictures with a Raspberry Pi's camera by running
// rpicam-vid (rpicam-apps, which uses libcamera) as a child process and reading
// its pictures, their times and its metadata from pipes.
//
// It works in two modes behind the same contract. With an encoder, rpicam-vid
// sends raw pictures, so that keyframes come on request, the bitrate follows
// the network and still pictures cost nothing. Without one, rpicam-vid encodes
// by itself; then it can neither be asked for a keyframe nor for another
// bitrate, and makes a keyframe each second instead.
//
// What rpicam-vid takes at its start alone (zoom, tuning, look) starts it
// anew; the source lives on, and its watchers see a short gap.
package rpicam

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"babymonitor/camera"
)

// Options shape a camera.
type Options struct {
	Command string            // "rpicam-vid" or a path; "" is the former
	Encoder camera.NewEncoder // for raw pictures; nil: rpicam-vid encodes
	Tuning  string            // libcamera tuning file; "" for the camera's own
	Look    camera.Look
	Log     *slog.Logger // gets rpicam-vid's complaints
	// Restarting is told why the picture stops for a moment when something
	// changes that rpicam-vid takes at its start alone, and "" when the picture
	// goes on. It may be nil and is called from the capture's goroutine.
	Restarting func(why string)
}

// Camera is a Raspberry Pi camera.
type Camera struct {
	options Options
	waits   patience

	mu      sync.Mutex
	wanted  setting
	changed time.Time   // when wanted changed
	why     string      // it changed
	wake    func()      // interrupts a capture that waits
	grey    atomic.Bool // raw pictures lose their colours here, without a gap
	untimed bool        // this rpicam-vid does not tell the times of its pictures
	light   meter
}

// setting is what a child process is started with, but for the mode.
type setting struct {
	tuning string
	look   camera.Look
	zoom   camera.Rect
}

// patience is how long things may take.
type patience struct {
	first, next time.Duration // until a picture
	settle      time.Duration // after a change, for further ones
	leave       time.Duration // after SIGINT
}

// New returns a camera; it is opened when it is captured from.
func New(o Options) *Camera {
	if o.Command == "" {
		o.Command = "rpicam-vid"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Restarting == nil {
		o.Restarting = func(string) {}
	}
	c := &Camera{
		options: o,
		wanted:  setting{tuning: o.Tuning, zoom: camera.Full()},
		waits:   patience{first: 8 * time.Second, next: 2 * time.Second, settle: 150 * time.Millisecond, leave: 500 * time.Millisecond},
	}
	c.wanted.look = c.started(o.Look)
	return c
}

// Source returns the camera's H.264. It is a camera.Zoomer, camera.Adjuster and
// camera.Metered;
// with an encoder it is also a camera.Keyframer, camera.Rater and
// camera.Stiller.
func (c *Camera) Source() camera.Source {
	if c.options.Encoder != nil {
		return camera.Encode(raw{c}, c.options.Encoder)
	}
	return coded{c}
}

// Adjust implements camera.Adjuster. A running capture shows it after a short
// gap; with an encoder it becomes black and white, or coloured again, at once.
func (c *Camera) Adjust(l camera.Look) error {
	l = c.started(l)
	c.change("the camera changes its picture", func(s *setting) { s.look = l })
	return nil
}

// started returns what of a look rpicam-vid is to be started with.
func (c *Camera) started(l camera.Look) camera.Look {
	if c.options.Encoder != nil {
		c.grey.Store(l.Grey)
		l.Grey = false
	}
	return l
}

// SetZoom implements camera.Zoomer. A running capture shows it after a short
// gap.
func (c *Camera) SetZoom(r camera.Rect) error {
	if !(r.W > 0 && r.H > 0 && r.X >= 0 && r.Y >= 0 && r.X+r.W <= 1.001 && r.Y+r.H <= 1.001) { // refuses NaN too
		return errors.New("zoom: not a part of the picture")
	}
	c.change("the camera zooms", func(s *setting) { s.zoom = r })
	return nil
}

func (c *Camera) change(why string, change func(*setting)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.wanted
	change(&c.wanted)
	if c.wanted == was {
		return
	}
	c.changed, c.why = time.Now(), why
	if c.wake != nil {
		c.wake()
	}
}

// Light implements camera.Metered.
func (c *Camera) Light() (camera.Light, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.light.at(time.Now())
}

// raw is a camera's raw pictures.
type raw struct{ *Camera }

// Turns implements camera.Turner: half a turn is the sensor's own doing.
func (raw) Turns(degrees int) bool { return degrees == 180 }

// Frames implements camera.Frames, turned by half if the mode wants it so.
func (r raw) Frames(ctx context.Context, m camera.Mode, emit func(camera.Frame)) error {
	if m.Width < 16 || m.Height < 16 || m.Width%2 != 0 || m.Height%2 != 0 {
		return fmt.Errorf("rpicam-vid does not make raw pictures of %d×%d: sizes are even", m.Width, m.Height)
	}
	show := func(f camera.Frame) {
		if r.grey.Load() {
			discolour(f)
		}
		emit(f)
	}
	return r.run(ctx, job{mode: m, raw: true, alive: func() { emit(camera.Frame{}) }, sink: func() sink { return newRawSink(m, show) }})
}

// discolour makes a picture black and white in its own memory.
func discolour(f camera.Frame) {
	const colourless = 128
	for _, plane := range [][]byte{f.Cb, f.Cr} {
		for i := range plane {
			plane[i] = colourless
		}
	}
}

// coded is a camera's own H.264. It has no other methods than those of the
// contracts, so that nobody takes it for a Keyframer.
type coded struct{ c *Camera }

func (s coded) SetZoom(r camera.Rect) error { return s.c.SetZoom(r) }

func (s coded) Adjust(l camera.Look) error { return s.c.Adjust(l) }

func (s coded) Light() (camera.Light, bool) { return s.c.Light() }

// Capture implements camera.Source.
func (s coded) Capture(ctx context.Context, m camera.Mode, emit func(camera.AccessUnit)) error {
	if m.Rotate%180 != 0 {
		s.c.options.Log.Warn("rpicam-vid cannot turn its own H.264 by a quarter; the picture stays as it is", "degrees", m.Rotate)
	}
	return s.c.run(ctx, job{mode: m, alive: func() { emit(camera.AccessUnit{}) }, sink: func() sink { return &codedSink{emit: emit} }})
}

// job is what a capture does.
type job struct {
	mode  camera.Mode
	raw   bool
	alive func()      // tells of life while the child starts anew
	sink  func() sink // makes pictures of a child's output
}

// errChanged ends a child that must be started with another setting.
var errChanged = errors.New("the setting has changed")

// run runs one child after the other until ctx ends or a child fails.
func (c *Camera) run(ctx context.Context, j job) error {
	w, err := newWaker()
	if err != nil {
		return err
	}
	defer w.close()
	c.setWake(w.wake)
	defer c.setWake(nil)
	defer w.on(ctx)()
	for again := false; ; again = true {
		c.mu.Lock()
		s, timed, why := c.wanted, !c.untimed, c.why
		c.mu.Unlock()
		if again {
			c.options.Log.Info("starting rpicam-vid anew", "why", why)
			c.options.Restarting(why)
			j.alive()
		}
		err := c.play(ctx, j, s, playing{timed: timed, again: again, waker: w})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errChanged):
		case errors.Is(err, errUntimed):
			c.mu.Lock()
			c.untimed, c.why = true, "this rpicam-vid does not tell the times of its pictures"
			c.mu.Unlock()
		default:
			return err
		}
	}
}

func (c *Camera) setWake(wake func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wake = wake
}

// due reports whether a child started with s must make place for another, and
// else how long until that may become so.
func (c *Camera) due(s setting) (bool, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wanted == s {
		return false, math.MaxInt64
	}
	left := c.waits.settle - time.Since(c.changed)
	return left <= 0, left
}
