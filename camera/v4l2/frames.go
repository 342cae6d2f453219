package v4l2

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"babymonitor/camera"
)

// Frames implements camera.Frames for a camera of raw or JPEG pictures. I420
// is handed on as it lies in the device's buffer, NV12's luma too; anything
// else is converted once. The mode's rotation does not apply.
func (c *Camera) Frames(ctx context.Context, m camera.Mode, emit func(camera.Frame)) error {
	prepare := func(d *device, t bufType) (layout, error) {
		offers := slices.DeleteFunc(d.offers(t, m), func(o offer) bool { return c.only != 0 && o.format != c.only })
		o, ok := choose(offers, m)
		if !ok {
			return layout{}, fmt.Errorf("%s offers no pictures that the monitor can convert", d.name)
		}
		l := layout{format: o.format, width: m.Width, height: m.Height}
		if err := d.setFormat(vidiocSFmt, t, &l); err != nil {
			return l, err
		}
		if l.width < 16 || l.height < 16 || l.width > 1<<13 || l.height > 1<<13 {
			return l, fmt.Errorf("%s delivers pictures of %d×%d", d.name, l.width, l.height)
		}
		d.setRate(t, m.FPS)
		return l, nil
	}
	pace := pacer{fps: m.FPS}
	var convert converter
	var unusable int
	return c.run(ctx, prepare, func(l layout, q *queue, s slot, at time.Time) error {
		if !pace.due(at) {
			return nil
		}
		f, err := convert.i420(l, s.data)
		if err != nil { // half a frame, as after a disturbance on the cable
			if unusable++; unusable > m.FPS {
				return fmt.Errorf("%s sends broken pictures: check its cable: %w", q.name, err)
			}
			return nil
		}
		unusable = 0
		f.At = at
		if s.index < len(q.shared) && l.contiguous() {
			f.Shared = &convert.shared
			*f.Shared = camera.DMABuf{FD: q.shared[s.index], Size: len(q.buffers[s.index])}
		}
		emit(f)
		return nil
	})
}

// contiguous reports whether the planes of I420 lie as camera.DMABuf says.
func (l layout) contiguous() bool { return l.format == fmtYU12 && l.height%2 == 0 && l.stride%2 == 0 }

// pacer leaves out pictures of a camera that delivers more than it was asked
// for.
type pacer struct {
	fps  int
	next time.Time
}

func (p *pacer) due(at time.Time) bool {
	if p.fps <= 0 {
		return true
	}
	period := time.Second / time.Duration(p.fps)
	if at.Before(p.next.Add(-period / 4)) {
		return false
	}
	p.next = p.next.Add(period)
	if p.next.Before(at) { // it is slower than asked for
		p.next = at.Add(period)
	}
	return true
}

// errShort says that a buffer holds less than its picture.
var errShort = errors.New("less than a whole picture")
