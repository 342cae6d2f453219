package v4l2

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"babymonitor/camera"
)

// buffers of a camera: one is filled, one is read, two wait.
const buffers = 4

// patience is how long a camera may take before it has failed.
type patience struct{ first, next time.Duration }

// Options choose and shape a camera.
type Options struct {
	// Device is a path ("/dev/video0", or one below /dev/v4l/by-id), a name or
	// a part of one ("c920"), or "" for the first camera.
	Device string
	Look   camera.Look
	Log    *slog.Logger // told of settings that the camera does not take
}

// Camera is a kernel video device that takes pictures. It implements
// camera.Frames; see Source for its H.264.
type Camera struct {
	options Options
	kernel  kernel
	paths   func() []string
	device  Device // as found by Open
	forces  bool   // it makes keyframes on request
	waits   patience
	only    fourcc // of raw formats; 0: any. Tests choose one.

	mu      sync.Mutex
	live    *device // while it captures
	look    camera.Look
	rotate  int // degrees that the device turns its picture by
	bitrate int // wanted; 0: the mode's
}

// Open finds the camera. It may be unplugged and plugged in again later; each
// capture looks for it anew.
func Open(o Options) (*Camera, error) { return open(o, linux{}, paths) }

func open(o Options, k kernel, paths func() []string) (*Camera, error) {
	found, err := find(k, paths(), o.Device)
	if err != nil {
		return nil, err
	}
	d, err := openDevice(k, found.Path)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Camera{options: o, kernel: k, paths: paths, device: found, forces: d.has(cidForceKey), look: o.Look, waits: patience{first: 8 * time.Second, next: 2 * time.Second}}, nil
}

// Device tells which camera was found.
func (c *Camera) Device() Device { return c.device }

// Source returns the camera's H.264. A camera that encodes by itself is passed
// through untouched: the result is a camera.Rater, and a camera.Keyframer where
// the camera makes keyframes on request; else it makes one a second. Any other
// camera's raw pictures go through an encoder.
func (c *Camera) Source(encoder camera.NewEncoder) camera.Source {
	switch {
	case !c.device.H264():
		return camera.Encode(c, encoder)
	case c.forces:
		return keySource{&source{c}}
	}
	return &source{c}
}

// Adjust implements camera.Adjuster: at once if the camera runs.
func (c *Camera) Adjust(l camera.Look) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look = l
	if c.live == nil {
		return nil
	}
	return c.live.adjust(l, c.rotate)
}

// setup prepares an opened device for a capture and returns the layout of its
// pictures.
type setup func(d *device, t bufType) (layout, error)

// run captures: prepare chooses the format, take gets each buffer's content
// with the moment of its capture, valid until take returns.
func (c *Camera) run(ctx context.Context, prepare setup, take func(layout, *queue, slot, time.Time) error) error {
	found, err := find(c.kernel, c.paths(), c.options.Device)
	if err != nil {
		return err
	}
	d, err := openDevice(c.kernel, found.Path)
	if err != nil {
		return err
	}
	defer d.close()
	t := d.captureType()
	l, err := prepare(d, t)
	if err != nil {
		return explain(d.path, "was set up", err)
	}
	c.begin(d)
	defer c.end()

	q := &queue{device: d, typ: t}
	defer q.release()
	if err := q.request(buffers, memoryMmap); err != nil {
		return explain(d.path, "got its buffers", err)
	}
	if l.format == fmtYU12 {
		q.export()
	}
	for i := range q.count {
		if err := q.give(i, 0, 0, nil); err != nil {
			return explain(d.path, "got its buffers", err)
		}
	}
	if err := q.start(); err != nil {
		return explain(d.path, "was started", err)
	}
	return pump(ctx, q, c.waits, func(s slot, at time.Time) error { return take(l, q, s, at) })
}

// begin applies the look and lets Adjust and others reach the device.
func (c *Camera) begin(d *device) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := d.adjust(c.look, c.rotate); err != nil {
		c.options.Log.Warn("the camera does not take every setting", "camera", d.name, "error", err)
	}
	c.live = d
}

func (c *Camera) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live = nil
}

// pump hands out pictures until ctx ends or the device fails.
func pump(ctx context.Context, q *queue, waits patience, take func(slot, time.Time) error) error {
	wake, err := newWaker()
	if err != nil {
		return err
	}
	defer wake.close()
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(woken); wake.wake() })
	defer func() {
		if !stop() {
			<-woken // it writes to wake
		}
	}()
	var clock clock
	wait := waits.first
	for {
		s, err := q.takeNext(int(wake), wait)
		switch {
		case errors.Is(err, errWoken):
			return ctx.Err()
		case errors.Is(err, errTimeout):
			return fmt.Errorf("%s (%s) gives no picture: unplug it and plug it in again if this stays: %w", q.name, q.path, err)
		case err != nil:
			return explain(q.path, "gave a picture", err)
		}
		if s.flags&flagError == 0 && len(s.data) > 0 {
			wait = waits.next
			if err := take(s, clock.time(s)); err != nil {
				return err
			}
		}
		if err := q.give(s.index, 0, 0, nil); err != nil {
			return explain(q.path, "took a buffer back", err)
		}
	}
}
