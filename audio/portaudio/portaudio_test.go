package portaudio

import (
	"context"
	"log/slog"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

func testHost(t *testing.T) *Host {
	return NewHost(slog.New(slog.NewTextHandler(t.Output(), nil)))
}

func TestPulseAudio(t *testing.T) {
	server := pulse(t)
	h := testHost(t)
	mic := func() *Microphone { return h.Microphone("room_mic", Best) }
	speaker := func() *Speaker { return h.Speaker("room_speaker") }
	t.Run("lists devices without chatter", func(t *testing.T) {
		said := capturedStderr(t, func() {
			devices, err := h.Devices(t.Context())
			has := func(name string) bool {
				return slices.ContainsFunc(devices, func(d Device) bool { return d.Name == name })
			}
			if err != nil || !has("room_mic") || !has("room_speaker") {
				t.Errorf("%+v, %v", devices, err)
			}
		})
		if said != "" {
			t.Errorf("on standard error: %s", said)
		}
	})
	t.Run("microphone", func(t *testing.T) {
		audiotest.TestMicrophone(t, func(*testing.T) audio.Microphone { return mic() })
	})
	t.Run("speaker", func(t *testing.T) {
		audiotest.TestSpeaker(t, func(*testing.T) audio.Speaker { return speaker() })
	})
	t.Run("a tone keeps its pitch", func(t *testing.T) { testTone(t, mic(), speaker(), 700) })
	t.Run("latency", func(t *testing.T) { testLatency(t, mic(), speaker(), 400*time.Millisecond) })
	t.Run("unplugged and plugged in again", func(t *testing.T) {
		testReplug(t, mic(), speaker(), server.unplug, server.plug)
	})
}

// capturedStderr is what do and the libraries below it write to standard error.
func capturedStderr(t *testing.T, do func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	redirectStderr(t, file, do)
	said, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// testTone plays a tone and listens for it.
func testTone(t *testing.T, mic audio.Microphone, speaker audio.Speaker, hz float64) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var playing sync.WaitGroup
	defer playing.Wait()
	defer cancel()
	playing.Go(func() {
		n := 0
		speaker.Play(ctx, func(samples []int16) {
			for i := range samples {
				samples[i] = int16(10000 * math.Sin(2*math.Pi*hz*float64(n)/audio.Rate))
				n++
			}
		})
	})
	const enough = audio.Rate / 2 // without a gap, as a busy machine makes
	var heard []int16
	var next time.Time
	err := mic.Listen(ctx, func(p audio.PCM) {
		if len(heard) >= enough {
			return
		}
		if audiotest.RMS(p.Samples) < 0.19 || !p.At.Equal(next) {
			heard = nil
		} else if heard = append(heard, p.Samples...); len(heard) >= enough {
			cancel()
		}
		next = p.At.Add(audio.FrameTime)
	})
	if len(heard) < enough {
		t.Fatalf("the tone is not heard: %v", err)
	}
	if got := audiotest.Pitch(heard, 100, 2000); math.Abs(got-hz) > 1 {
		t.Errorf("%v Hz is heard as %.2f Hz", hz, got)
	}
	if got := audiotest.Amplitude(heard, hz); got < 0.2 || got > 0.33 {
		t.Errorf("the tone is heard with amplitude %.2f", got)
	}
}

// testLatency plays beeps and takes the time until they come out of the
// microphone.
func testLatency(t *testing.T, mic audio.Microphone, speaker *Speaker, limit time.Duration) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var playing sync.WaitGroup
	defer playing.Wait()
	defer cancel()
	var asked, due atomic.Int64 // of the last beep, ns after began; 0: it was heard
	began := time.Now()
	playing.Go(func() {
		n := 0
		speaker.PlayTimed(ctx, func(at time.Time, samples []int16) {
			clear(samples)
			if n++; n > 50 && n%25 == 0 {
				copy(samples, audiotest.Tone(1000, 0.5, len(samples)))
				asked.Store(int64(time.Since(began)))
				due.Store(int64(at.Sub(began)))
			}
		})
	})
	var whole, stamped []time.Duration
	mic.Listen(ctx, func(p audio.PCM) {
		first := slices.IndexFunc(p.Samples, func(s int16) bool { return s > 3000 || s < -3000 })
		from := asked.Load()
		if first < 0 || from == 0 {
			return
		}
		heard := p.At.Add(seconds(float64(first) / audio.Rate)).Sub(began)
		whole = append(whole, time.Since(began)-time.Duration(from))
		stamped = append(stamped, heard-time.Duration(due.Load()))
		asked.Store(0)
		if len(whole) == 10 {
			cancel()
		}
	})
	if len(whole) < 10 {
		t.Fatalf("%d of 10 beeps are heard", len(whole))
	}
	slices.Sort(whole)
	slices.Sort(stamped)
	t.Logf("from the mixer through speaker and microphone to the listeners: median %v, %v to %v", whole[5], whole[0], whole[9])
	t.Logf("of it between the stamps of the two: median %v, %v to %v", stamped[5], stamped[0], stamped[9])
	if whole[5] > limit {
		t.Errorf("sound takes %v; want at most %v", whole[5], limit)
	}
}

// testReplug takes the device away under an Ear and a Voice and gives it back.
func testReplug(t *testing.T, mic audio.Microphone, speaker audio.Speaker, unplug, plug func()) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	heard, spoken := make(chan audio.Health, 1000), make(chan audio.Health, 1000)
	ear := audio.NewEar(audio.EarOptions{Log: log, Microphone: mic, Health: func(h audio.Health) { heard <- h }})
	voice := audio.NewVoice(audio.VoiceOptions{Log: log, Speaker: speaker, Health: func(h audio.Health) { spoken <- h }})
	var rooms sync.WaitGroup
	defer rooms.Wait()
	defer cancel()
	rooms.Go(func() { ear.Run(ctx) })
	rooms.Go(func() { voice.Run(ctx) })
	await := func(ok bool) {
		t.Helper()
		for name, health := range map[string]chan audio.Health{"microphone": heard, "speaker": spoken} {
			for h := (audio.Health{OK: !ok}); h.OK != ok; {
				select {
				case h = <-health:
				case <-ctx.Done():
					t.Fatalf("the %s never tells that OK is %v", name, ok)
				}
			}
		}
	}
	await(true)
	for range 2 {
		unplug()
		await(false)
		plug()
		await(true)
		frames := 0
		for range ear.Hear(ctx) {
			if frames++; frames == 25 {
				break
			}
		}
	}
}
