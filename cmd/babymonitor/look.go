package main

import (
	"context"
	"time"

	"babymonitor/camera"
	"babymonitor/internal/config"
)

// look is what the settings want of the picture, by day or by night.
func look(c config.Camera, night bool) camera.Look {
	return camera.Look{
		FlipH: c.FlipH, FlipV: c.FlipV,
		Exposure: time.Duration(c.Exposure * float64(time.Millisecond)), ISO: c.ISO, WhiteBalance: c.WhiteBalance,
		Grey:  c.BlackWhite == "always" || c.BlackWhite == "night" && night,
		Mains: c.Mains,
	}
}

// keepLook makes the camera look as the settings and the night want it. What
// the camera cannot set is told once in the log.
func (h *house) keepLook(ctx context.Context) error {
	is := look(h.settings.Camera, false) // the camera was opened so
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-h.looks:
		}
		want := look(h.book.Get().Camera, h.store.Get().Night.Night)
		if want == is {
			continue
		}
		is = want
		if err := h.camera.Adjust(want); err != nil {
			h.room("camera").Warn("the camera does not take every setting", "error", err)
		}
	}
}

// lookAgain makes keepLook look around.
func (h *house) lookAgain() {
	select {
	case h.looks <- struct{}{}:
	default:
	}
}
