package web

import (
	"encoding/json"
	"testing"
	"time"

	"babymonitor/internal/state"
)

// TestTheStateIsDatedByTheClockAsItIsNow has the clock set while the monitor
// runs, as on a board without a battery.
func TestTheStateIsDatedByTheClockAsItIsNow(t *testing.T) {
	h := newHouse(t, nil)
	parent, _ := h.people(t)
	ends := time.Now().Add(30 * time.Minute)
	h.store.Update(func(s *state.State) {
		s.Camera.Since = time.Now().Add(-time.Minute)
		s.Player.EndsAt = &ends
	})
	jump := 56 * 365 * 24 * time.Hour
	h.server.live.wall = func() time.Time { return time.Now().Add(jump) }
	var told struct {
		Camera struct{ Since time.Time }
		Player struct {
			EndsAt time.Time `json:"ends_at"`
		}
	}
	if err := json.Unmarshal([]byte(parent.want(200, "GET", "/api/state", "").body), &told); err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(jump)
	for what, off := range map[string]time.Duration{
		"the camera's": told.Camera.Since.Sub(now) + time.Minute, "the timer's": told.Player.EndsAt.Sub(now) - 30*time.Minute,
	} {
		if off > 20*time.Second || off < -20*time.Second {
			t.Errorf("%s time is off by %v", what, off)
		}
	}
}
