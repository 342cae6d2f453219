package audio_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// counted counts how many encoders are open.
func counted(open *atomic.Int32) func() (audio.Encoder, error) {
	return func() (audio.Encoder, error) {
		e, err := newEncoder()
		if err == nil {
			open.Add(1)
		}
		return &countedEncoder{e, open}, err
	}
}

type countedEncoder struct {
	audio.Encoder
	open *atomic.Int32
}

func (e *countedEncoder) Close() error { e.open.Add(-1); return e.Encoder.Close() }

func TestEarServesMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Int32
		ear := audio.NewEar(audio.EarOptions{Microphone: &room{}, Encoder: counted(&open)})
		stop := start(t, ear.Run)
		defer stop()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				n := 0
				for p := range ear.Packets(t.Context()) {
					if len(p.Data) == 0 || time.Since(p.At) != audio.FrameTime {
						t.Errorf("a packet of %d bytes from %v ago", len(p.Data), time.Since(p.At))
					}
					if n++; n == 50 {
						break
					}
				}
			})
		}
		wg.Go(func() {
			var heard []int16
			for p := range ear.Hear(t.Context()) {
				if heard = append(heard, p.Samples...); len(heard) >= audio.Rate {
					break
				}
			}
			if hz := audiotest.Pitch(heard, 300, 600); math.Abs(hz-440) > 1 {
				t.Errorf("heard %.1f Hz", hz)
			}
		})
		time.Sleep(500 * time.Millisecond)
		if n := open.Load(); n != 1 {
			t.Errorf("%d encoders for three listeners, want 1", n)
		}
		wg.Wait()
		time.Sleep(2 * audio.FrameTime)
		if n := open.Load(); n != 0 {
			t.Errorf("%d encoders while nobody listens", n)
		}
	})
}

func TestEarClosesItsEncoder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Int32
		ear := audio.NewEar(audio.EarOptions{Microphone: &room{}, Encoder: counted(&open)})
		stop := start(t, ear.Run)
		var wg sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() {
			for range ear.Packets(ctx) {
			}
		})
		time.Sleep(time.Second)
		stop()
		if n := open.Load(); n != 0 {
			t.Errorf("%d encoders after the end", n)
		}
		cancel()
		wg.Wait()
	})
}

func TestEarOpensTheMicrophoneAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health healths
		r := &room{broken: errors.New("the microphone is unplugged")}
		ear := audio.NewEar(audio.EarOptions{Microphone: r, Encoder: newEncoder, Health: health.note})
		stop := start(t, ear.Run)
		defer stop()
		ctx, cancel := context.WithCancel(t.Context())
		var heard atomic.Int32
		var wg sync.WaitGroup
		wg.Go(func() {
			for range ear.Hear(ctx) {
				heard.Add(1)
			}
		})
		defer wg.Wait()
		defer cancel()

		time.Sleep(17600 * time.Millisecond) // pauses of 0.5, 1, 2, 4 and then 5 seconds
		if is := health.last(); is.OK || is.Tries != 7 || !strings.Contains(is.Detail, "unplugged") || r.openings() != 7 {
			t.Errorf("after 17.6 s of failures: %+v, opened %d times", is, r.openings())
		}
		r.set(func(r *room) { r.broken = nil })
		time.Sleep(6 * time.Second)
		if is := health.last(); !is.OK || is.Detail != "" || heard.Load() == 0 {
			t.Errorf("after it was mended: %+v, heard %d frames", is, heard.Load())
		}
		time.Sleep(10 * time.Second)
		r.set(func(r *room) { r.ended = errors.New("the cable broke") })
		time.Sleep(100 * time.Millisecond)
		if is := health.last(); is.OK || is.Tries != 1 || !strings.Contains(is.Detail, "cable") {
			t.Errorf("after a later failure: %+v", is)
		}
	})
}

func TestEarNoticesThatNoSoundArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health healths
		r := &room{}
		ear := audio.NewEar(audio.EarOptions{Microphone: r, Encoder: newEncoder, Health: health.note})
		stop := start(t, ear.Run)
		defer stop()
		time.Sleep(5 * time.Second)
		if is := health.last(); !is.OK {
			t.Fatalf("%+v", is)
		}
		r.set(func(r *room) { r.frozen = true })
		time.Sleep(1900 * time.Millisecond)
		if is := health.last(); !is.OK {
			t.Errorf("given up too early: %+v", is)
		}
		time.Sleep(700 * time.Millisecond)
		if is := health.last(); is.OK || is.Tries != 1 || !strings.Contains(is.Detail, "no sound arrives") {
			t.Errorf("%+v", is)
		}
		r.set(func(r *room) { r.frozen = false })
		time.Sleep(time.Second)
		if is := health.last(); !is.OK || r.openings() != 2 {
			t.Errorf("%+v, opened %d times", is, r.openings())
		}
	})
}

