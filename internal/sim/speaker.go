package sim

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"

	"babymonitor/audio"
)

// Speaker is the simulated speaker. It implements [audio.Speaker].
type Speaker struct{ w *World }

// Speaker returns the speaker.
func (w *World) Speaker() *Speaker { return &Speaker{w} }

// late is how late a frame of sound may be before the gap is left silent.
const late = 200 * time.Millisecond

// Play implements [audio.Speaker]. Like real ones it asks a frame ahead.
func (s *Speaker) Play(ctx context.Context, fill func(samples []int16)) error {
	beat := newPace(audio.FrameTime, late)
	var samples [audio.FrameSize]int16
	for {
		at, err := beat.wait(ctx)
		if err != nil {
			return err
		}
		if err := s.w.unplugged(speakerDevice); err != nil {
			return err
		}
		fill(samples[:])
		s.w.tape.write(samples[:], at.Add(audio.FrameTime))
	}
}

// Played returns the newest sound that the speaker was given, at most 30
// seconds of it, as mono samples at [audio.Rate].
func (s *Speaker) Played(seconds float64) []int16 {
	return s.w.tape.newest(int(min(max(seconds, 0), tapeSeconds) * audio.Rate))
}

// SpeakerWAV writes the newest sound that the speaker was given as a WAV file
// (mono, 16 bits, [audio.Rate]). Seconds are more than 0 and at most 30; the
// file is shorter where less was played.
func (w *World) SpeakerWAV(out io.Writer, seconds float64) error {
	if !(seconds > 0 && seconds <= tapeSeconds) {
		return fmt.Errorf("seconds is %g; give more than 0 and at most %d", seconds, tapeSeconds)
	}
	samples := w.Speaker().Played(seconds)
	size := uint32(2 * len(samples))
	head := []byte("RIFF....WAVEfmt ")
	binary.LittleEndian.PutUint32(head[4:], 36+size)
	head = binary.LittleEndian.AppendUint32(head, 16)           // length of this part
	head = binary.LittleEndian.AppendUint16(head, 1)            // PCM
	head = binary.LittleEndian.AppendUint16(head, 1)            // mono
	head = binary.LittleEndian.AppendUint32(head, audio.Rate)   // samples a second
	head = binary.LittleEndian.AppendUint32(head, audio.Rate*2) // bytes a second
	head = binary.LittleEndian.AppendUint16(head, 2)            // bytes a sample
	head = binary.LittleEndian.AppendUint16(head, 16)           // bits
	head = append(head, "data"...)
	head = binary.LittleEndian.AppendUint32(head, size)
	for _, v := range samples {
		head = binary.LittleEndian.AppendUint16(head, uint16(v))
	}
	if _, err := out.Write(head); err != nil {
		return fmt.Errorf("cannot send the recording: %w", err)
	}
	return nil
}

const (
	tapeSeconds = 30
	tapeSize    = tapeSeconds * audio.Rate
)

// A tape keeps the last seconds of what was played, by the moment it sounds.
type tape struct {
	mu      sync.Mutex
	samples []int16   // a ring; nil until something is played
	written int       // samples so far
	end     time.Time // when the newest sample has sounded
	loud    time.Time // when something was last to be heard
}

// write adds samples that sound from at on. A gap since the last ones is
// silent.
func (t *tape) write(samples []int16, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.samples == nil {
		t.samples = make([]int16, tapeSize)
		t.end = at
	}
	for gap := min(spanOf(at.Sub(t.end)), tapeSize); gap > 0; gap-- {
		t.samples[t.written%tapeSize] = 0
		t.written++
	}
	const faint = 100 // about -50 dBFS
	for _, v := range samples {
		t.samples[t.written%tapeSize] = v
		t.written++
		if v > faint || v < -faint {
			t.loud = at
		}
	}
	t.end = at.Add(audio.FrameTime)
}

// spanOf returns how many samples sound in d.
func spanOf(d time.Duration) int {
	return int((d*audio.Rate + time.Second/2) / time.Second)
}

// newest returns the last n samples, or as many as there are.
func (t *tape) newest(n int) []int16 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n = min(n, t.written, tapeSize)
	out := make([]int16, n)
	for i := range out {
		out[i] = t.samples[(t.written-n+i)%tapeSize]
	}
	return out
}

// hear adds what sounds from at on, times gain, to mix.
func (t *tape) hear(mix []float32, at time.Time, gain float32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	behind := t.end.Sub(at)
	if t.samples == nil || behind <= 0 || behind > time.Second {
		return
	}
	from := t.written - spanOf(behind)
	for i := range mix {
		if n := from + i; n >= 0 && n < t.written {
			mix[i] += gain * float32(t.samples[n%tapeSize])
		}
	}
}

// playing tells whether something has just been to be heard.
func (t *tape) playing(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.loud.IsZero() && now.Sub(t.loud) < time.Second
}
