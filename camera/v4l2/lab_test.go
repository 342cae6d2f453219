package v4l2

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
)

// The tests in this file run against the kernel's own virtual devices. They are
// skipped unless BABYMONITOR_LAB is 1 and the variable of each names a device:
//
//	BABYMONITOR_LAB_CAMERA     a camera of raw pictures that can be told to fail (vivid)
//	BABYMONITOR_LAB_ENCODER    any value: there is an encoder of FWHT (vicodec)
//	BABYMONITOR_LAB_LOOPBACK   a device that hands out what is written into it (v4l2loopback)
//	BABYMONITOR_LAB_DISCONNECT any value: the camera may be disconnected, which is for good

// lab returns the value of a variable or skips the test.
func lab(t *testing.T, name string) string {
	t.Helper()
	if os.Getenv("BABYMONITOR_LAB") != "1" {
		t.Skip("needs kernel devices: runs in the virtual lab (BABYMONITOR_LAB=1)")
	}
	v := os.Getenv(name)
	if v == "" {
		t.Skipf("this lab has none (%s is empty)", name)
	}
	return v
}

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
	path := lab(t, "BABYMONITOR_LAB_CAMERA")
	for _, d := range List() {
		t.Logf("%s: %s at %s offers %v", d.Path, d.Name, d.Bus, d.Formats)
		if d.Path == path {
			return
		}
	}
	t.Errorf("%s is not listed", path)
}

func TestLabFrames(t *testing.T) {
	path := lab(t, "BABYMONITOR_LAB_CAMERA")
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
	path := lab(t, "BABYMONITOR_LAB_CAMERA")
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
	path := lab(t, "BABYMONITOR_LAB_CAMERA")
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

func TestLabDisconnect(t *testing.T) {
	path := lab(t, "BABYMONITOR_LAB_CAMERA")
	lab(t, "BABYMONITOR_LAB_DISCONNECT")
	cam := labCamera(t, path)
	n := 0
	err := cam.Frames(t.Context(), labMode(), func(camera.Frame) {
		if n++; n == 3 {
			press(t, path, "Disconnect", 1)
		}
	})
	if !errors.Is(err, unix.ENODEV) {
		t.Errorf("after %d pictures: %v", n, err)
	}
}

// fwht is the lab's encoder: the same calls as for H.264, another format.
func fwht() encoderOptions {
	o := kernelEncoder()
	o.coded = fcc("FWHT")
	o.waits = patience{first: 20 * time.Second, next: 20 * time.Second}
	return o
}

func TestLabEncoder(t *testing.T) {
	lab(t, "BABYMONITOR_LAB_ENCODER")
	m := labMode()
	e, err := fwht().open(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for i := range 12 {
		if i == 6 {
			e.(camera.Keyframer).RequestKey()
		}
		f := cameratest.Picture(m, i)
		u, err := e.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		if len(u.NALUs) != 1 || len(u.NALUs[0]) < 100 || !u.At.Equal(f.At) {
			t.Errorf("picture %d: %d NALUs, at %v", i, len(u.NALUs), u.At)
		}
		if (i == 0 || i == 6) && !u.Key {
			t.Errorf("picture %d is no keyframe", i)
		}
	}
	small := m
	small.Width /= 2
	if _, err := e.Encode(cameratest.Picture(small, 0)); err == nil {
		t.Error("takes a picture of another size")
	}
}

// TestLabCameraIntoEncoder hands the camera's buffers to the encoder.
func TestLabCameraIntoEncoder(t *testing.T) {
	path := lab(t, "BABYMONITOR_LAB_CAMERA")
	lab(t, "BABYMONITOR_LAB_ENCODER")
	for _, format := range []fourcc{fmtYU12, fmtNV12} {
		c := labCamera(t, path)
		c.only = format
		var e *encoder
		open := func(m camera.Mode) (camera.Encoder, error) {
			opened, err := fwht().open(m)
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

// TestLabPassthrough writes access units into the loopback and captures them.
func TestLabPassthrough(t *testing.T) {
	path := lab(t, "BABYMONITOR_LAB_LOOPBACK")
	writer, err := openDevice(linux{}, path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.close()
	l := layout{format: fmtH264, width: 640, height: 360, size: 64 << 10}
	if err := writer.setFormat(vidiocSFmt, output, &l); err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		h := handle{fakeDevice: &fakeDevice{controls: map[cid]*fakeControl{cidIPeriod: ctl(0, 100, 1, 10)}}}
		h.controls[cidRepeatHeader] = ctl(0, 1, 1, 1)
		tick := time.NewTicker(time.Second / 15)
		defer tick.Stop()
		for unit := make([]byte, l.size); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				var b buffer
				h.encode(&b, unit)
				_, _ = unix.Write(writer.fd, unit[:b.bytesused])
			}
		}
	}()
	defer func() { close(stop); <-stopped }()
	cameratest.TestSource(t, camera.Mode{Width: 640, Height: 360, FPS: 15, Bitrate: 500_000}, func(t *testing.T) camera.Source {
		return labCamera(t, path).Source(noEncoder)
	})
}
