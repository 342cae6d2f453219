package portaudio

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/echo"
)

// TestEchoOfDevicesWhoseClocksDiffer plays noise that sounds like a voice
// through a speaker whose clock is 150 ppm faster than the microphone's.
func TestEchoOfDevicesWhoseClocksDiffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, ppm: -70, apart: 150, coarse: 5 * time.Millisecond}
		s.plug(Device{Name: "mic", Inputs: 1}, Device{Name: "box", Outputs: 1, index: 1})
		s.sound = func(at float64) float64 { // s is locked
			var sum float64
			for _, way := range [...]struct{ delay, gain float64 }{{0.0065, 0.4}, {0.0093, -0.2}, {0.021, 0.1}} {
				position := (at - way.delay) * audio.Rate * (1 + (s.ppm+s.apart)*1e-6)
				i := int(position)
				if i < 0 || i+1 >= len(s.played) {
					continue
				}
				a, b := float64(s.played[i]), float64(s.played[i+1])
				sum += way.gain * (a + (b-a)*(position-float64(i))) / 32768
			}
			return sum
		}
		h := newHost(s, s.cards, nil)
		mic, speaker := echo.Pair(h.Microphone("mic", Best), h.Speaker("box"))
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		var playing sync.WaitGroup
		defer playing.Wait()
		defer cancel()
		playing.Go(func() {
			random := rand.New(rand.NewPCG(1, 2))
			var low float64
			speaker.Play(ctx, func(samples []int16) {
				for i := range samples {
					low += 0.1 * (random.NormFloat64() - low)
					samples[i] = int16(math.Max(-32000, math.Min(32000, 12000*low)))
				}
			})
		})
		began := time.Now()
		var left, all float64
		mic.Listen(ctx, func(p audio.PCM) {
			if time.Since(began) > 25*time.Second {
				for _, x := range p.Samples {
					left += float64(x) * float64(x)
				}
				all += audio.FrameSize
			}
		})
		var echo float64
		for _, x := range s.played[20*audio.Rate:] {
			echo += float64(x) * float64(x) * (0.4*0.4 + 0.2*0.2 + 0.1*0.1) / float64(len(s.played)-20*audio.Rate)
		}
		loss := 10 * math.Log10(echo/(left/all+0.1))
		t.Logf("echo return loss: %.1f dB", loss)
		if loss < 25 {
			t.Errorf("echo return loss is only %.1f dB", loss)
		}
	})
}
