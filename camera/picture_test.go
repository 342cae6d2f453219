package camera_test

import (
	"context"
	"errors"
	"image"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera"
)

// keyless is a source that makes a keyframe each gop pictures and none on
// request.
type keyless struct{ gop int }

func (k keyless) Capture(ctx context.Context, _ camera.Mode, emit func(camera.AccessUnit)) error {
	tick := time.NewTicker(time.Second / 30)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			emit(camera.AccessUnit{At: time.Now(), Key: n%k.gop == 0, NALUs: [][]byte{{1}}})
		}
	}
}

// decoder counts what it decodes.
type decoder struct {
	mu  sync.Mutex
	n   int
	err error
}

func (d *decoder) decode([][]byte) (*image.YCbCr, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	if d.err != nil {
		return nil, d.err
	}
	return image.NewYCbCr(image.Rect(0, 0, 32, 16), image.YCbCrSubsampleRatio420), nil
}

func decoding(t *testing.T, s camera.Source, d *decoder) *camera.Camera {
	t.Helper()
	c := camera.New(camera.Options{Source: s, Mode: camera.Mode{Width: 320, Height: 180, FPS: 30, Bitrate: 2_000_000}, Decode: d.decode})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return c
}

func TestStillsOfEncodedSource(t *testing.T) {
	for name, c := range map[string]struct {
		source camera.Source
		within time.Duration // that a picture takes
		most   int           // decoded in 10 s of asking all the time
	}{
		"keyframes on request":     {new(fake), 1100 * time.Millisecond, 21},
		"a keyframe each second":   {keyless{30}, 1100 * time.Millisecond, 12},
		"keyframes come seldom":    {keyless{300}, 1100 * time.Millisecond, 4},
		"keyframes come very late": {keyless{900}, 31 * time.Second, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := new(decoder)
				cam := decoding(t, c.source, d)
				release := cam.Keep()
				defer release()
				time.Sleep(20 * time.Second)
				begin := time.Now()
				for range 10 {
					from := time.Now()
					if _, err := cam.Still(t.Context()); err != nil {
						t.Fatal(err)
					}
					if took := time.Since(from); took > c.within {
						t.Errorf("a picture took %v", took)
					}
					time.Sleep(100 * time.Millisecond)
				}
				if took := time.Since(begin); took > 30*time.Second {
					t.Errorf("10 pictures took %v", took)
				}
				if d.n > c.most {
					t.Errorf("decoded %d pictures", d.n)
				}
			})
		})
	}
}

func TestStillStartsARestingCamera(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(decoder)
		cam := decoding(t, keyless{30}, d)
		first, err := cam.Still(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		first.Y[0] = 99
		second, err := cam.Still(t.Context())
		if err != nil || second.Y[0] == 99 {
			t.Errorf("pictures share memory, %v", err)
		}
		if d.n != 1 {
			t.Errorf("decoded %d times within a second", d.n)
		}
		time.Sleep(time.Minute)
		if p := cam.Status().Phase; p != camera.Resting {
			t.Errorf("%s a minute later", p)
		}
	})
}

func TestStillErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("no picture in it")
		cam := decoding(t, keyless{30}, &decoder{err: broken})
		if _, err := cam.Still(t.Context()); !errors.Is(err, broken) {
			t.Error(err)
		}
		plain := run(t, keyless{30})
		if _, err := plain.Still(t.Context()); err == nil {
			t.Error("a still without a decoder")
		}
		unplugged := errors.New("unplugged")
		cam = decoding(t, &fake{fail: unplugged}, new(decoder))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := cam.Still(ctx); !errors.Is(err, unplugged) {
			t.Error(err)
		}
	})
}

// TestLightOfEncodedSource: a camera that tells nothing of the light is judged
// by its newest keyframe, decoded once however often that is asked.
func TestLightOfEncodedSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(decoder)
		cam := decoding(t, keyless{30}, d)
		if _, ok := cam.Light(); ok {
			t.Error("knows the light before there is a picture")
		}
		release := cam.Keep()
		defer release()
		time.Sleep(5*time.Second + 100*time.Millisecond)
		for range 20 {
			if l, ok := cam.Light(); !ok || l.Luma <= 0 || l.Lux != 0 {
				t.Errorf("%+v, %v", l, ok)
			}
		}
		if d.n > 1 {
			t.Errorf("decoded %d pictures", d.n)
		}
	})
}

// looked is a source whose look can change.
type looked struct {
	keyless
	look *camera.Look
}

func (l looked) Adjust(to camera.Look) error {
	*l.look = to
	return nil
}

func TestAdjust(t *testing.T) {
	want, got := camera.Look{Grey: true, ISO: 400}, new(camera.Look)
	if err := camera.New(camera.Options{Source: looked{keyless{30}, got}}).Adjust(want); err != nil || *got != want {
		t.Errorf("%+v, %v", got, err)
	}
	stiff := camera.New(camera.Options{Source: keyless{30}})
	if err := stiff.Adjust(want); err == nil {
		t.Error("promises what the camera cannot")
	}
	if err := stiff.Adjust(camera.Look{}); err != nil {
		t.Error(err)
	}
}
