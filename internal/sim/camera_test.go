package sim

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera"
	"babymonitor/servo"
)

// small keeps the tests fast.
func small() camera.Mode { return camera.Mode{Width: 320, Height: 180, FPS: 10} }

// capture runs the camera in the background until the test's end. Frames are
// only counted; the error is sent when it ends.
func capture(t *testing.T, w *World) (pictures *atomic.Int64, ended chan error) {
	ctx, cancel := context.WithCancel(t.Context())
	pictures, ended = new(atomic.Int64), make(chan error, 1)
	go func() {
		ended <- w.Camera().Frames(ctx, small(), func(f camera.Frame) {
			n := pictures.Add(1)
			if ms, ok := ReadStrip(f); !ok || ms != uint32(f.At.UnixMilli()) {
				t.Errorf("picture %d: strip says %d (%v), want %d", n, ms, ok, uint32(f.At.UnixMilli()))
			}
			if !time.Now().Equal(f.At) {
				t.Errorf("stamped %v at %v", f.At, time.Now())
			}
		})
	}()
	t.Cleanup(cancel)
	return pictures, ended
}

func TestCameraKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{})
		if _, known := w.Camera().Light(); known {
			t.Error("knows the light without a picture")
		}
		n, _ := capture(t, w)
		synctest.Wait()
		if n.Load() != 1 {
			t.Errorf("%d pictures at once, want 1", n.Load())
		}
		time.Sleep(time.Second + time.Millisecond)
		synctest.Wait()
		if n.Load() != 11 {
			t.Errorf("%d pictures after a second, want 11", n.Load())
		}
		if l, known := w.Camera().Light(); !known || l.Lux != 25 || l.Gain < 1 || l.Luma < 0.2 || l.Luma > 0.8 || l.Exposure <= 0 {
			t.Errorf("light %+v, %v", l, known)
		}
	})
}

func TestCameraFreezes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{})
		n, _ := capture(t, w)
		time.Sleep(time.Second)
		apply(t, w, Change{Freeze: []Device{"camera"}})
		synctest.Wait()
		before := n.Load()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if n.Load() != before {
			t.Errorf("%d pictures while frozen", n.Load()-before)
		}
		if _, known := w.Camera().Light(); known {
			t.Error("a frozen camera knows the light")
		}
		apply(t, w, Change{Freeze: []Device{}})
		time.Sleep(time.Second)
		synctest.Wait()
		if n.Load() < before+9 {
			t.Errorf("%d pictures in the second after the frost", n.Load()-before)
		}
	})
}

func TestCameraUnplugged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{})
		_, ended := capture(t, w)
		time.Sleep(time.Second)
		apply(t, w, Change{Unplug: []Device{"camera"}})
		time.Sleep(110 * time.Millisecond)
		synctest.Wait()
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), "unplugged") {
				t.Errorf("ends with %v", err)
			}
		default:
			t.Fatal("goes on without its plug")
		}
		if err := w.Camera().Frames(t.Context(), small(), func(camera.Frame) { t.Error("a picture") }); err == nil {
			t.Error("a retry is no error")
		}
		apply(t, w, Change{Unplug: []Device{}})
		n, _ := capture(t, w)
		synctest.Wait()
		if n.Load() != 1 {
			t.Error("no picture after plugging in again")
		}
	})
}

func TestCameraEndsWithItsContext(t *testing.T) {
	for _, frozen := range [][]Device{{}, {"camera"}} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := newWorld(t, Change{Freeze: frozen}).Camera().Frames(ctx, small(), func(camera.Frame) {})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("ends with %v", err)
			}
		})
	}
}

func TestZoomRefusesWhatIsNoPart(t *testing.T) {
	c := newWorld(t, Change{}).Camera()
	for _, r := range []camera.Rect{{}, {X: -0.1, W: 0.5, H: 0.5}, {X: 0.6, W: 0.5, H: 0.5}, {W: 2, H: 1}, {W: 0.01, H: 0.01}} {
		if err := c.SetZoom(r); err == nil {
			t.Errorf("zooms to %+v", r)
		}
	}
	for _, r := range []camera.Rect{camera.Full(), {X: 0.5, Y: 0.5, W: 0.5, H: 0.5}} {
		if err := c.SetZoom(r); err != nil {
			t.Error(err)
		}
	}
}

func TestDeliverable(t *testing.T) {
	for _, c := range []struct{ ask, get camera.Mode }{
		{camera.Mode{}, camera.Mode{Width: 1280, Height: 720, FPS: 30}},
		{camera.Mode{Width: 641, Height: 481, FPS: 15}, camera.Mode{Width: 640, Height: 480, FPS: 15}},
		{camera.Mode{Width: 2, Height: 9999, FPS: 1000}, camera.Mode{Width: 160, Height: 2160, FPS: 120}},
	} {
		if got := deliverable(c.ask); got != c.get {
			t.Errorf("%+v is delivered as %+v, want %+v", c.ask, got, c.get)
		}
	}
}

func TestViewportStaysInThePanorama(t *testing.T) {
	for _, size := range [][2]int{{1280, 720}, {640, 480}, {480, 640}, {320, 180}, {1920, 800}} {
		for _, pose := range []servo.Pose{{}, {Pan: 90, Tilt: 60}, {Pan: -90, Tilt: -40}, {Pan: 1e9, Tilt: -1e9}} {
			for _, zoom := range []camera.Rect{camera.Full(), {X: 0.9, Y: 0.9, W: 0.1, H: 0.1}} {
				v := viewportOf(size[0], size[1], pose, zoom)
				right, bottom := v.x+v.sx*float64(v.w), v.y+v.sy*float64(v.h)
				if v.x < panoLeft || v.y < panoTop || right > panoLeft+panoW+1e-6 || bottom > panoTop+panoH+1e-6 {
					t.Errorf("%v %v %v: looks at %+v, beyond the panorama", size, pose, zoom, v)
				}
			}
		}
	}
}
