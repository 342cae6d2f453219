package lullaby

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"
)

// memory is what the player remembers over a restart.
type memory struct {
	Playing      bool       `json:"playing"`
	Track        string     `json:"track"`
	Volume       int        `json:"volume"`
	Loop         bool       `json:"loop"`
	TimerMinutes int        `json:"timer_minutes"`
	EndsAt       *time.Time `json:"ends_at,omitempty"`
}

// What a new player does: a low volume, and an end, because a sound machine
// that runs all night is advised against (Hugh et al., Pediatrics 2014).
const (
	firstVolume = 30
	firstTimer  = 45 // minutes
)

// recall reads what the player did. A timer that has ended stops it; one that
// has more left than it was set to (because the clock was wrong) starts anew.
func (p *Player) recall(now time.Time) memory {
	m := memory{Volume: firstVolume, TimerMinutes: firstTimer, Loop: true}
	if p.options.StateFile == "" {
		return m
	}
	data, err := os.ReadFile(p.options.StateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return m
	}
	old := m
	if err == nil {
		err = json.Unmarshal(data, &old)
	}
	if err != nil || old.Volume < 0 || old.Volume > 100 || old.TimerMinutes < 0 || old.TimerMinutes > longestTimer {
		p.options.Log.Warn("the lullaby player forgot what it did", "file", p.options.StateFile, "error", err)
		return m
	}
	if !old.Playing {
		old.EndsAt = nil
	}
	if old.EndsAt != nil {
		left := old.EndsAt.Sub(now)
		at := now.Add(min(left, time.Duration(old.TimerMinutes)*time.Minute))
		old.EndsAt = &at
		if left <= 0 {
			old.stop()
		}
	}
	return old
}

func (m *memory) stop() { m.Playing, m.EndsAt = false, nil }

// setTimer starts the sleep timer, if there is one.
func (m *memory) setTimer(now time.Time) {
	m.EndsAt = nil
	if m.TimerMinutes > 0 {
		at := now.Add(time.Duration(m.TimerMinutes) * time.Minute)
		m.EndsAt = &at
	}
}

// same says that there is nothing new to save.
func (m memory) same(other memory) bool {
	a, b := m.EndsAt, other.EndsAt
	m.EndsAt, other.EndsAt = nil, nil
	return m == other && (a == b || a != nil && b != nil && a.Equal(*b))
}

// save writes what the player does.
func (p *Player) save(m memory) {
	if p.options.StateFile == "" {
		return
	}
	data, err := json.Marshal(m)
	if err == nil {
		err = writeFile(p.options.StateFile, data)
	}
	if err != nil {
		p.options.Log.Warn("what the lullaby player does cannot be saved; it will not go on after a restart",
			"file", p.options.StateFile, "error", full(err))
	}
}
