package main

import (
	"strings"
	"testing"

	"babymonitor/camera"
	"babymonitor/camera/ircut"
	"babymonitor/internal/state"
)

// TestNotesOnThePicture: a short stop is told while it lasts, and a picture that
// the processor cannot hold in full for as long as that is so.
func TestNotesOnThePicture(t *testing.T) {
	full := camera.Mode{Width: 1280, Height: 720, FPS: 30}
	h := &house{store: new(state.Store), devices: &devices{mode: full}}
	note := func(want string) {
		t.Helper()
		if got := h.store.Get().Camera.Note; !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("the page says %q, want %q", got, want)
		}
	}
	note("")
	h.pictureStops("the camera zooms")
	note("stops for a moment: the camera zooms")
	h.pictureSized(camera.Mode{Width: 960, Height: 540, FPS: 15})
	note("zooms")
	h.pictureStops("")
	note("960×540 at 15 a second")
	if c := h.store.Get().Camera; c.Width != 960 || c.FPS != 15 {
		t.Errorf("%+v", c)
	}
	h.pictureSized(full)
	note("")
}

// held is a filter that holds its lines until it is closed.
type held struct {
	ircut.Filter
	closed *int
}

func (h held) Close() error { *h.closed++; return nil }

func TestLinesAreGivenBack(t *testing.T) {
	closed := 0
	d := &devices{night: held{closed: &closed}}
	d.close()
	if closed != 1 {
		t.Error("the filter's lines stay taken, so that the next house cannot have them")
	}
}
