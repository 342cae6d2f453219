package camera_test

import (
	"context"
	"errors"
	"testing"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
)

// reel yields pictures of these sizes.
type reel []camera.Mode

func (r reel) Frames(ctx context.Context, _ camera.Mode, emit func(camera.Frame)) error {
	for i, m := range r {
		emit(cameratest.Picture(m, i))
	}
	return errors.New("the end")
}

// sized is an encoder that notes for which sizes it was opened.
type sized struct {
	camera.Mode
	open *int
}

func (s sized) Encode(f camera.Frame) (camera.AccessUnit, error) {
	if f.Width != s.Width || f.Height != s.Height {
		return camera.AccessUnit{}, errors.New("another size")
	}
	return camera.AccessUnit{At: f.At, Key: true, NALUs: [][]byte{{byte(f.Width / 16)}}}, nil
}

func (s sized) Close() error { *s.open--; return nil }

func TestEncoderFollowsTheSizeOfThePictures(t *testing.T) {
	big, small := camera.Mode{Width: 640, Height: 480}, camera.Mode{Width: 320, Height: 240}
	open, opened := 0, 0
	e := camera.Encode(reel{big, big, small, big}, func(m camera.Mode) (camera.Encoder, error) {
		open++
		opened++
		if open > 1 {
			t.Error("two encoders at once")
		}
		if m.FPS != 15 || m.Rotate != 0 {
			t.Errorf("opened for %+v", m)
		}
		return sized{m, &open}, nil
	})
	var got []int
	err := e.Capture(t.Context(), camera.Mode{Width: 1280, Height: 720, FPS: 15}, func(u camera.AccessUnit) { got = append(got, int(u.NALUs[0][0])) })
	if err == nil || err.Error() != "the end" {
		t.Error(err)
	}
	if len(got) != 4 || got[2] != 20 || opened != 3 || open != 0 {
		t.Errorf("units %v, opened %d, still open %d", got, opened, open)
	}
}

func TestLumaIsTheLightMeterOfLastResort(t *testing.T) {
	m := cameratest.Mode()
	e := camera.Encode(reel{m}, func(camera.Mode) (camera.Encoder, error) { return sized{m, new(int)}, nil })
	_ = e.Capture(t.Context(), m, func(camera.AccessUnit) {
		if l, ok := e.Light(); !ok || l.Luma < 0.2 || l.Luma > 0.7 {
			t.Errorf("%+v, %v", l, ok)
		}
	})
	if _, ok := e.Light(); ok {
		t.Error("knows the light while it does not run")
	}
}

// turned is a camera that turns its pictures by half itself.
type turned struct{ reel }

func (turned) Turns(degrees int) bool { return degrees == 180 }

// TestCameraThatTurnsItselfIsNotTurnedAgain compares a corner of the picture.
func TestCameraThatTurnsItselfIsNotTurnedAgain(t *testing.T) {
	m := cameratest.Mode()
	corner := func(f camera.Frames, degrees int) (first byte) {
		m := m
		m.Rotate = degrees
		e := camera.Encode(f, func(camera.Mode) (camera.Encoder, error) {
			return watching{sized{m, new(int)}, func(f camera.Frame) { first = f.Y[0] }}, nil
		})
		_ = e.Capture(t.Context(), m, func(camera.AccessUnit) {})
		return first
	}
	plain, half := corner(reel{m}, 0), corner(reel{m}, 180)
	if got := corner(turned{reel{m}}, 180); got != plain || half == plain {
		t.Errorf("corner %d, as it came %d, turned here %d", got, plain, half)
	}
}

// watching is an encoder that looks at what it gets.
type watching struct {
	sized
	see func(camera.Frame)
}

func (w watching) Encode(f camera.Frame) (camera.AccessUnit, error) {
	w.see(f)
	return camera.AccessUnit{At: f.At, NALUs: [][]byte{{1}}}, nil
}
