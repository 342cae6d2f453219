// Package cameratest is what every camera and every encoder must pass, the
// simulated ones and the real ones alike.
package cameratest

import (
	"context"
	"errors"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/h264"
)

// patience bounds what a device may take before the suite gives up on it.
const patience = 30 * time.Second

// Mode is a small picture that every camera can deliver.
func Mode() camera.Mode {
	return camera.Mode{Width: 320, Height: 180, FPS: 30, Bitrate: 500_000}
}

// TestSource runs the suite of a [camera.Source] in the mode m.
func TestSource(t *testing.T, m camera.Mode, open func(t *testing.T) camera.Source) {
	t.Run("begins with a key unit that carries its parameter sets", func(t *testing.T) {
		units := take(t, open(t), m, 1)
		checkKey(t, units[0])
	})
	t.Run("stamps pictures in order and near the present", func(t *testing.T) {
		units := take(t, open(t), m, 10)
		for i := 1; i < len(units); i++ {
			if !units[i].At.After(units[i-1].At) {
				t.Errorf("unit %d is stamped %v, not after %v", i, units[i].At, units[i-1].At)
			}
		}
		if age := time.Since(units[9].At); age < -time.Second || age > patience {
			t.Errorf("the newest unit is %v old", age)
		}
	})
	t.Run("ends when told and starts again", func(t *testing.T) {
		s := open(t)
		take(t, s, m, 2)
		checkKey(t, take(t, s, m, 2)[0])
	})
	t.Run("makes keyframes on request", func(t *testing.T) {
		s := open(t)
		k, ok := s.(camera.Keyframer)
		if !ok {
			t.Skip("this source makes its keyframes by itself")
		}
		keys := 0
		capture(t, s, m, func(n int, u camera.AccessUnit) bool {
			if u.Key {
				checkKey(t, u)
				keys++
			}
			if n == 5 {
				k.RequestKey()
			}
			return keys < 2
		})
	})
}

// TestFrames runs the suite of raw [camera.Frames] in the mode m.
func TestFrames(t *testing.T, m camera.Mode, open func(t *testing.T) camera.Frames) {
	t.Run("delivers whole pictures of the mode's size, in order", func(t *testing.T) {
		var last time.Time
		n := 0
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := open(t).Frames(ctx, m, func(f camera.Frame) {
			if f.Width != m.Width || f.Height != m.Height {
				t.Errorf("picture of %d×%d, want %d×%d", f.Width, f.Height, m.Width, m.Height)
			}
			if len(f.Y) < f.StrideY*(f.Height-1)+f.Width || len(f.Cb) < f.StrideC*(f.Height/2-1)+f.Width/2 || len(f.Cr) < f.StrideC*(f.Height/2-1)+f.Width/2 {
				t.Error("a plane is too short")
			}
			if !f.At.After(last) {
				t.Errorf("stamped %v, not after %v", f.At, last)
			}
			last = f.At
			if n++; n == 10 {
				cancel()
			}
		})
		if n < 10 {
			t.Fatalf("only %d pictures: %v", n, err)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v, want the context's error", err)
		}
	})
}

// TestEncoder runs the suite of a [camera.Encoder].
func TestEncoder(t *testing.T, open camera.NewEncoder) {
	m := Mode()
	e, err := open(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var units []camera.AccessUnit
	encode := func(n int) {
		for range n {
			u, err := e.Encode(Picture(m, len(units)))
			if err != nil {
				t.Fatal(err)
			}
			units = append(units, u)
		}
	}
	encode(10)
	checkKey(t, units[0])
	for i, u := range units[1:] {
		if u.Key {
			t.Errorf("unit %d is a keyframe that nobody asked for", i+1)
		}
	}
	if k, ok := e.(camera.Keyframer); ok {
		k.RequestKey()
		encode(5)
		if !units[10].Key && !units[11].Key {
			t.Error("no keyframe after the request")
		}
	}
	if r, ok := e.(camera.Rater); ok {
		encode(60)
		before := bytesOf(units[len(units)-30:])
		if err := r.SetBitrate(m.Bitrate / 2); err != nil {
			t.Fatal(err)
		}
		encode(90)
		if after := bytesOf(units[len(units)-30:]); after >= before*9/10 {
			t.Errorf("half the bitrate: %d bytes a second, %d before", after, before)
		}
	}
}

// Picture returns the n-th picture of a still pattern with a moving bar and noise,
// so that an encoder has work to do. It is a frame at 30 pictures a second.
func Picture(m camera.Mode, n int) camera.Frame {
	f := camera.Frame{
		At:    time.Now().Add(time.Duration(n) * time.Second / 30),
		Width: m.Width, Height: m.Height, StrideY: m.Width, StrideC: m.Width / 2,
		Y: make([]byte, m.Width*m.Height), Cb: make([]byte, m.Width*m.Height/4), Cr: make([]byte, m.Width*m.Height/4),
	}
	noise := uint32(n + 1)
	for y := range m.Height {
		for x := range m.Width {
			noise = noise*1664525 + 1013904223 // Numerical Recipes' generator
			v := 40 + x%128 + y%64
			if x/16 == n%(m.Width/16) {
				v = 220 // a bar that walks
			}
			f.Y[y*m.Width+x] = byte(v + int(noise>>28))
		}
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 120, 140
	}
	return f
}

func bytesOf(units []camera.AccessUnit) (n int) {
	for _, u := range units {
		for _, nalu := range u.NALUs {
			n += len(nalu)
		}
	}
	return n
}

// checkKey requires an IDR picture with SPS and PPS, in constrained baseline or
// another profile that phones play.
func checkKey(t *testing.T, u camera.AccessUnit) {
	t.Helper()
	has := map[int]bool{}
	for _, nalu := range u.NALUs {
		has[h264.Type(nalu)] = true
	}
	if !u.Key || !has[h264.TypeSPS] || !has[h264.TypePPS] || !has[h264.TypeIDR] {
		t.Errorf("not a key unit: key %v, NALU types %v", u.Key, has)
	}
}

// take captures n access units.
func take(t *testing.T, s camera.Source, m camera.Mode, n int) (units []camera.AccessUnit) {
	t.Helper()
	capture(t, s, m, func(_ int, u camera.AccessUnit) bool {
		units = append(units, u)
		return len(units) < n
	})
	return units
}

// capture runs s until more, which gets each unit with its number, says no.
func capture(t *testing.T, s camera.Source, m camera.Mode, more func(int, camera.AccessUnit) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n, done := 0, false
	err := s.Capture(ctx, m, func(u camera.AccessUnit) {
		if done || len(u.NALUs) == 0 {
			return
		}
		if done = !more(n, u); done {
			cancel()
		}
		n++
	})
	if !done {
		t.Fatalf("only %d units: %v", n, err)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v, want the context's error", err)
	}
}
