package audio_test

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
	"babymonitor/audio/opus"
)

func newEncoder() (audio.Encoder, error) { return opus.NewEncoder() }
func newDecoder() (audio.Decoder, error) { return opus.NewDecoder() }

// room is a microphone and a speaker of a room in which sound takes exactly as
// long as it should. Its fields are set before it is used, or under lock.
type room struct {
	mu     sync.Mutex
	sound  func(frame int) []int16 // what is heard; nil: a tone of 440 Hz
	broken error                   // what opening the device returns
	frozen bool                    // the device is there and does nothing
	ended  error                   // makes a device that runs fail
	opened int
	heard  []int16 // what was played
}

func (r *room) set(change func(r *room)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r)
}

func (r *room) openings() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.opened
}

// run calls tick each 20 ms for as long as the device is in order.
func (r *room) run(ctx context.Context, tick func(frame int)) error {
	r.mu.Lock()
	r.opened++
	err := r.broken
	r.mu.Unlock()
	if err != nil {
		return err
	}
	ticker := time.NewTicker(audio.FrameTime)
	defer ticker.Stop()
	for frame := 0; ; frame++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		r.mu.Lock()
		frozen, err := r.frozen, r.ended
		r.mu.Unlock()
		if err != nil {
			return err
		}
		if !frozen {
			tick(frame)
		}
	}
}

func (r *room) Listen(ctx context.Context, emit func(audio.PCM)) error {
	tone := audiotest.Tone(440, 0.3, audio.Rate) // whole periods in a second
	return r.run(ctx, func(frame int) {
		samples := append([]int16(nil), tone[frame%50*audio.FrameSize:][:audio.FrameSize]...)
		r.mu.Lock()
		if r.sound != nil {
			samples = r.sound(frame)
		}
		r.mu.Unlock()
		emit(audio.PCM{At: time.Now().Add(-audio.FrameTime), Samples: samples})
	})
}

func (r *room) Play(ctx context.Context, fill func([]int16)) error {
	return r.run(ctx, func(int) {
		samples := make([]int16, audio.FrameSize)
		fill(samples)
		r.mu.Lock()
		r.heard = append(r.heard, samples...)
		r.mu.Unlock()
	})
}

// played returns what the speaker has played from one moment to another.
func (r *room) played(from, to time.Duration) []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := func(d time.Duration) int { return min(len(r.heard), int(d*audio.Rate/time.Second)) }
	return r.heard[at(from):at(to)]
}

// TestRoom shows that the fakes keep the contracts that the drivers keep.
func TestRoom(t *testing.T) {
	audiotest.TestMicrophone(t, func(*testing.T) audio.Microphone { return &room{} })
	audiotest.TestSpeaker(t, func(*testing.T) audio.Speaker { return &room{} })
}

// healths notes what a service reports about its device.
type healths struct {
	mu  sync.Mutex
	all []audio.Health
}

func (h *healths) note(is audio.Health) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, is)
}

func (h *healths) last() audio.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.all) == 0 {
		return audio.Health{}
	}
	return h.all[len(h.all)-1]
}

// start runs a service and returns what ends it and waits.
func start(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	}
}

// tone yields frames of a sine for d, as fast as they are taken.
func tone(hz float64, d time.Duration) iter.Seq[audio.PCM] {
	return func(yield func(audio.PCM) bool) {
		sound := audiotest.Tone(hz, 0.2, int(d*audio.Rate/time.Second))
		for len(sound) > 0 {
			n := min(len(sound), audio.FrameSize)
			if !yield(audio.PCM{Samples: sound[:n]}) {
				return
			}
			sound = sound[n:]
		}
	}
}
