package portaudio

import (
	"context"
	"log/slog"
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
		if heard = append(heard, p.Samples...); share > pure || len(heard) < audio.Rate/10 {
			return
		}
		if share = lab.Share(heard, hz); share > pure {
			cancel()
		}
		heard = nil
	})
	if share <= pure {
		t.Errorf("%v Hz are %.2f of what is heard: %v", hz, share, err)
	}
}

// pure is the least share of a tone in what is heard.
const pure = 0.8

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
		return lab.Share(lab.Record(t, devices.Heard, audio.Rate/10), 500) > pure
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

// TestLabMicrophoneVanishesWhileTheSpeakerPlays takes away one card of two: the
// speaker's own goes on.
func TestLabMicrophoneVanishesWhileTheSpeakerPlays(t *testing.T) {
	devices := lab.Required(t)
	h := testHost(t)
	ctx, cancel := context.WithCancel(t.Context())
	var rooms sync.WaitGroup
	defer rooms.Wait()
	defer cancel()
	ended := make(chan error, 1)
	rooms.Go(func() { ended <- h.Speaker(devices.Speaker).Play(ctx, sine(500)) })
	well := make(chan bool, 1000)
	ear := audio.NewEar(audio.EarOptions{
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Microphone: h.Microphone(devices.Microphone, Best),
		Health: func(h audio.Health) { well <- h.OK },
	})
	rooms.Go(func() { ear.Run(ctx) })

	until := func(ok bool) {
		t.Helper()
		for patience := time.After(time.Minute); ; {
			select {
			case is := <-well:
				if is == ok {
					return
				}
			case err := <-ended:
				t.Fatalf("the speaker has ended: %v", err)
			case <-patience:
				t.Fatalf("the microphone never tells that it is well: %v", ok)
			}
		}
	}
	until(true)
	plug := lab.Unplug(t, "snd_aloop.0")
	until(false)
	plug()
	until(true)
	select {
	case err := <-ended:
		t.Errorf("the speaker has ended: %v", err)
	default:
	}
}
