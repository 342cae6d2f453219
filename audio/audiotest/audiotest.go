// Package audiotest checks that a microphone, a speaker or a codec keeps the
// contracts of package audio. Drivers and fakes run the same suites. It also
// makes and measures tones.
package audiotest

import (
	"context"
	"testing"
	"time"

	"babymonitor/audio"
)

// patience is how long anything may take on a busy machine before a suite
// gives it up.
const patience = time.Minute

// TestMicrophone checks a microphone. open returns one that works; it is called
// anew for each part.
func TestMicrophone(t *testing.T, open func(t *testing.T) audio.Microphone) {
	t.Run("yields frames in real time", func(t *testing.T) {
		const frames = 25
		var got []audio.PCM
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		err := open(t).Listen(ctx, func(p audio.PCM) {
			if got = append(got, p); len(got) == frames {
				cancel()
			}
		})
		if err == nil || ctx.Err() != context.Canceled {
			t.Fatalf("got %d frames of %d, then: %v", len(got), frames, err)
		}
		checkFrames(t, got[:frames])
	})
	t.Run("ends with its context and is silent then", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		over := false
		returned := make(chan error, 1)
		m := open(t)
		go func() {
			err := m.Listen(ctx, func(audio.PCM) {
				if over {
					t.Error("emitted after Listen had returned")
				}
				cancel()
			})
			over = true
			returned <- err
		}()
		ends(t, returned, "Listen")
	})
	t.Run("can be opened again", func(t *testing.T) {
		m := open(t)
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			heard := 0
			m.Listen(ctx, func(audio.PCM) { heard++; cancel() })
			cancel()
			if heard == 0 {
				t.Fatal("heard nothing")
			}
		}
	})
}

func checkFrames(t *testing.T, frames []audio.PCM) {
	t.Helper()
	for i, p := range frames {
		if len(p.Samples) != audio.FrameSize {
			t.Fatalf("frame %d has %d samples, not %d", i, len(p.Samples), audio.FrameSize)
		}
		if i > 0 && p.At.Before(frames[i-1].At) {
			t.Errorf("frame %d begins %v before the one ahead of it", i, frames[i-1].At.Sub(p.At))
		}
		if i > 0 && &p.Samples[0] == &frames[i-1].Samples[0] {
			t.Fatalf("frame %d lies in the memory of the one ahead of it, which may be kept", i)
		}
	}
	want := time.Duration(len(frames)-1) * audio.FrameTime
	got := frames[len(frames)-1].At.Sub(frames[0].At)
	if got < want/2 || got > patience {
		t.Errorf("%d frames are stamped over %v; want about %v", len(frames), got, want)
	}
	if age := time.Since(frames[0].At); age < 0 || age > patience {
		t.Errorf("the first frame is stamped %v ago", age)
	}
}

// TestSpeaker checks a speaker. open returns one that works; it is called anew
// for each part.
func TestSpeaker(t *testing.T, open func(t *testing.T) audio.Speaker) {
	t.Run("asks for frames at the pace of sound", func(t *testing.T) {
		const frames, ahead = 50, 25
		fills := 0
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		err := open(t).Play(ctx, func(samples []int16) {
			if len(samples) != audio.FrameSize {
				t.Errorf("asks for %d samples, not %d", len(samples), audio.FrameSize)
			}
			clear(samples)
			if fills++; fills == frames {
				cancel()
			}
		})
		if fills < frames {
			t.Fatalf("asked %d times, not %d, then: %v", fills, frames, err)
		}
		if took := time.Since(began); took < (frames-ahead)*audio.FrameTime {
			t.Errorf("took %v of sound in %v", frames*audio.FrameTime, took)
		}
	})
	t.Run("ends with its context and is silent then", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		over := false
		returned := make(chan error, 1)
		s := open(t)
		go func() {
			err := s.Play(ctx, func(samples []int16) {
				if over {
					t.Error("asked after Play had returned")
				}
				clear(samples)
				cancel()
			})
			over = true
			returned <- err
		}()
		ends(t, returned, "Play")
	})
}

func ends(t *testing.T, returned <-chan error, what string) {
	t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case err := <-returned:
		if err == nil {
			t.Errorf("%s returned nil after its context had ended; want the context's error", what)
		}
	case <-timeout.C:
		t.Fatalf("%s did not return %v after its context had ended", what, patience)
	}
}
