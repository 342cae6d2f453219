package v4l2

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
)

// firmware is a camera like bcm2835-v4l2: H.264 and raw, no keyframes on
// request.
func firmware() *fakeDevice {
	return &fakeDevice{
		name: "camera0", driver: "bm2835 mmal", bus: "platform:bcm2835-v4l2-0", caps: capCapture,
		formats: map[bufType][]fourcc{capture: {fmtYU12, fmtYUYV, fmtMJPEG, fmtH264}},
		controls: map[cid]*fakeControl{
			cidBitrate:      ctl(25_000, 25_000_000, 25_000, 10_000_000),
			cidIPeriod:      ctl(0, 1<<30, 1, 60),
			cidRepeatHeader: ctl(0, 1, 1, 0),
			cidProfile:      menu(0, 4, 4),
			cidRotate:       ctl(0, 270, 90, 0),
			cidHFlip:        ctl(0, 1, 1, 0),
			cidVFlip:        ctl(0, 1, 1, 0),
			cidColourEffect: menu(0, 15, 0),
			cidExposureAuto: menu(0, 1, 0), cidExposureAbsolute: ctl(1, 10_000, 1, 1000),
			cidISOAuto:            ctl(0, 1, 1, 1),
			cidISO:                {queryctrl: queryctrl{typ: typeIntMenu, max: 4, step: 1}, menu: []int64{0, 100_000, 200_000, 400_000, 800_000}},
			cidWhiteBalancePreset: menu(0, 10, 1),
			cidMainsFrequency:     menu(0, 3, 1),
		},
	}
}

// webcam is a USB camera of raw pictures.
func webcam(formats ...fourcc) *fakeDevice {
	return &fakeDevice{
		name: "HD Webcam C270", driver: "uvcvideo", bus: "usb-1", caps: capCapture,
		formats:  map[bufType][]fourcc{capture: formats},
		fill:     fillRaw,
		controls: map[cid]*fakeControl{cidSaturation: ctl(0, 255, 1, 128), cidExposureAuto: menu(1, 3, 3)},
	}
}

func openFake(t *testing.T, k *fakeKernel, o Options) *Camera {
	t.Helper()
	c, err := open(o, k, k.paths)
	if err != nil {
		t.Fatal(err)
	}
	c.waits = patience{first: 100 * time.Millisecond, next: 100 * time.Millisecond}
	return c
}

func one(d *fakeDevice) *fakeKernel { return newFake(map[string]*fakeDevice{"/dev/video0": d}) }

func noEncoder(camera.Mode) (camera.Encoder, error) { return nil, errors.New("no encoder here") }

func TestPassthrough(t *testing.T) {
	for name, change := range map[string]func(*fakeDevice){
		"as it is":               func(*fakeDevice) {},
		"keyframes on request":   func(d *fakeDevice) { d.controls[cidForceKey] = ctl(0, 0, 0, 0) },
		"headers once and apart": func(d *fakeDevice) { d.headersApart = true; delete(d.controls, cidRepeatHeader) },
		"with planes": func(d *fakeDevice) {
			d.caps, d.formats = capCaptureMplane, map[bufType][]fourcc{captureMplane: {fmtH264}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			cameratest.TestSource(t, cameratest.Mode(), func(t *testing.T) camera.Source {
				d := firmware()
				change(d)
				return openFake(t, one(d), Options{}).Source(noEncoder)
			})
		})
	}
}

