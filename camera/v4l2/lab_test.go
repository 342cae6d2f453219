package v4l2

import (
	"context"
	"errors"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/deploy/lab"
)

// The tests in this file run against kernel devices in the virtual lab.

// labMode is what emulated devices can deliver in time, and vicodec's least.
func labMode() camera.Mode { return camera.Mode{Width: 640, Height: 360, FPS: 5, Bitrate: 500_000} }

func labCamera(t *testing.T, name string) *Camera {
	t.Helper()
	c, err := Open(Options{Device: name})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLabLists(t *testing.T) {
	path := lab.Required(t).Camera
	for _, d := range List() {
		t.Logf("%s: %s at %s offers %v", d.Path, d.Name, d.Bus, d.Formats)
		if d.Path == path {
			return
		}
	}
	t.Errorf("%s is not listed", path)
}

func TestLabFrames(t *testing.T) {
	path := lab.Required(t).Camera
	for _, format := range []fourcc{fmtYUYV, fmtUYVY, fmtNV12, fmtYU12} {
		t.Run(format.String(), func(t *testing.T) {
			cameratest.TestFrames(t, labMode(), func(t *testing.T) camera.Frames {
				c := labCamera(t, path)
				c.only = format
				return c
			})
		})
	}
}

// TestLabFormatsAgree films the same still pattern in each format and expects
// the same picture.
func TestLabFormatsAgree(t *testing.T) {
	path := lab.Required(t).Camera
	var means []float64
	for _, format := range []fourcc{fmtYUYV, fmtUYVY, fmtNV12, fmtYU12} {
		c := labCamera(t, path)
		c.only = format
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		n := 0
		_ = c.Frames(ctx, labMode(), func(f camera.Frame) {
			if n++; n == 3 {
				means = append(means, camera.MeanLuma(f.Y, f.StrideY, f.Width, f.Height))
				cancel()
			}
		})
		cancel()
	}
	for i, m := range means {
		if d := m - means[0]; d > 0.02 || d < -0.02 {
			t.Errorf("format %d has a mean luma of %.3f, the first %.3f", i, m, means[0])
		}
	}
	if len(means) != 4 {
		t.Errorf("%d of 4 formats gave pictures", len(means))
	}
}

// press sets a control by the name that the driver gives it.
func press(t *testing.T, path, name string, value int32) {
	t.Helper()
	d, err := openDevice(linux{}, path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	const next = 0x80000000
	for q := (queryctrl{id: next}); d.do(vidiocQueryctrl, unsafe.Pointer(&q)) == nil; q.id |= next {
		if text(q.name[:]) == name {
			if err := d.do(vidiocSCtrl, unsafe.Pointer(&control{q.id, value})); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Skipf("%s has no control %q", path, name)
}

// TestLabFailures makes the camera fail and expects that the capture says so,
// and that the next one works again.
func TestLabFailures(t *testing.T) {
	path := lab.Required(t).Camera
	for name, c := range map[string]struct {
		control  string
		on       int32
		want     error
		lastsOn  bool
		patience time.Duration
	}{
		"a fatal error": {control: "Inject Fatal Streaming Error", on: 1, want: unix.EIO, patience: 20 * time.Second},
		"it hangs":      {control: "Percentage of Dropped Buffers", on: 100, want: errTimeout, lastsOn: true, patience: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			cam := labCamera(t, path)
			cam.waits.next = c.patience
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			n := 0
			err := cam.Frames(ctx, labMode(), func(camera.Frame) {
				if n++; n == 3 {
					press(t, path, c.control, c.on)
				}
			})
			if !errors.Is(err, c.want) {
				t.Errorf("after %d pictures: %v, want %v", n, err, c.want)
			}
			if c.lastsOn {
				press(t, path, c.control, 0)
			}
			n = 0
			ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := cam.Frames(ctx, labMode(), func(camera.Frame) {
				if n++; n == 3 {
					cancel()
				}
			}); n < 3 {
				t.Errorf("it does not come back: %v", err)
			}
		})
	}
}

// TestLabUnplugged: a camera that is pulled out says so, and is found again.
func TestLabUnplugged(t *testing.T) {
	devices := lab.Required(t)
	for name, path := range map[string]string{"vivid.0": devices.Camera, "lab_camera.0": devices.Firmware} {
		t.Run(name, func(t *testing.T) {
			cam := labCamera(t, path)
			source := cam.Source(NewEncoder)
			n := 0
			var plug func()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := source.Capture(ctx, labMode(), func(camera.AccessUnit) {
				if n++; n == 3 {
					plug = lab.Unplug(t, name)
				}
			})
			if n < 3 || err == nil || ctx.Err() != nil {
				t.Fatalf("after %d pictures: %v", n, err)
			}
			plug()
			lab.Until(t, "the camera comes back", func() bool {
				n = 0
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_ = source.Capture(ctx, labMode(), func(camera.AccessUnit) {
					if n++; n == 3 {
						cancel()
					}
				})
				return n >= 3
			})
		})
	}
}

func TestLabEncoder(t *testing.T) {
	lab.Required(t)
	cameratest.TestEncoder(t, NewEncoder)
}

// TestLabEncoderFails: an encoder that hangs is an error, one that spoils its
// pictures leaves them out, and a new one works.
func TestLabEncoderFails(t *testing.T) {
	lab.Required(t)
	m := labMode()
	for _, fault := range []string{"hang", "spoil"} {
		t.Run(fault, func(t *testing.T) {
			e, err := NewEncoder(m)
			if err != nil {
				t.Fatal(err)
			}
			pictures := 0
			encode := func(n int) (err error) {
				for i := 0; i < n && err == nil; i++ {
					var u camera.AccessUnit
					if u, err = e.Encode(cameratest.Picture(m, i)); len(u.NALUs) > 0 {
						pictures++
					}
				}
				return err
			}
			if err := encode(3); err != nil || pictures < 2 {
				t.Fatalf("%d pictures, %v", pictures, err)
			}
			lab.Set(t, "lab_codec", fault, 1)
			pictures = 0
			if err := encode(30); (err == nil) != (fault == "spoil") || pictures > 2 {
				t.Errorf("%d pictures, %v", pictures, err)
			}
			e.Close()
			lab.Set(t, "lab_codec", fault, 0)
			if e, err = NewEncoder(m); err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			if err := encode(3); err != nil {
				t.Errorf("a new encoder: %v", err)
			}
		})
	}
}

// TestLabCameraIntoEncoder hands the camera's buffers to the encoder.
func TestLabCameraIntoEncoder(t *testing.T) {
	path := lab.Required(t).Camera
	for _, format := range []fourcc{fmtYU12, fmtNV12} {
		c := labCamera(t, path)
		c.only = format
		var e *encoder
		open := func(m camera.Mode) (camera.Encoder, error) {
			opened, err := NewEncoder(m)
			e, _ = opened.(*encoder)
			return opened, err
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		n := 0
		err := c.Source(open).Capture(ctx, labMode(), func(u camera.AccessUnit) {
			if n++; n == 5 {
				t.Logf("%v goes into the encoder by memory kind %d (1: copied, 4: shared)", format, e.in.memory)
				cancel()
			}
		})
		cancel()
		if n < 5 {
			t.Errorf("%v: %d pictures: %v", format, n, err)
		}
	}
}

// TestLabPassthrough: the firmware camera's H.264 goes through untouched, with
// its live controls.
func TestLabPassthrough(t *testing.T) {
	path := lab.Required(t).Firmware
	m := camera.Mode{Width: 640, Height: 360, FPS: 15, Bitrate: 2_000_000}
	cameratest.TestSource(t, m, func(t *testing.T) camera.Source {
		return labCamera(t, path).Source(noEncoder)
	})
	t.Run("changes its picture while it runs", func(t *testing.T) {
		c := labCamera(t, path)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		n := 0
		var failed error
		_ = c.Source(noEncoder).Capture(ctx, m, func(camera.AccessUnit) {
			if n++; n == 3 {
				failed = c.Adjust(camera.Look{FlipH: true, FlipV: true, Exposure: 20 * time.Millisecond, ISO: 400, WhiteBalance: 5500, Grey: true, Mains: 50})
			}
			if n == 6 {
				cancel()
			}
		})
		if failed != nil || n < 6 {
			t.Errorf("after %d pictures: %v", n, failed)
		}
	})
	t.Run("changes its bitrate while it runs", func(t *testing.T) {
		source := labCamera(t, path).Source(noEncoder)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		n := 0
		var failed error
		_ = source.Capture(ctx, m, func(camera.AccessUnit) {
			if n++; n == 3 {
				failed = source.(camera.Rater).SetBitrate(500_000)
				cancel()
			}
		})
		if failed != nil || n < 3 {
			t.Errorf("after %d pictures: %v", n, failed)
		}
	})
}
