// Package story says which of the facts that are true now are worth
// remembering. Pure: the diary finds out by itself when they begin and end.
package story

import (
	"cmp"
	"fmt"

	"babymonitor/internal/diary"
	"babymonitor/internal/state"
)

// Kinds of what is remembered.
const (
	Viewer      = "viewer"      // somebody watches or listens; the subject is their name
	Talk        = "talk"        // somebody speaks into the room; the subject is their name
	Fault       = "fault"       // a device does not work; the subject is the device
	Temperature = "temperature" // the room is "cold" or "hot"
	Humidity    = "humidity"    // the air is "dry" or "humid"
	Sound       = "sound"       // the room is "loud"
	Lullaby     = "lullaby"     // one plays; the subject is its title
	Night       = "night"       // the IR filter is out
	Restart     = "restart"     // the monitor has started
)

// loud is from which step of the sound bar on, of seven, a room is loud.
const loud = 6

// Now returns what is true now, each with its words.
func Now(s state.State) map[diary.Span]string {
	now := map[diary.Span]string{}
	add := func(kind, subject, detail string) { now[diary.Span{Kind: kind, Subject: subject}] = detail }
	for _, v := range s.Viewers {
		add(Viewer, v.Name, "")
	}
	for _, name := range s.Speaker.Talking {
		add(Talk, name, "")
	}
	for device, health := range map[string]state.Health{
		"camera": s.Camera.Health, "head": s.Head.Health, "night": s.Night.Health,
		"climate": s.Climate.Health, "microphone": s.Sound.Health, "speaker": s.Speaker.Health,
	} {
		if health.Condition == state.Fault {
			add(Fault, device, health.Detail)
		}
	}
	if s.Sound.Condition == state.OK && s.Sound.Muted {
		add(Fault, "microphone", "The microphone yields no sound at all.")
	}
	if m := s.Climate.Temperature; fresh(m) && (m.Comfort == "cold" || m.Comfort == "hot") {
		add(Temperature, m.Comfort, fmt.Sprintf("%.1f °C", m.Value))
	}
	if m := s.Climate.Humidity; fresh(m) && (m.Comfort == "dry" || m.Comfort == "humid") {
		add(Humidity, m.Comfort, fmt.Sprintf("%.0f %%", m.Value))
	}
	if s.Sound.Condition == state.OK && s.Sound.Steps >= loud && len(s.Speaker.Talking) == 0 {
		add(Sound, "loud", fmt.Sprintf("%.0f dBFS", s.Sound.Level))
	}
	if s.Player.Playing {
		add(Lullaby, cmp.Or(s.Player.Title, s.Player.Track), "")
	}
	if s.Night.Night {
		add(Night, "", "")
	}
	return now
}

// Measures returns what is measured now, by series.
func Measures(s state.State) map[string]float64 {
	now := map[string]float64{}
	if m := s.Climate.Temperature; fresh(m) {
		now["temperature"] = m.Value
	}
	if m := s.Climate.Humidity; fresh(m) {
		now["humidity"] = m.Value
	}
	if s.Sound.Condition == state.OK && !s.Sound.Muted {
		now["sound"] = s.Sound.Level
	}
	if s.Night.Lux != nil {
		now["light"] = *s.Night.Lux
	}
	return now
}

func fresh(m *state.Measure) bool { return m != nil && !m.Stale && m.Fault == "" }
