package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/internal/config"
	"babymonitor/internal/state"
)

// vain is a camera that tells how it was made to look.
type vain chan camera.Look

func (vain) Capture(ctx context.Context, _ camera.Mode, _ func(camera.AccessUnit)) error {
	<-ctx.Done()
	return ctx.Err()
}

func (v vain) Adjust(l camera.Look) error {
	v <- l
	return nil
}

// TestPictureFollowsNightAndSettings: night takes the colours away, and what a
// parent changes on the page comes into force at once.
func TestPictureFollowsNightAndSettings(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	book, err := config.Open(config.Default(), filepath.Join(t.TempDir(), "settings.toml"), log)
	if err != nil {
		t.Fatal(err)
	}
	looks := make(vain, 1)
	h := &house{log: log, book: book, settings: book.Get(), store: new(state.Store), looks: make(chan struct{}, 1)}
	h.camera = camera.New(camera.Options{Source: looks})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- h.keepLook(ctx) }()
	expect := func(what string, want camera.Look) {
		t.Helper()
		h.lookAgain()
		select {
		case got := <-looks:
			if got != want {
				t.Errorf("%s: %+v, want %+v", what, got, want)
			}
		case <-ctx.Done():
			t.Fatalf("%s: nothing changes", what)
		}
	}
	night := func(is bool) { h.store.Update(func(s *state.State) { s.Night.Night = is }) }
	patch := func(body string) {
		t.Helper()
		change, err := book.Patch([]byte(body))
		if err != nil || change.Restart {
			t.Errorf("%s: restart %v, %v", body, change.Restart, err)
		}
	}
	night(true)
	expect("night", camera.Look{Grey: true})
	patch(`{"camera": {"exposure": 12.5, "iso": 400, "white_balance": 5500, "mains": 50, "flip_h": true}}`)
	by := camera.Look{FlipH: true, Exposure: 12500 * time.Microsecond, ISO: 400, WhiteBalance: 5500, Mains: 50, Grey: true}
	expect("settings", by)
	patch(`{"camera": {"black_white": "never"}}`)
	by.Grey = false
	expect("never black and white", by)
	night(false)
	patch(`{"camera": {"black_white": "always", "flip_v": true}}`)
	by.Grey, by.FlipV = true, true
	expect("always black and white", by)
	cancel()
	<-ended
}