func TestEarWithoutMicrophone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := start(t, audio.NewEar(audio.EarOptions{}).Run)
		time.Sleep(time.Minute)
		stop()
	})
}

func TestEarMeasuresTheLevel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var levels []audio.Level
		r := &room{}
		ear := audio.NewEar(audio.EarOptions{Microphone: r, Encoder: newEncoder, Level: func(l audio.Level) {
			mu.Lock()
			defer mu.Unlock()
			levels = append(levels, l)
		}})
		last := func() audio.Level { mu.Lock(); defer mu.Unlock(); return levels[len(levels)-1] }
		stop := start(t, ear.Run)
		defer stop()
		time.Sleep(2010 * time.Millisecond)
		mu.Lock()
		n := len(levels)
		mu.Unlock()
		if n < 10 || n > 11 { // one more for the start
			t.Errorf("%d levels in two seconds, want 10", n)
		}
		want := 20 * math.Log10(0.3/math.Sqrt2)
		if l := last(); math.Abs(l.DBFS-want) > 0.1 || l.Steps != 7 || l.Muted {
			t.Errorf("%+v, want %.1f dBFS", l, want)
		}
		r.set(func(r *room) { r.sound = func(int) []int16 { return make([]int16, audio.FrameSize) } })
		time.Sleep(9500 * time.Millisecond)
		if l := last(); l.Muted || l.DBFS != audio.Silence || l.Steps != 0 {
			t.Errorf("after 9.5 s of digital silence: %+v", l)
		}
		time.Sleep(700 * time.Millisecond)
		if l := last(); !l.Muted {
			t.Errorf("after 10.2 s of digital silence: %+v", l)
		}
		r.set(func(r *room) { r.sound = nil })
		time.Sleep(400 * time.Millisecond)
		if l := last(); l.Muted {
			t.Errorf("after sound came back: %+v", l)
		}
		r.set(func(r *room) { r.ended = errors.New("gone") })
		time.Sleep(100 * time.Millisecond)
		if l := last(); l.DBFS != audio.Silence || l.Steps != 0 {
			t.Errorf("without a microphone: %+v", l)
		}
	})
}

func TestSteps(t *testing.T) {
	for _, test := range []struct {
		db   float64
		want int
	}{{-96, 0}, {-60.1, 0}, {-60, 1}, {-53.1, 1}, {-53, 2}, {-39, 4}, {-18.1, 6}, {-18, 7}, {0, 7}, {math.Inf(-1), 0}} {
		if got := audio.Steps(test.db); got != test.want {
			t.Errorf("%v dBFS are %d steps, want %d", test.db, got, test.want)
		}
	}
}

func TestEarDucks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear := audio.NewEar(audio.EarOptions{Microphone: &room{}, Encoder: newEncoder})
		stop := start(t, ear.Run)
		defer stop()
		var mu sync.Mutex
		var packets, room []int16
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		wg.Go(func() {
			d, err := newDecoder()
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			out := make([]int16, audio.MaxPacketSamples)
			for p := range ear.Packets(ctx) {
				n, err := d.Decode(p.Data, out)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				packets = append(packets, out[:n]...)
				mu.Unlock()
			}
		})
		wg.Go(func() {
			for p := range ear.Hear(ctx) {
				mu.Lock()
				room = append(room, p.Samples...)
				mu.Unlock()
			}
		})
		loud := func(what *[]int16) float64 {
			mu.Lock()
			defer mu.Unlock()
			s := *what
			return 20 * math.Log10(audiotest.RMS(s[len(s)-audio.Rate/10:]))
		}
		time.Sleep(time.Second)
		before := loud(&packets)
		ear.Duck(true)
		time.Sleep(200 * time.Millisecond)
		if d := loud(&packets) - before; d > -16 || d < -20 {
			t.Errorf("while somebody talks phones hear the room by %.1f dB, want -18", d)
		}
		if d := loud(&room) - before; math.Abs(d) > 1.5 {
			t.Errorf("while somebody talks detectors hear the room by %.1f dB", d)
		}
		ear.Duck(false)
		time.Sleep(280 * time.Millisecond)
		if d := loud(&packets) - before; d > -16 {
			t.Errorf("0.28 s after a talk phones hear the room by %.1f dB, want -18 still", d)
		}
		time.Sleep(300 * time.Millisecond)
		if d := loud(&packets) - before; math.Abs(d) > 1.5 {
			t.Errorf("0.58 s after a talk phones hear the room by %.1f dB", d)
		}
	})
}
