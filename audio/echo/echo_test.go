package echo

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// TestEchoReturnLoss measures how much of what is played the canceller takes
// out, when nobody else speaks.
func TestEchoReturnLoss(t *testing.T) {
	far := speech(14, 110, 1)
	for _, c := range []struct {
		name        string
		delay       time.Duration
		ppm         float64 // by which the speaker's clock is fast, if nobody corrects it
		jitter      float64
		loose       bool
		bend        float64 // of the speaker's cone, cubic
		early, late float64 // dB at least: seconds 2 to 5, 8 to 13
	}{
		{name: "stamps as of package portaudio", delay: 8 * time.Millisecond, ppm: 2, early: 35, late: 28},
		{name: "a device that is late", delay: 60 * time.Millisecond, early: 35, late: 30},
		{name: "a speaker that does not know", delay: 80 * time.Millisecond, jitter: 0.03, loose: true, early: 30, late: 25},
		{name: "a speaker that distorts", delay: 8 * time.Millisecond, bend: 1.5, early: 20, late: 20},
		{name: "a clock that is 50 ppm off", delay: 8 * time.Millisecond, ppm: 50, early: 18, late: 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			echo := fast(through(bent(far, c.bend), answer(c.delay, 3)), c.ppm)
			out := scene{far: far, echo: echo, jitter: c.jitter, loose: c.loose}.play()
			early := decibels(loudness(echo, 2, 5) / loudness(out, 2, 5))
			late := decibels(loudness(echo, 8, 13) / loudness(out, 8, 13))
			t.Logf("echo return loss: %.1f dB after 2 to 5 s, %.1f dB after 8 to 13 s", early, late)
			if early < c.early || late < c.late {
				t.Errorf("want at least %v and %v dB", c.early, c.late)
			}
		})
	}
}

// TestBothSidesSpeak measures what becomes of the child when somebody speaks
// through the speaker at the same time.
func TestBothSidesSpeak(t *testing.T) {
	far, child := speech(20, 110, 1), speech(20, 400, 2)
	for i := range 8 * audio.Rate {
		child[i] = 0
	}
	echo := through(far, answer(8*time.Millisecond, 3))
	out := scene{far: far, echo: echo, near: scale(child, 0.5)}.play()
	alone := scale(child, 0.5)
	before := decibels(loudness(alone, 9, 19) / loudness(echo, 9, 19))
	var both, clean, all float64 // the part of out that is the child's
	for i := 9 * audio.Rate; i < 19*audio.Rate; i++ {
		both += alone[i] * out[i]
		clean += alone[i] * alone[i]
		all += out[i] * out[i]
	}
	gain := 20 * math.Log10(both/clean)
	after := decibels(both * both / clean / (all - both*both/clean))
	t.Logf("child to echo: %.1f dB before, %.1f dB after; the child is changed by %.1f dB", before, after, gain)
	if after < before+12 || after < 6 {
		t.Errorf("the child is %.1f dB above what is left; it was %.1f dB above the echo", after, before)
	}
	if gain < -4 {
		t.Errorf("the child is lowered by %.1f dB", -gain)
	}
}

func TestLearnsAnewWhenTheRoomChanges(t *testing.T) {
	far := speech(20, 110, 1)
	echo := through(far, answer(8*time.Millisecond, 3))
	copy(echo[10*audio.Rate:], scale(through(far, answer(11*time.Millisecond, 4)), 2)[10*audio.Rate:])
	out := scene{far: far, echo: echo}.play()
	loss := decibels(loudness(echo, 14, 19.5) / loudness(out, 14, 19.5))
	t.Logf("echo return loss 4 s after the room has changed: %.1f dB", loss)
	if loss < 20 {
		t.Errorf("only %.1f dB", loss)
	}
}

func TestWithoutSoundFromTheSpeakerNothingChanges(t *testing.T) {
	c := New()
	at := c.reference.epoch
	sound := pcm(speech(2, 400, 2))
	var out []int16
	for i := 0; i+audio.FrameSize <= len(sound); i += audio.FrameSize {
		now := at.Add(time.Duration(i) * time.Second / audio.Rate)
		c.Render(now, make([]int16, audio.FrameSize))
		p := c.Capture(audio.PCM{At: now, Samples: sound[i : i+audio.FrameSize]})
		if want := now.Add(-4 * time.Millisecond); !p.At.Equal(want) {
			t.Fatalf("stamped %v, want %v", p.At, want)
		}
		out = append(out, p.Samples...)
	}
	for i, x := range out[delay:] {
		if x != sound[i] {
			t.Fatalf("sample %d is %d, was %d", i, x, sound[i])
		}
	}
}

