package sim

import (
	"context"
	"errors"
	"math"
	"time"

	"babymonitor/camera"
)

// Camera is the simulated camera. It implements [camera.Frames],
// [camera.Zoomer] and [camera.Metered].
type Camera struct{ w *World }

// Camera returns the camera.
func (w *World) Camera() *Camera { return &Camera{w} }

// A glance is what the camera measured in its latest picture.
type glance struct {
	at    time.Time
	light camera.Light
}

// Frames implements [camera.Frames]. Mode values of zero stand for 1280×720 at
// 30 pictures a second. The lowest lines of each picture carry the moment of
// capture; see [ReadStrip].
func (c *Camera) Frames(ctx context.Context, m camera.Mode, emit func(camera.Frame)) error {
	m = deliverable(m)
	beat := newPace(time.Second/time.Duration(m.FPS), time.Second/time.Duration(m.FPS))
	var p *painter
	for {
		at, err := beat.wait(ctx)
		if err != nil {
			return err
		}
		if err := c.w.unplugged(cameraDevice); err != nil {
			return err
		}
		if c.w.has(freeze, cameraDevice) {
			continue
		}
		if p == nil {
			p = newPainter(c.w, m.Width, m.Height)
		}
		emit(p.paint(at))
	}
}

// deliverable returns the nearest mode that the camera can do.
func deliverable(m camera.Mode) camera.Mode {
	near := func(v, otherwise, low, high int) int {
		if v <= 0 {
			v = otherwise
		}
		return min(max(v, low), high)
	}
	m.Width = near(m.Width, nativeW, 160, 3840) &^ 1
	m.Height = near(m.Height, nativeH, 90, 2160) &^ 1
	m.FPS = near(m.FPS, 30, 1, 120)
	return m
}

// SetZoom implements [camera.Zoomer].
func (c *Camera) SetZoom(r camera.Rect) error {
	const most = 1 + 1e-9
	sum := r.X + r.Y + r.W + r.H
	if math.IsNaN(sum) || r.X < 0 || r.Y < 0 || r.W < 0.05 || r.H < 0.05 || r.X+r.W > most || r.Y+r.H > most {
		return errors.New("cannot zoom there; x, y, w and h are fractions of the picture, and w and h at least 0.05")
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.zoom = r
	return nil
}

// blind is how long after its latest picture the camera still knows the light.
const blind = 2 * time.Second

// Light implements [camera.Metered]. It knows nothing while nobody captures.
// Like a real one it takes infrared light for more lux than there are.
func (c *Camera) Light() (camera.Light, bool) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.w.seen.light, !c.w.seen.at.IsZero() && time.Since(c.w.seen.at) < blind
}

// luxAt returns the light in the room; w.mu is held.
func (w *World) luxAt(now time.Time) float64 {
	if now.Sub(w.decades.at) >= w.decades.over {
		return w.lux
	}
	return math.Pow(10, w.decades.now(now))
}
