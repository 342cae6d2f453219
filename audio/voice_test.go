package audio_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// clicks is the largest step from one sample to the next.
func clicks(sound []int16) int {
	most := 0
	for i := 1; i < len(sound); i++ {
		most = max(most, int(math.Abs(float64(sound[i])-float64(sound[i-1]))))
	}
	return most
}

// begin starts a voice in a room.
func begin(t *testing.T, r *room, o audio.VoiceOptions) (v *audio.Voice, stop func()) {
	o.Speaker, o.Decoder = r, newDecoder
	v = audio.NewVoice(o)
	return v, start(t, v.Run)
}

func TestVoiceSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		time.Sleep(100 * time.Millisecond)
		began := time.Now()
		if err := v.Say(t.Context(), audio.Chime, tone(440, time.Second)); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 980*time.Millisecond || took > 1100*time.Millisecond {
			t.Errorf("a second took %v", took)
		}
		sound := r.played(0, time.Minute)
		middle := r.played(400*time.Millisecond, 900*time.Millisecond)
		if a := audiotest.Amplitude(middle, 440); math.Abs(a-0.2) > 0.005 {
			t.Errorf("a tone of 0.2 is played at %.3f", a)
		}
		// The steepest part of the tone itself steps by 378.
		if c := clicks(sound); c > 500 {
			t.Errorf("clicks: a step of %d", c)
		}
	})
}

func TestVoiceFadesWhatIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		ctx, cancel := context.WithTimeout(t.Context(), 313*time.Millisecond)
		defer cancel()
		constant := func(yield func(audio.PCM) bool) { // the worst case: it has no zero
			frame := make([]int16, audio.FrameSize)
			for i := range frame {
				frame[i] = 8000
			}
			for yield(audio.PCM{Samples: frame}) {
			}
		}
		if err := v.Say(ctx, audio.Chime, constant); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(200 * time.Millisecond)
		if c := clicks(r.played(0, time.Minute)); c > 8000/200 {
			t.Errorf("clicks: a step of %d", c)
		}
		if a := audiotest.RMS(r.played(400*time.Millisecond, time.Minute)); a != 0 {
			t.Errorf("still sounds: %v", a)
		}
	})
}

func TestVoiceIsSilentWhileNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		stutter := func(yield func(audio.PCM) bool) {
			for range 3 {
				for p := range tone(440, 90*time.Millisecond) {
					if !yield(p) {
						return
					}
				}
				time.Sleep(300 * time.Millisecond)
			}
		}
		if err := v.Say(t.Context(), audio.Chime, stutter); err != nil {
			t.Error(err)
		}
		sound := r.played(0, time.Minute)
		if c := clicks(sound); c > 600 {
			t.Errorf("clicks: a step of %d", c)
		}
		quiet := 0
		for _, x := range sound {
			if x == 0 {
				quiet++
			}
		}
		if ms := quiet * 1000 / audio.Rate; ms < 500 {
			t.Errorf("silent for only %d ms", ms)
		}
	})
}

func TestVoiceNeverClips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		loud := func(yield func(audio.PCM) bool) {
			sound := audiotest.Tone(440, 0.95, audio.Rate)
			for i := 0; i < len(sound); i += audio.FrameSize {
				if !yield(audio.PCM{Samples: sound[i : i+audio.FrameSize]}) {
					return
				}
			}
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if err := v.Say(t.Context(), audio.Chime, loud); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sound := r.played(200*time.Millisecond, 800*time.Millisecond)
		peak := 0
		for _, x := range sound {
			peak = max(peak, int(math.Abs(float64(x))))
		}
		if peak < 32000 || peak == 32768 {
			t.Errorf("peak %d", peak)
		}
		if hz := audiotest.Pitch(sound, 300, 600); math.Abs(hz-440) > 0.5 {
			t.Errorf("%.1f Hz", hz)
		}
	})
}