// TestNoClickWhenTheSpeakerBeginsAndEnds plays bursts while the microphone
// hears a tone that has nothing to do with them.
func TestNoClickWhenTheSpeakerBeginsAndEnds(t *testing.T) {
	const seconds = 12
	tone, far := make([]float64, seconds*audio.Rate), speech(seconds, 110, 1)
	for i := range tone {
		tone[i] = 0.3 * math.Sin(2*math.Pi*300*float64(i)/audio.Rate)
		if i/(2*audio.Rate)%2 == 0 { // two seconds of silence, two of speech
			far[i] = 0
		}
	}
	out := scene{far: far, echo: make([]float64, len(far)), near: tone}.play()
	var steepest float64
	for i := audio.Rate; i < len(out); i++ {
		steepest = max(steepest, math.Abs(out[i]-out[i-1]))
	}
	if usual := 0.3 * 2 * math.Pi * 300 / audio.Rate; steepest > 2.5*usual {
		t.Errorf("the sound jumps by %.4f, the tone never does by more than %.4f", steepest, usual)
	}
}

func TestOddStampsAndFrames(t *testing.T) {
	c := New()
	sound := pcm(speech(0.1, 110, 1))[:audio.FrameSize]
	at := c.reference.epoch
	for _, d := range []time.Duration{0, -time.Hour, time.Hour, 20 * time.Millisecond, 0, 1000 * time.Hour} {
		c.Render(at.Add(d), sound)
		c.Render(at.Add(d), nil)
		c.Render(at.Add(d), append(sound, sound[:100]...))
		for _, m := range []time.Duration{-time.Hour, d, time.Hour} {
			if p := c.Capture(audio.PCM{At: at.Add(m), Samples: sound}); len(p.Samples) != audio.FrameSize {
				t.Fatalf("%d samples", len(p.Samples))
			}
		}
	}
	if p := c.Capture(audio.PCM{Samples: sound[:7]}); len(p.Samples) != 7 {
		t.Error("a frame of another size does not pass as it is")
	}
}

// desk is a microphone that hears what its speaker plays, 30 ms later.
type desk struct {
	mu     sync.Mutex
	played []int16
}

func (d *desk) Listen(ctx context.Context, emit func(audio.PCM)) error {
	return every(ctx, func(at time.Time) {
		d.mu.Lock()
		samples := make([]int16, audio.FrameSize)
		if n := len(d.played) - audio.FrameSize*3/2; n >= audio.FrameSize {
			copy(samples, d.played[n-audio.FrameSize:n])
		}
		d.mu.Unlock()
		emit(audio.PCM{At: at.Add(-audio.FrameTime), Samples: samples})
	})
}

func (d *desk) Play(ctx context.Context, fill func([]int16)) error {
	return d.PlayTimed(ctx, func(_ time.Time, samples []int16) { fill(samples) })
}

func (d *desk) PlayTimed(ctx context.Context, fill func(time.Time, []int16)) error {
	return every(ctx, func(at time.Time) {
		samples := make([]int16, audio.FrameSize)
		fill(at, samples)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.played = append(d.played, samples...)
	})
}

func every(ctx context.Context, do func(time.Time)) error {
	tick := time.NewTicker(audio.FrameTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-tick.C:
			do(now)
		}
	}
}

// untimed hides that a speaker knows when it sounds.
type untimed struct{ audio.Speaker }

func TestPairKeepsTheContracts(t *testing.T) {
	audiotest.TestMicrophone(t, func(*testing.T) audio.Microphone {
		m, _ := Pair(&desk{}, &desk{})
		return m
	})
	audiotest.TestSpeaker(t, func(*testing.T) audio.Speaker {
		_, s := Pair(&desk{}, &desk{})
		return s
	})
	audiotest.TestSpeaker(t, func(*testing.T) audio.Speaker {
		_, s := Pair(&desk{}, untimed{&desk{}})
		return s
	})
}

func BenchmarkFrame(b *testing.B) {
	far := pcm(speech(10, 110, 1))
	for _, playing := range []bool{true, false} {
		name := "playing"
		if !playing {
			name, far = "silent", make([]int16, len(far))
		}
		b.Run(name, func(b *testing.B) {
			c := New()
			at, i := c.reference.epoch, 0
			for b.Loop() {
				frame := far[i : i+audio.FrameSize]
				c.Render(at, frame)
				c.Capture(audio.PCM{At: at, Samples: frame})
				at = at.Add(audio.FrameTime)
				i = (i + audio.FrameSize) % (len(far) - audio.FrameSize)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(audio.FrameTime)*100, "%core")
		})
	}
}
