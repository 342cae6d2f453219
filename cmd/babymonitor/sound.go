package main

import (
	"math"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/lullaby"
	"babymonitor/audio/opus"
	"babymonitor/internal/state"
	"babymonitor/web"
)

// sound makes the ear and the voice.
func (h *house) sound() {
	h.store.Update(func(s *state.State) {
		now := time.Now()
		s.Sound = state.Sound{Health: state.Health{Condition: state.Starting, Since: now}, Level: audio.Silence}
		s.Speaker = state.Speaker{Health: state.Health{Condition: state.Starting, Since: now}, Talking: []string{}}
		if h.devices.microphone == nil {
			s.Sound.Condition = state.Absent
		}
		if h.devices.speaker == nil {
			s.Speaker.Condition = state.Absent
		}
	})
	h.ear = audio.NewEar(audio.EarOptions{
		Log: h.room("microphone"), Microphone: h.devices.microphone,
		Encoder: func() (audio.Encoder, error) { return opus.NewEncoder() },
		Health: func(now audio.Health) {
			h.store.Update(func(s *state.State) { s.Sound.Health = soundHealth(s.Sound.Health, now) })
		},
		Level: func(l audio.Level) {
			h.store.Update(func(s *state.State) {
				s.Sound.Level, s.Sound.Steps, s.Sound.Muted = math.Round(l.DBFS*10)/10, l.Steps, l.Muted
			})
		},
	})
	h.voice = audio.NewVoice(audio.VoiceOptions{
		Log: h.room("speaker"), Speaker: h.devices.speaker,
		Decoder: func() (audio.Decoder, error) { return opus.NewDecoder() },
		Health: func(now audio.Health) {
			h.store.Update(func(s *state.State) { s.Speaker.Health = soundHealth(s.Speaker.Health, now) })
			if h.player != nil {
				h.player.SpeakerHealth(now)
			}
		},
		Talking: func(names []string) {
			h.ear.Duck(len(names) > 0 && !h.devices.cancels) // else half-duplex, so that nothing howls
			h.store.Update(func(s *state.State) { s.Speaker.Talking = names })
		},
	})
	h.rooms.Add("microphone", h.ear)
	h.rooms.Add("speaker", h.voice)
	h.rooms.Vital("microphone", h.ear.Signs)
	h.rooms.Vital("speaker", h.voice.Signs)
	h.rooms.Check("microphone", h.wellUnlessFault(func(s state.State) state.Health { return s.Sound.Health }))
	h.rooms.Check("speaker", h.wellUnlessFault(func(s state.State) state.Health { return s.Speaker.Health }))
}

// soundHealth makes what a device of sound tells a fact.
func soundHealth(was state.Health, now audio.Health) state.Health {
	switch {
	case was.Condition == state.Absent:
		return was
	case now.OK:
		return health(was, state.OK, "", 0)
	case now.Detail == "":
		return health(was, state.Starting, "", 0)
	default:
		return health(was, state.Fault, now.Detail, now.Tries)
	}
}

// lullabies makes the player and its library.
func (h *house) lullabies() error {
	var err error
	if h.library, err = lullaby.NewLibrary(h.pathTo("lullabies"), h.room("lullabies")); err != nil {
		return err
	}
	h.player = lullaby.NewPlayer(lullaby.PlayerOptions{
		Log: h.room("player"), Library: h.library, Voice: h.voice,
		StateFile: h.pathTo("player.json"), MaxVolume: h.settings.Audio.MaxVolume, Changed: h.playerChanged,
	})
	h.playerChanged(h.player.Status())
	h.rooms.Add("player", h.player)
	return nil
}

func (h *house) playerChanged(now lullaby.Status) {
	h.store.Update(func(s *state.State) {
		s.Player = state.Player{
			Playing: now.Playing, Track: now.Track, Title: now.Title,
			Volume: now.Volume, MaxVolume: now.MaxVolume, Loop: now.Loop,
			TimerMinutes: now.TimerMinutes, EndsAt: now.EndsAt, Fading: now.Fading, Fault: now.Fault,
		}
	})
}

// play carries out a parent's order; the page sees its effect at once.
func (h *house) play(o web.PlayerOrder) error {
	if h.devices.speaker == nil {
		return errAbsent("speaker")
	}
	var now lullaby.Status
	var err error
	switch o.Action {
	case "stop":
		now = h.player.Stop()
	case "volume":
		now, err = h.player.SetVolume(*o.Volume)
	default:
		now, err = h.player.Play(lullaby.Order{Track: o.Track, Volume: o.Volume, TimerMinutes: o.TimerMinutes, Loop: o.Loop})
	}
	if err != nil {
		return lullabyProblem(err)
	}
	h.playerChanged(now)
	return nil
}
