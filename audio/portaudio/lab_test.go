package portaudio

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
	"babymonitor/deploy/lab"
)

// The lab's kernel is emulated and slow, so sound there has gaps; what counts is
// that it arrives, at its pitch.

func TestLabMicrophone(t *testing.T) {
	devices := lab.Required(t)
	mic := testHost(t).Microphone(devices.Microphone, Best)
	lab.Tone(t, devices.Room, 700)
	audiotest.TestMicrophone(t, func(*testing.T) audio.Microphone { return mic })
	hears(t, mic, 700)
}

// hears waits until a microphone hears a tone.
func hears(t *testing.T, mic audio.Microphone, hz float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var share float64
	var heard []int16
	err := mic.Listen(ctx, func(p audio.PCM) {
		if heard = append(heard, p.Samples...); len(heard) < audio.Rate/5 {
			return
		}
		if share = lab.Share(heard, hz); share > 0.8 {
			cancel()
		}
		heard = nil
	})
	if share <= 0.8 {
		t.Errorf("%v Hz are %.2f of what is heard: %v", hz, share, err)
	}
}

func TestLabSpeaker(t *testing.T) {
	devices := lab.Required(t)
	speaker := testHost(t).Speaker(devices.Speaker)
	audiotest.TestSpeaker(t, func(*testing.T) audio.Speaker { return speaker })
	ctx, cancel := context.WithCancel(t.Context())
	var playing sync.WaitGroup
	defer playing.Wait()
	defer cancel()
	playing.Go(func() { speaker.Play(ctx, sine(500)) })
	lab.Until(t, "the tone is heard", func() bool {
		return lab.Share(lab.Record(t, devices.Heard, audio.Rate/5), 500) > 0.8
	})
}

// sine fills in a tone.
func sine(hz float64) func([]int16) {
	n := 0
	return func(samples []int16) {
		for i := range samples {
			samples[i] = int16(10000 * math.Sin(2*math.Pi*hz*float64(n)/audio.Rate))
			n++
		}
	}
}

func TestLabBothCardsVanishAndComeBack(t *testing.T) {
	devices := lab.Required(t)
	h := testHost(t)
	var plugs []func()
	unplug := func() {
		plugs = []func(){lab.Unplug(t, "snd_aloop.0"), lab.Unplug(t, "snd_aloop.1")}
	}
	plug := func() {
		for _, plug := range plugs {
			plug()
		}
	}
	testReplug(t, h.Microphone(devices.Microphone, Best), h.Speaker(devices.Speaker), unplug, plug)
}

// TestLabMicrophoneVanishesWhileTheSpeakerPlays takes away one card of two.
func TestLabMicrophoneVanishesWhileTheSpeakerPlays(t *testing.T) {
	devices := lab.Required(t)
	h := testHost(t)
	ctx, cancel := context.WithCancel(t.Context())
	var playing sync.WaitGroup
	defer playing.Wait()
	defer cancel()
	ended := make(chan error, 1)
	playing.Go(func() { ended <- h.Speaker(devices.Speaker).Play(ctx, sine(500)) })

	mic := h.Microphone(devices.Microphone, Best)
	listen := func() (frames int, err error) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		err = mic.Listen(ctx, func(audio.PCM) {
			if frames++; frames == 10 {
				cancel()
			}
		})
		return frames, err
	}
	if n, err := listen(); n < 10 {
		t.Fatalf("the microphone yields %d frames: %v", n, err)
	}
	plug := lab.Unplug(t, "snd_aloop.0")
	n, err := listen()
	if n > 0 || err == nil {
		t.Errorf("a microphone that is gone yields %d frames", n)
	}
	t.Log(err)
	plug()
	if n, err := listen(); n < 10 {
		t.Errorf("the microphone that is back yields %d frames: %v", n, err)
	}
	select {
	case err := <-ended:
		t.Errorf("the speaker has ended: %v", err)
	default:
	}
}
