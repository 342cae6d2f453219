package echo

import (
	"context"
	"time"

	"babymonitor/audio"
)

// Timed is a speaker that knows when what it asks for will sound, on the clock
// that stamps the microphone's frames.
type Timed interface {
	PlayTimed(ctx context.Context, fill func(at time.Time, samples []int16)) error
}

// Pair returns the two devices joined by a canceller: the microphone without
// what the speaker plays, and the speaker that is listened to. Each works
// without the other. A speaker that is not [Timed] may be up to 100 ms behind
// what it asks for.
func Pair(m audio.Microphone, s audio.Speaker) (audio.Microphone, audio.Speaker) {
	c := New()
	if _, ok := s.(Timed); !ok {
		c.reference.slack = looseSlack
	}
	return &microphone{m, c}, &speaker{s, c}
}

type microphone struct {
	device    audio.Microphone
	canceller *Canceller
}

// Listen implements [audio.Microphone].
func (m *microphone) Listen(ctx context.Context, emit func(audio.PCM)) error {
	return m.device.Listen(ctx, func(p audio.PCM) { emit(m.canceller.Capture(p)) })
}

type speaker struct {
	device    audio.Speaker
	canceller *Canceller
}

// Play implements [audio.Speaker].
func (s *speaker) Play(ctx context.Context, fill func(samples []int16)) error {
	timed, ok := s.device.(Timed)
	if !ok {
		return s.device.Play(ctx, func(samples []int16) {
			fill(samples)
			s.canceller.Render(time.Now(), samples)
		})
	}
	return timed.PlayTimed(ctx, func(at time.Time, samples []int16) {
		fill(samples)
		s.canceller.Render(at, samples)
	})
}