func TestPassthroughOffersWhatTheDeviceCan(t *testing.T) {
	d := firmware()
	s := openFake(t, one(d), Options{}).Source(noEncoder)
	if _, ok := s.(camera.Keyframer); ok {
		t.Error("promises keyframes on request that this device cannot make")
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_ = s.Capture(ctx, camera.Mode{Width: 1280, Height: 720, FPS: 30, Bitrate: 2_000_000, Rotate: 90}, func(u camera.AccessUnit) {
		if n++; n == 1 {
			_ = s.(camera.Rater).SetBitrate(1_010_000)
		}
		if n == 40 {
			cancel()
		}
	})
	for id, want := range map[cid]int32{cidBitrate: 1_000_000, cidIPeriod: 30, cidRepeatHeader: 1, cidProfile: profileConstrainedBaseline, cidRotate: 90} {
		if got := d.controls[id].value; got != want {
			t.Errorf("control %#x is %d, want %d", id, got, want)
		}
	}
	d.controls[cidForceKey] = ctl(0, 0, 0, 0)
	if _, ok := openFake(t, one(d), Options{}).Source(noEncoder).(camera.Keyframer); !ok {
		t.Error("does not promise keyframes that this device makes on request")
	}
}

func TestAdjust(t *testing.T) {
	d := firmware()
	c := openFake(t, one(d), Options{})
	wish := camera.Look{FlipH: true, Exposure: 20 * time.Millisecond, ISO: 350, WhiteBalance: 5500, Grey: true, Mains: 60}
	if err := c.Adjust(wish); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_ = c.Source(noEncoder).Capture(ctx, camera.Mode{Width: 320, Height: 180, FPS: 30, Bitrate: 500_000, Rotate: 0}, func(camera.AccessUnit) { cancel() })
	want := map[cid]int32{cidHFlip: 1, cidVFlip: 0, cidExposureAuto: 1, cidExposureAbsolute: 200, cidISOAuto: 0, cidISO: 3, cidWhiteBalancePreset: 6, cidColourEffect: 1, cidMainsFrequency: 2}
	for id, v := range want {
		if got := d.controls[id].value; got != v {
			t.Errorf("control %#x is %d, want %d", id, got, v)
		}
	}
}

func TestAdjustReportsWhatIsMissing(t *testing.T) {
	d := webcam(fmtYUYV)
	c := openFake(t, one(d), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	_ = c.Frames(ctx, cameratest.Mode(), func(camera.Frame) {
		err := c.Adjust(camera.Look{Grey: true, ISO: 400, FlipH: true})
		if err == nil || !strings.Contains(err.Error(), "sensitivity") || !strings.Contains(err.Error(), "flip") || strings.Contains(err.Error(), "black") {
			t.Errorf("%v", err)
		}
		if v := d.controls[cidSaturation].value; v != 0 {
			t.Errorf("saturation %d while grey", v)
		}
		_ = c.Adjust(camera.Look{})
		if v := d.controls[cidSaturation].value; v != 128 {
			t.Errorf("saturation %d while in colour", v)
		}
		if v := d.controls[cidExposureAuto].value; v != exposureByShutter {
			t.Errorf("automatic exposure is %d", v)
		}
		cancel()
	})
}

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*fakeDevice)
		want  error
		say   string
	}{
		"unplugged":        {func(d *fakeDevice) { d.failAfter, d.fail = 5, unix.ENODEV }, unix.ENODEV, "plug the camera in again"},
		"broken cable":     {func(d *fakeDevice) { d.failAfter, d.fail = 5, unix.EIO }, unix.EIO, "check its cable"},
		"hangs":            {func(d *fakeDevice) { d.hangAfter = 5 }, errTimeout, "gives no picture"},
		"never begins":     {func(d *fakeDevice) { d.failAfter, d.fail = 1, unix.EIO }, unix.EIO, "check its cable"},
		"spoilt for a bit": {func(d *fakeDevice) { d.spoil, d.hangAfter = map[int]int{1: 1, 2: 1}, 9 }, errTimeout, "gives no picture"},
	} {
		t.Run(name, func(t *testing.T) {
			d := firmware()
			c.fault(d)
			n := 0
			err := openFake(t, one(d), Options{}).Source(noEncoder).Capture(t.Context(), cameratest.Mode(), func(camera.AccessUnit) { n++ })
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) {
				t.Errorf("after %d units: %v", n, err)
			}
		})
	}
}

func TestEndsAtOnceWhileTheDeviceHangs(t *testing.T) {
	d := firmware()
	d.hangAfter = 3
	c := openFake(t, one(d), Options{})
	c.waits = patience{first: time.Hour, next: time.Hour}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	begin := time.Now()
	err := c.Source(noEncoder).Capture(ctx, cameratest.Mode(), func(camera.AccessUnit) {})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("took %v to end", d)
	}
}

func TestFind(t *testing.T) {
	metadata := &fakeDevice{name: "HD Webcam C270", driver: "uvcvideo", bus: "usb-1", caps: 0x00800000}
	isp := &fakeDevice{name: "bcm2835-isp", driver: "bcm2835-isp", caps: capCapture, formats: map[bufType][]fourcc{capture: {fmtYU12}}}
	unicam := &fakeDevice{name: "unicam", driver: "unicam", caps: capCapture, formats: map[bufType][]fourcc{capture: {fcc("pBAA")}}}
	both := webcam(fmtH264)
	both.bus = "usb-2"
	second := webcam(fmtYUYV, fmtMJPEG)
	second.name, second.bus = "Logitech C920", "usb-2"
	k := newFake(map[string]*fakeDevice{
		"/dev/video0": isp, "/dev/video1": unicam, "/dev/video2": metadata, "/dev/video3": codec(),
		"/dev/video4": second, "/dev/video5": both, "/dev/video6": webcam(fmtYUYV),
	})
	for name, c := range map[string]struct{ path, say string }{
		"":             {path: "/dev/video5"}, // the H.264 of the camera that is first
		"/dev/video4":  {path: "/dev/video4"},
		"c920":         {path: "/dev/video5"},
		"C270":         {path: "/dev/video5"},
		"/dev/video1":  {say: "no camera that the monitor can use; it offers [pBAA]"},
		"/dev/video19": {say: "is gone"},
		"nest":         {say: `no camera is called "nest"; there is Logitech C920 (/dev/video4) and`},
	} {
		d, err := find(k, k.paths(), name)
		switch {
		case c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)):
			t.Errorf("%q: %v, want %q", name, err, c.say)
		case c.path != d.Path && c.say == "":
			t.Errorf("%q: %v, %v, want %s", name, d, err, c.path)
		}
	}
	if _, err := find(newFake(nil), nil, ""); err == nil || !strings.Contains(err.Error(), "no camera found") {
		t.Error(err)
	}
}
