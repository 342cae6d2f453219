package portaudio

import (
	"context"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// wave is a tone of 50 Hz, by whose phase a moment can be told to 10 ms.
func wave(seconds float64) float64 { return 0.5 * math.Sin(2*math.Pi*50*seconds) }

// phase is by how many seconds samples are ahead of wave if the first is of
// this moment.
func phase(samples []int16, seconds float64) float64 {
	var in, out float64
	for i, s := range samples {
		angle := 2 * math.Pi * 50 * (seconds + float64(i)/audio.Rate)
		in += float64(s) * math.Sin(angle)
		out += float64(s) * math.Cos(angle)
	}
	return math.Atan2(out, in) / (2 * math.Pi * 50)
}

func TestClocksOfTheirOwnAreAbsorbed(t *testing.T) {
	for _, c := range []struct {
		rate   int
		ppm    float64
		coarse time.Duration
	}{
		{48000, -300, 0},
		{44100, 150, 5 * time.Millisecond},
		{16000, 50, 0},
		{48000, -200, 10 * time.Millisecond},
	} {
		name := fmt.Sprintf("%d Hz %+.0f ppm steps of %v", c.rate, c.ppm, c.coarse)
		t.Run("microphone "+name, func(t *testing.T) { testCaptureClock(t, c.rate, c.ppm, c.coarse) })
		t.Run("speaker "+name, func(t *testing.T) { testPlayoutClock(t, c.rate, c.ppm, c.coarse) })
	}
}

// only is the rates but this one.
func only(rate int) (others []int) {
	for _, r := range rates(Device{}) {
		if r != rate {
			others = append(others, r)
		}
	}
	return others
}

func testCaptureClock(t *testing.T, rate int, ppm float64, coarse time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, ppm: ppm, coarse: coarse, sound: wave, refuse: only(rate)}
		s.plug(Device{Name: "mic", Inputs: 1})
		h := newHost(s, s.cards, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 35*time.Second)
		defer cancel()
		began := time.Now()
		var last audio.PCM
		var ahead []float64 // per second, of the stamps
		var age time.Duration
		frames := 0
		h.Microphone("mic", Best).Listen(ctx, func(p audio.PCM) {
			now := time.Since(began)
			if now > 15*time.Second {
				if frames == 0 {
					age = time.Since(p.At)
				}
				if step := p.At.Sub(last.At); frames > 0 && step != audio.FrameTime {
					t.Errorf("at %v a frame is stamped %v after the last", now, step)
				}
				if frames++; frames%50 == 0 {
					ahead = append(ahead, phase(p.Samples, p.At.Sub(began).Seconds()))
				}
				if a := time.Since(p.At); a > age+22*time.Millisecond || a < age-22*time.Millisecond {
					t.Fatalf("at %v a frame comes %v after its stamp, at first it was %v", now, a, age)
				}
			}
			last = p
		})
		if frames < 998 || frames > 1002 {
			t.Errorf("%d frames in 20 s", frames)
		}
		// The filters of the resampler and the steps of the counter may shift all
		// by the same; what counts is that it stays.
		checkSteady(t, ahead)
	})
}

func testPlayoutClock(t *testing.T, rate int, ppm float64, coarse time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, ppm: ppm, coarse: coarse, refuse: only(rate)}
		s.plug(Device{Name: "box", Outputs: 2})
		h := newHost(s, s.cards, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 35*time.Second)
		defer cancel()
		began := time.Now()
		var last time.Time
		fills := 0
		h.Speaker("box").PlayTimed(ctx, func(at time.Time, samples []int16) {
			for i := range samples {
				samples[i] = int16(32767 * wave(at.Sub(began).Seconds()+float64(i)/audio.Rate))
			}
			if time.Since(began) > 15*time.Second {
				if step := at.Sub(last); fills > 0 && step != audio.FrameTime {
					t.Errorf("a frame is to sound %v after the last", step)
				}
				if wait := time.Until(at); wait < 0 || wait > queue+2*audio.FrameTime {
					t.Errorf("a frame is to sound in %v", wait)
				}
				fills++
			}
			last = at
		})
		if fills < 998 || fills > 1002 {
			t.Errorf("asked for %d frames in 20 s", fills)
		}
		// What the device has sounded, on the clock of the house.
		var ahead []float64
		actual := float64(rate) * (1 + ppm*1e-6)
		for second := 15; second < 34; second++ {
			var in, out float64
			first := int(float64(second) * actual)
			for i := first; i < first+int(actual/10); i++ {
				angle := 2 * math.Pi * 50 * float64(i) / actual
				in += float64(s.played[i]) * math.Sin(angle)
				out += float64(s.played[i]) * math.Cos(angle)
			}
			ahead = append(ahead, math.Atan2(out, in)/(2*math.Pi*50))
		}
		checkSteady(t, ahead)
	})
}

// checkSteady checks that stamps stay where they are relative to the sound.
func checkSteady(t *testing.T, ahead []float64) {
	t.Helper()
	low, high := math.Inf(1), math.Inf(-1)
	for _, a := range ahead {
		low, high = min(low, a), max(high, a)
	}
	t.Logf("stamps are off by %.3f to %.3f ms", low*1e3, high*1e3)
	if high-low > 0.0002 {
		t.Errorf("the sound wanders by %.3f ms against its stamps", (high-low)*1e3)
	}
	if off := max(-low, high); off > 0.0005 {
		t.Errorf("stamps are off by %.3f ms", off*1e3)
	}
}

func TestLostSoundLeavesAGapAndNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, ppm: 100, sound: wave}
		s.plug(Device{Name: "mic", Inputs: 1})
		h := newHost(s, s.cards, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		began := time.Now()
		var last audio.PCM
		jumps, lost := 0, false
		h.Microphone("mic", Best).Listen(ctx, func(p audio.PCM) {
			if step := p.At.Sub(last.At); !last.At.IsZero() && step > 400*time.Millisecond {
				jumps++
			}
			last = p
			if time.Since(began) > 25*time.Second {
				if age := time.Since(p.At); age < 19*time.Millisecond || age > 45*time.Millisecond {
					t.Errorf("a frame comes %v after its stamp", age)
				}
			}
			if !lost && time.Since(began) > 20*time.Second {
				lost = true
				s.mu.Lock()
				s.lose = true
				s.mu.Unlock()
			}
		})
		if jumps != 1 {
			t.Errorf("half a second that is lost makes %d gaps", jumps)
		}
	})
}

func TestTonesKeepTheirPitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, ppm: 400, sound: func(at float64) float64 { return 0.3 * math.Sin(2*math.Pi*700*at) }}
		s.plug(Device{Name: "mic", Inputs: 1})
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		var heard []int16
		began := time.Now()
		newHost(s, s.cards, nil).Microphone("", Best).Listen(ctx, func(p audio.PCM) {
			if time.Since(began) > 30*time.Second {
				heard = append(heard, p.Samples...)
			}
		})
		if got := audiotest.Pitch(heard, 690, 710); math.Abs(got-700) > 0.03 {
			t.Errorf("700 Hz is heard as %.3f Hz", got)
		}
	})
}
