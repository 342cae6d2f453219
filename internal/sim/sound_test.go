package sim

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// listen returns what the microphone hears in n frames. Inside of synctest.
func listen(t *testing.T, w *World, n int) []int16 {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var heard []int16
	err := w.Microphone().Listen(ctx, func(p audio.PCM) {
		if age := time.Since(p.At); age != audio.FrameTime {
			t.Errorf("a frame is stamped %v ago when it is emitted", age)
		}
		heard = append(heard, p.Samples...)
		if len(heard) == n*audio.FrameSize {
			cancel()
		}
	})
	if ctx.Err() == nil {
		t.Fatalf("heard %d samples: %v", len(heard), err)
	}
	return heard
}

func dB(x float64) float64 { return 20 * math.Log10(x) }

func TestMicrophoneHearsTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, noise := range []float64{-62, -40, -25} {
			w := newWorld(t, Change{NoiseDB: &noise})
			began := time.Now()
			heard := listen(t, w, 100)
			if took := time.Since(began); took != 2*time.Second {
				t.Errorf("2 s of sound take %v", took)
			}
			if got := dB(audiotest.RMS(heard)); math.Abs(got-noise) > 2 {
				t.Errorf("noise of %.1f dBFS, want %.0f", got, noise)
			}
		}
		if w := newWorld(t, Change{Mute: []Device{"microphone"}, Cry: to(true)}); audiotest.RMS(listen(t, w, 50)) != 0 {
			t.Error("a muted microphone hears something")
		}
	})
}

func TestCry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{Cry: to(true)})
		time.Sleep(3 * time.Second)
		heard := listen(t, w, 500)
		if level := dB(audiotest.RMS(heard)); level < -26 || level > -14 {
			t.Errorf("the cry has %.1f dBFS", level)
		}
		if slices.Max(heard) > 32000 {
			t.Error("the cry is clipped")
		}
		const size = 2048
		loud, quiet, low, high := 0, 0, math.Inf(1), 0.0
		for at := 0; at+size <= len(heard); at += size {
			part := heard[at : at+size]
			switch level := dB(audiotest.RMS(part)); {
			case level > -22:
				loud++
				f0 := audiotest.Pitch(part, 250, 700)
				low, high = min(low, f0), max(high, f0)
			case level < -35:
				quiet++
			}
		}
		total := len(heard) / size
		if loud < total/3 || quiet < total/12 {
			t.Errorf("of %d parts %d are loud and %d are breaths", total, loud, quiet)
		}
		if low < 330 || high > 570 || high-low < 50 {
			t.Errorf("the pitch goes from %.0f to %.0f Hz", low, high)
		}
		apply(t, w, Change{Cry: to(false)})
		time.Sleep(2 * time.Second)
		if level := dB(audiotest.RMS(listen(t, w, 50))); level > -55 {
			t.Errorf("after the cry: %.1f dBFS", level)
		}
	})
}

func TestStirringRustles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{Motion: to(true)})
		time.Sleep(2 * time.Second)
		if level := dB(audiotest.RMS(listen(t, w, 250))); level < -58 || level > -38 {
			t.Errorf("the rustle has %.1f dBFS", level)
		}
	})
}

// play plays sound on the speaker of w until the test's end, then silence.
func play(t *testing.T, w *World, sound []int16) (ended chan error) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	ended = make(chan error, 1)
	go func() {
		ended <- w.Speaker().Play(ctx, func(samples []int16) {
			clear(samples)
			sound = sound[copy(samples, sound):]
		})
	}()
	return ended
}

func TestMicrophoneHearsTheSpeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{NoiseDB: to(-96.0)})
		play(t, w, audiotest.Tone(440, 0.5, 5*audio.Rate))
		time.Sleep(500 * time.Millisecond)
		heard := listen(t, w, 100)
		if got := dB(audiotest.Amplitude(heard, 440) / 0.5); math.Abs(got+30) > 1 {
			t.Errorf("the tone comes back at %.1f dB, want -30", got)
		}
		if got := audiotest.Pitch(heard[:audio.Rate/5], 300, 600); math.Abs(got-440) > 0.5 {
			t.Errorf("a tone of 440 Hz comes back at %.1f Hz", got)
		}
	})
}

func TestEchoIsEightMillisecondsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{NoiseDB: to(-96.0)})
		click := make([]int16, audio.FrameSize)
		click[0] = 30000
		play(t, w, click) // asked for now, sounds a frame later
		heard := listen(t, w, 4)
		at := slices.Index(heard, slices.Max(heard))
		if want := audio.FrameSize + 8*audio.Rate/1000; at != want {
			t.Errorf("the click is heard at sample %d, want %d", at, want)
		}
	})
}

func TestSpeakerKeepsWhatItPlayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{})
		if got := w.Speaker().Played(5); len(got) != 0 {
			t.Errorf("%d samples before anything was played", len(got))
		}
		sound := audiotest.Tone(440, 0.4, 3*audio.Rate)
		ended := play(t, w, sound)
		time.Sleep(3*time.Second - 10*time.Millisecond)
		synctest.Wait()
		if got := w.Speaker().Played(30); !slices.Equal(got, sound) {
			t.Errorf("kept %d samples, not the %d played", len(got), len(sound))
		}
		if got := w.Speaker().Played(0.5); !slices.Equal(got, sound[len(sound)-audio.Rate/2:]) {
			t.Error("the last half second is another")
		}
		apply(t, w, Change{Unplug: []Device{"speaker"}})
		time.Sleep(30 * time.Millisecond)
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "unplugged") {
			t.Errorf("the unplugged speaker ends with %v", err)
		}
		apply(t, w, Change{Unplug: []Device{}})
		time.Sleep(970 * time.Millisecond)
		play(t, w, sound)
		time.Sleep(10 * time.Millisecond)
		synctest.Wait()
		if got := w.Speaker().Played(0.5); slices.Max(got[:len(got)-audio.FrameSize]) != 0 || slices.Max(got) == 0 {
			t.Error("the gap is not silent, or nothing follows it")
		}
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if got := w.Speaker().Played(99); len(got) != 30*audio.Rate || slices.Max(got) != 0 {
			t.Errorf("keeps %d samples, want 30 s of silence", len(got))
		}
	})
}

func TestSpeakerWAV(t *testing.T) {
	w := newWorld(t, Change{})
	sound := audiotest.Tone(440, 0.4, audio.FrameSize)
	w.tape.write(sound, time.Now())
	for _, seconds := range []float64{0, -1, 31, math.NaN()} {
		if err := w.SpeakerWAV(new(bytes.Buffer), seconds); err == nil {
			t.Errorf("%v seconds is no error", seconds)
		}
	}
	var file bytes.Buffer
	if err := w.SpeakerWAV(&file, 5); err != nil {
		t.Fatal(err)
	}
	var head struct {
		RIFF             [4]byte
		Size             uint32
		Kind             [8]byte
		FormatSize       uint32
		Format, Channels uint16
		Rate, ByteRate   uint32
		Align, Bits      uint16
		Data             [4]byte
		DataSize         uint32
	}
	if err := binary.Read(&file, binary.LittleEndian, &head); err != nil {
		t.Fatal(err)
	}
	if string(head.RIFF[:]) != "RIFF" || string(head.Kind[:]) != "WAVEfmt " || string(head.Data[:]) != "data" ||
		head.Size != 36+head.DataSize || head.FormatSize != 16 || head.Format != 1 || head.Channels != 1 ||
		head.Rate != 48000 || head.ByteRate != 96000 || head.Align != 2 || head.Bits != 16 || int(head.DataSize) != file.Len() {
		t.Errorf("head %+v before %d bytes", head, file.Len())
	}
	got := make([]int16, file.Len()/2)
	if err := binary.Read(&file, binary.LittleEndian, got); err != nil || !slices.Equal(got, sound) {
		t.Errorf("other sound (%v)", err)
	}
}

func TestMicrophoneFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{Freeze: []Device{"microphone"}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var n atomic.Int64
		ended := make(chan error, 1)
		go func() { ended <- w.Microphone().Listen(ctx, func(audio.PCM) { n.Add(1) }) }()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n.Load() != 0 {
			t.Errorf("a frozen microphone emits %d frames", n.Load())
		}
		apply(t, w, Change{Freeze: []Device{}})
		time.Sleep(time.Second)
		synctest.Wait()
		if n := n.Load(); n < 49 || n > 51 {
			t.Errorf("%d frames in the second after the frost", n)
		}
		apply(t, w, Change{Unplug: []Device{"microphone"}})
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "unplugged") {
			t.Errorf("unplugged, it ends with %v", err)
		}
	})
}

func TestUnpluggedBodyParts(t *testing.T) {
	w := newWorld(t, Change{Unplug: []Device{"head", "climate"}})
	if err := w.Head().Release(); err == nil {
		t.Error("an unplugged head releases")
	}
	if r, err := w.Climate().Read(t.Context()); err == nil || r != nil {
		t.Errorf("an unplugged sensor reads %v", r)
	}
	apply(t, w, Change{Unplug: []Device{}, Temperature: to(30.0), Humidity: to(20.0)})
	r, err := w.Climate().Read(t.Context())
	if err != nil || len(r) != 2 || r[0].Value != 30 || r[1].Value != 20 {
		t.Errorf("reads %v, %v", r, err)
	}
}