func TestTalkLowersTheLullaby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		var wg sync.WaitGroup
		defer wg.Wait()
		wg.Go(func() { v.Say(t.Context(), audio.Lullaby, tone(440, 4*time.Second)) })
		time.Sleep(time.Second)
		if err := v.Say(t.Context(), audio.Talk, tone(1000, time.Second)); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		db := func(from, to time.Duration) float64 {
			return 20 * math.Log10(audiotest.Amplitude(r.played(from, to), 440)/0.2)
		}
		if d := db(500*time.Millisecond, 900*time.Millisecond); math.Abs(d) > 0.5 {
			t.Errorf("before: %.1f dB", d)
		}
		if d := db(1200*time.Millisecond, 1900*time.Millisecond); math.Abs(d+15) > 1 {
			t.Errorf("while somebody talks: %.1f dB, want -15", d)
		}
		if d := db(2600*time.Millisecond, 2900*time.Millisecond); math.Abs(d) > 0.5 {
			t.Errorf("after: %.1f dB", d)
		}
		if c := clicks(r.played(0, time.Minute)); c > 1300 { // 1000 Hz alone steps by 857
			t.Errorf("clicks: a step of %d", c)
		}
	})
}

func TestVoiceWithoutSpeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := audio.NewVoice(audio.VoiceOptions{})
		stop := start(t, v.Run)
		defer stop()
		for _, part := range []audio.Part{audio.Talk, audio.Lullaby, audio.Chime} {
			if err := v.Say(t.Context(), part, tone(440, time.Second)); !errors.Is(err, audio.ErrNoSpeaker) {
				t.Error(err)
			}
		}
	})
}

func TestVoiceWhoseSpeakerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health healths
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{Health: health.note})
		defer stop()
		errs := make(chan error, 2)
		endless := func(yield func(audio.PCM) bool) {
			for {
				for p := range tone(440, time.Second) {
					if !yield(p) {
						return
					}
				}
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { errs <- v.Say(ctx, audio.Lullaby, endless) }()
		talk := make(chan error)
		go func() { talk <- v.Say(t.Context(), audio.Talk, endless) }()
		time.Sleep(time.Second)

		r.set(func(r *room) { r.ended = errors.New("the speaker is unplugged") })
		if err := <-talk; err == nil || !strings.Contains(err.Error(), "unplugged") {
			t.Errorf("a talk ends with %v", err)
		}
		if err := v.Say(t.Context(), audio.Chime, endless); err == nil || !strings.Contains(err.Error(), "nobody in the room") {
			t.Errorf("a chime ends with %v", err)
		}
		if is := health.last(); is.OK || is.Tries == 0 {
			t.Errorf("%+v", is)
		}
		time.Sleep(10 * time.Second)
		r.set(func(r *room) { r.ended, r.heard = nil, nil })
		time.Sleep(7 * time.Second)
		if is := health.last(); !is.OK {
			t.Errorf("after it was mended: %+v", is)
		}
		if a := audiotest.Amplitude(r.played(500*time.Millisecond, time.Second), 440); a < 0.19 {
			t.Errorf("the lullaby goes on with amplitude %.2f", a)
		}
		cancel()
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestVoiceNoticesThatTheSpeakerTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health healths
		r := &room{frozen: true}
		_, stop := begin(t, r, audio.VoiceOptions{Health: health.note})
		defer stop()
		time.Sleep(9900 * time.Millisecond) // a slow board may still be opening it
		if is := health.last(); is != (audio.Health{}) {
			t.Errorf("given up too early: %+v", is)
		}
		time.Sleep(700 * time.Millisecond)
		if is := health.last(); is.OK || !strings.Contains(is.Detail, "takes no sound") {
			t.Errorf("%+v", is)
		}
	})
}

// BenchmarkMix mixes a talk, a lullaby and a chime.
func BenchmarkMix(b *testing.B) {
	ready := make(chan func([]int16))
	v := audio.NewVoice(audio.VoiceOptions{Speaker: lender{ready}})
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { v.Run(ctx) })
	fill := <-ready
	samples := audiotest.Tone(440, 0.2, audio.FrameSize)
	var endless iter.Seq[audio.PCM] = func(yield func(audio.PCM) bool) {
		for yield(audio.PCM{Samples: samples}) {
		}
	}
	for _, part := range []audio.Part{audio.Talk, audio.Lullaby, audio.Chime} {
		wg.Go(func() { v.Say(ctx, part, endless) })
	}
	out := make([]int16, audio.FrameSize)
	b.ReportAllocs()
	for b.Loop() {
		fill(out)
	}
}

// lender is a speaker that lends its fill.
type lender struct{ to chan func([]int16) }

func (l lender) Play(ctx context.Context, fill func([]int16)) error {
	l.to <- fill
	<-ctx.Done()
	return ctx.Err()
}
