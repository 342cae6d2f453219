package v4l2

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
)

// codec is an encoder like bcm2835-codec.
func codec() *fakeDevice {
	return &fakeDevice{
		name: "bcm2835-codec-encode", driver: "bcm2835-codec", caps: capM2MMplane,
		formats: map[bufType][]fourcc{outputMplane: {fmtYUYV, fmtYU12}, captureMplane: {fmtMJPEG, fmtH264}},
		stride:  func(n int) int { return (n + 63) &^ 63 },
		controls: map[cid]*fakeControl{
			cidBitrate:      ctl(25_000, 25_000_000, 25_000, 10_000_000),
			cidForceKey:     ctl(0, 0, 0, 0),
			cidIPeriod:      ctl(0, 1<<30, 1, 60),
			cidRepeatHeader: ctl(0, 1, 1, 0),
			cidProfile:      menu(0, 4, 4),
			cidLevel:        menu(0, 11, 11),
		},
	}
}

func fakeEncoder(d *fakeDevice) encoderOptions {
	k := newFake(map[string]*fakeDevice{"/dev/video0": webcam(fmtYUYV), "/dev/video10": d})
	return encoderOptions{kernel: k, paths: k.paths(), coded: fmtH264, waits: patience{first: 100 * time.Millisecond, next: 20 * time.Millisecond}}
}

func TestEncoder(t *testing.T) {
	for name, change := range map[string]func(*fakeDevice){
		"bcm2835":             func(*fakeDevice) {},
		"no key control":      func(d *fakeDevice) { delete(d.controls, cidForceKey) },
		"headers apart, once": func(d *fakeDevice) { d.headersApart = true },
		"single plane": func(d *fakeDevice) {
			d.caps = capM2M
			d.formats = map[bufType][]fourcc{output: {fmtYU12}, capture: {fmtH264}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cameratest.TestEncoder(t, func(m camera.Mode) (camera.Encoder, error) {
				d := codec()
				change(d)
				return fakeEncoder(d).open(m)
			})
		})
	}
}

func TestEncoderIsSetUpForPhones(t *testing.T) {
	d := codec()
	e, err := fakeEncoder(d).open(camera.Mode{Width: 1280, Height: 720, FPS: 30, Bitrate: 1_990_000})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for id, want := range map[cid]int32{cidBitrate: 2_000_000, cidIPeriod: 300, cidRepeatHeader: 1, cidProfile: 1, cidLevel: level40} {
		if got := d.controls[id].value; got != want {
			t.Errorf("control %#x is %d, want %d", id, got, want)
		}
	}
}

func TestEncoderCopiesWhatItCannotShare(t *testing.T) {
	d := codec()
	m := cameratest.Mode()
	e, err := fakeEncoder(d).open(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	f := cameratest.Picture(m, 0)
	f.Y[0] = 77
	if _, err := e.Encode(f); err != nil {
		t.Fatal(err)
	}
	if d.lastLuma != 77 {
		t.Errorf("the device read %d", d.lastLuma)
	}
	f.Width = 160
	if _, err := e.Encode(f); err == nil {
		t.Error("takes a picture of another size")
	}
}

// TestSharedMemory takes a picture from a camera into the encoder, whose
// buffers are imported where both agree, and copied else.
func TestSharedMemory(t *testing.T) {
	for name, c := range map[string]struct {
		camera, encoder func(*fakeDevice)
		memory          uint32
	}{
		"both can":               {func(*fakeDevice) {}, func(*fakeDevice) {}, memoryDMABuf},
		"the camera cannot":      {func(d *fakeDevice) { d.noExport = true }, func(*fakeDevice) {}, memoryMmap},
		"the encoder refuses":    {func(*fakeDevice) {}, func(d *fakeDevice) { d.refuseShared = true }, memoryMmap},
		"other strides":          {func(d *fakeDevice) { d.stride = func(n int) int { return n + 2 } }, func(*fakeDevice) {}, memoryMmap},
		"the camera makes NV12s": {func(d *fakeDevice) { d.formats[capture] = []fourcc{fmtNV12} }, func(*fakeDevice) {}, memoryMmap},
	} {
		t.Run(name, func(t *testing.T) {
			film, code := webcam(fmtYU12), codec()
			film.stride = code.stride
			c.camera(film)
			c.encoder(code)
			k := newFake(map[string]*fakeDevice{"/dev/video0": film, "/dev/video11": code})
			cam := openFake(t, k, Options{})
			o := encoderOptions{kernel: k, paths: k.paths(), coded: fmtH264, waits: patience{time.Second, time.Second}}
			var e *encoder
			open := func(m camera.Mode) (camera.Encoder, error) {
				opened, err := o.open(m)
				e, _ = opened.(*encoder)
				return opened, err
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			n := 0
			err := cam.Source(open).Capture(ctx, cameratest.Mode(), func(u camera.AccessUnit) {
				if n++; n < 10 {
					return
				}
				if e.in.memory != c.memory {
					t.Errorf("memory %d, want %d", e.in.memory, c.memory)
				}
				if code.lastLuma < 16 {
					t.Errorf("the encoder read %d", code.lastLuma)
				}
				cancel()
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("after %d units: %v", n, err)
			}
		})
	}
}

func TestEncoderFailures(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*fakeDevice)
		want  error
	}{
		"unplugged": {func(d *fakeDevice) { d.failAfter, d.fail = 3, unix.ENODEV }, unix.ENODEV},
		"broken":    {func(d *fakeDevice) { d.failAfter, d.fail = 3, unix.EIO }, unix.EIO},
		"hangs":     {func(d *fakeDevice) { d.hangAfter = 3 }, errTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			d := codec()
			c.fault(d)
			m := cameratest.Mode()
			e, err := fakeEncoder(d).open(m)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			for i := range 30 {
				if _, err = e.Encode(cameratest.Picture(m, i)); err != nil {
					break
				}
			}
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestSpoiltPictureIsFollowedByAKeyframe(t *testing.T) {
	d := codec()
	d.spoil = map[int]int{3: 1}
	m := cameratest.Mode()
	e, err := fakeEncoder(d).open(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for i := range 6 {
		u, err := e.Encode(cameratest.Picture(m, i))
		if err != nil {
			t.Fatal(err)
		}
		if empty := len(u.NALUs) == 0; empty != (i == 3) || u.Key != (i == 0 || i == 4) {
			t.Errorf("picture %d: %d NALUs, key %v", i, len(u.NALUs), u.Key)
		}
	}
}

func TestNoEncoder(t *testing.T) {
	d := codec()
	d.formats[captureMplane] = []fourcc{fmtMJPEG}
	if _, err := fakeEncoder(d).open(cameratest.Mode()); err == nil {
		t.Error("found an encoder of H.264 among devices without")
	}
}
