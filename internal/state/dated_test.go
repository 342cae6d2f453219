package state

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestDatedAfterTheClockWasSet(t *testing.T) {
	now := time.Now()
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	ends := now.Add(time.Hour)
	s := State{
		Device: Device{Started: ago(time.Hour)}, Camera: Camera{Health: Health{Since: ago(time.Minute)}},
		Climate: Climate{Temperature: &Measure{Value: 20, At: ago(2 * time.Second)}},
		Player:  Player{EndsAt: &ends}, Viewers: []Viewer{{ID: "1", Since: ago(time.Minute)}}, Rooms: []Service{{Name: "web", Health: Health{Since: ago(time.Hour)}}},
	}
	for name, jump := range map[string]time.Duration{"from 1970": 56 * 365 * 24 * time.Hour, "back": -90 * time.Minute, "none": 0, "a little": time.Second} {
		t.Run(name, func(t *testing.T) {
			wall := now.Add(jump)
			d := s.Dated(now, wall)
			for what, got := range map[string]struct{ is, want time.Time }{
				"camera": {d.Camera.Since, wall.Add(-time.Minute)}, "measure": {d.Climate.Temperature.At, wall.Add(-2 * time.Second)},
				"player": {*d.Player.EndsAt, wall.Add(time.Hour)}, "viewer": {d.Viewers[0].Since, wall.Add(-time.Minute)}, "room": {d.Rooms[0].Since, wall.Add(-time.Hour)},
			} {
				if off := got.is.Round(0).Sub(got.want.Round(0)); off > time.Second || off < -time.Second {
					t.Errorf("%s is off by %v", what, off)
				}
			}
			if !d.Device.Started.Equal(s.Device.Started) || !d.Head.Since.IsZero() {
				t.Error("what names this run, or what never was, has changed")
			}
			if !s.Camera.Since.Equal(ago(time.Minute)) || !s.Climate.Temperature.At.Equal(ago(2*time.Second)) || !s.Viewers[0].Since.Equal(ago(time.Minute)) {
				t.Error("the original has changed")
			}
		})
	}
}

// TestDatedForgetsNoTime fails when somebody adds a time to the state that
// Dated does not know.
func TestDatedForgetsNoTime(t *testing.T) {
	now := time.Now()
	full := State{Viewers: []Viewer{{}}, Rooms: []Service{{}}, Climate: Climate{Temperature: &Measure{}, Humidity: &Measure{}}, Player: Player{EndsAt: &time.Time{}}}
	text, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	const never = `"0001-01-01T00:00:00Z"`
	times := strings.Count(string(text), never)
	text = []byte(strings.ReplaceAll(string(text), never, `"`+now.Format(time.RFC3339)+`"`))
	if err := json.Unmarshal(text, &full); err != nil {
		t.Fatal(err)
	}
	// Times without a monotonic reading are taken as they are; a now that is
	// years away stands for the jump.
	later, err := json.Marshal(full.Dated(now.Round(0), now.Round(0).AddDate(50, 0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if left := strings.Count(string(later), now.Format("2006-01-02")); left != 1 {
		t.Errorf("%d of %d times are not dated anew, besides the start", left-1, times)
	}
}
