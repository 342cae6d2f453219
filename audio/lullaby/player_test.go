package lullaby

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

func TestPlayAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		if s := n.last(); s.Playing || s.Track != "" || s.Volume != firstVolume || !s.Loop || s.TimerMinutes != firstTimer {
			t.Errorf("at first: %+v", s)
		}
		if _, err := n.Play(Order{}); !errors.Is(err, ErrOrder) {
			t.Errorf("playing nothing: %v", err)
		}
		n.play(Order{Track: new("white"), Volume: new(100)})
		time.Sleep(200 * time.Millisecond)
		soft := n.speaker.loud(100 * time.Millisecond)
		time.Sleep(3 * time.Second)
		full := n.speaker.loud(time.Second)
		if want := evenDBFS + 20*math.Log10(loudest); math.Abs(full-want) > 1 || soft > full-10 {
			t.Errorf("fades in from %.0f to %.1f dBFS, want %.1f", soft, full, want)
		}
		s := n.last()
		if !s.Playing || s.Track != "white" || s.Title != "White noise" || s.EndsAt == nil || s.Fading || s.Fault != "" {
			t.Errorf("%+v", s)
		}
		n.Stop()
		time.Sleep(250 * time.Millisecond) // of which 80 ms were queued
		if middle := n.speaker.loud(20 * time.Millisecond); middle < full-25 || middle > full-1 {
			t.Errorf("fades over %.1f dBFS", middle)
		}
		time.Sleep(400 * time.Millisecond)
		if l := n.speaker.loud(100 * time.Millisecond); l > -90 {
			t.Errorf("half a second after the stop: %.1f dBFS", l)
		}
		if s := n.last(); s.Playing || s.EndsAt != nil || s.Track != "white" {
			t.Errorf("%+v", s)
		}
		n.play(Order{}) // the last one
		time.Sleep(3 * time.Second)
		if l := n.speaker.loud(time.Second); math.Abs(l-full) > 1 {
			t.Errorf("again: %.1f dBFS", l)
		}
	})
}

func TestVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		n.play(Order{Track: new("white"), Volume: new(100)})
		level := func() float64 {
			time.Sleep(4 * time.Second)
			return n.speaker.loud(time.Second)
		}
		full := level()
		n.SetVolume(50)
		if d := level() - full; math.Abs(d+10) > 1 { // half as loud to the ear
			t.Errorf("volume 50 is %.1f dB, want -10", d)
		}
		n.play(Order{Volume: new(100)})
		n.SetMaxVolume(50)
		if d := level() - full; math.Abs(d+10) > 1 {
			t.Errorf("a ceiling of 50 is %.1f dB, want -10", d)
		}
		n.SetVolume(0)
		if l := level(); l > -90 {
			t.Errorf("volume 0 is %.1f dBFS", l)
		}
		if s := n.last(); s.Volume != 0 || s.MaxVolume != 50 || !s.Playing {
			t.Errorf("%+v", s)
		}
	})
}

func TestBadOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		was := n.play(Order{Track: new("rain")})
		for name, o := range map[string]struct {
			order Order
			want  error
		}{
			"unknown":   {Order{Track: new("thunder")}, ErrUnknown},
			"no name":   {Order{Track: new("")}, ErrUnknown},
			"a path":    {Order{Track: new("../player")}, ErrUnknown},
			"too loud":  {Order{Track: new("white"), Volume: new(101)}, ErrOrder},
			"too quiet": {Order{Volume: new(-1)}, ErrOrder},
			"too long":  {Order{TimerMinutes: new(721)}, ErrOrder},
			"too short": {Order{TimerMinutes: new(-1)}, ErrOrder},
		} {
			s, err := n.Play(o.order)
			if !errors.Is(err, o.want) {
				t.Errorf("%s: %v", name, err)
			}
			if s.Track != was.Track || s.Volume != was.Volume || s.TimerMinutes != was.TimerMinutes || !s.Playing {
				t.Errorf("%s has changed something: %+v", name, s)
			}
		}
		if _, err := n.SetVolume(200); !errors.Is(err, ErrOrder) {
			t.Error(err)
		}
	})
}

func TestEndOfATrack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		track, err := n.library.Add(t.Context(), "tone.wav", bytes.NewReader(wav(440, 0.3, 5*time.Second)))
		if err != nil {
			t.Fatal(err)
		}
		n.play(Order{Track: &track.ID, Loop: new(false), Volume: new(100)})
		time.Sleep(4500 * time.Millisecond)
		if s := n.last(); !s.Playing {
			t.Errorf("after 4.5 of 5 s: %+v", s)
		}
		time.Sleep(time.Second)
		if s := n.last(); s.Playing || s.Fault != "" {
			t.Errorf("after 5.5 of 5 s: %+v", s)
		}
		n.play(Order{Loop: new(true)})
		time.Sleep(12 * time.Second)
		if l := n.speaker.loud(7 * time.Second); !n.last().Playing || l < evenDBFS+8 {
			t.Errorf("in a loop: %.1f dBFS, %+v", l, n.last())
		}
	})
}

func TestRemovedTrack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		track, err := n.library.Add(t.Context(), "tone.wav", bytes.NewReader(wav(440, 0.3, 5*time.Second)))
		if err != nil {
			t.Fatal(err)
		}
		n.play(Order{Track: &track.ID})
		time.Sleep(time.Second)
		if err := n.library.Remove(track.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if s := n.last(); s.Playing || !strings.Contains(s.Fault, "no such lullaby") {
			t.Errorf("%+v", s)
		}
		n.play(Order{Track: new("white")})
		time.Sleep(time.Second)
		if s := n.last(); !s.Playing || s.Fault != "" {
			t.Errorf("%+v", s)
		}
	})
}

func TestSpeakerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		ends := n.play(Order{Track: new("white"), Volume: new(100), TimerMinutes: new(30)}).EndsAt
		time.Sleep(3 * time.Second)
		broken := func(err error) {
			n.speaker.mu.Lock()
			defer n.speaker.mu.Unlock()
			n.speaker.broken = err
		}
		broken(errors.New("the speaker is unplugged"))
		time.Sleep(time.Minute)
		if s := n.last(); !s.Playing || !strings.Contains(s.Fault, "unplugged") || !s.EndsAt.Equal(*ends) {
			t.Errorf("%+v", s)
		}
		broken(nil)
		time.Sleep(10 * time.Second)
		if s := n.last(); !s.Playing || s.Fault != "" {
			t.Errorf("%+v", s)
		}
		if l := n.speaker.loud(time.Second); l < evenDBFS {
			t.Errorf("after it was mended: %.1f dBFS", l)
		}
		broken(errors.New("unplugged again"))
		time.Sleep(time.Second)
		n.Stop() // nothing fades where nothing sounds
		time.Sleep(time.Second)
		if s := n.last(); s.Playing || s.Fault != "" {
			t.Errorf("stopped: %+v", s)
		}
	})
}

func TestWithoutSpeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, dir := newLibrary(t)
		p := NewPlayer(PlayerOptions{Library: l, Voice: audio.NewVoice(audio.VoiceOptions{}), StateFile: filepath.Join(dir, "p.json")})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { p.Run(ctx) })
		if _, err := p.Play(Order{Track: new("white")}); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		if s := p.Status(); s.Playing || !strings.Contains(s.Fault, "no speaker") {
			t.Errorf("%+v", s)
		}
		cancel()
		wg.Wait()
	})
}

func TestAnotherTrack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		n.play(Order{Track: new("white"), Volume: new(100)})
		time.Sleep(3 * time.Second)
		n.play(Order{Track: new("heartbeat")})
		time.Sleep(4 * time.Second)
		n.speaker.mu.Lock()
		sound := n.speaker.heard[len(n.speaker.heard)-2*audio.Rate:]
		n.speaker.mu.Unlock()
		if low, high := audiotest.Amplitude(sound, 58), audiotest.Amplitude(sound, 5000); low < 20*high {
			t.Errorf("58 Hz at %.4f, 5 kHz at %.4f", low, high)
		}
	})
}

func BenchmarkPlayerFrame(b *testing.B) {
	l, err := NewLibrary(b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	p := NewPlayer(PlayerOptions{Library: l, Voice: audio.NewVoice(audio.VoiceOptions{}), MaxVolume: 100})
	p.is.Playing = true
	s := piece{player: p, track: "brahms"}
	var broken error
	n := 0
	b.ReportAllocs()
	b.ResetTimer()
	for range s.frames(&broken) {
		if n++; n >= b.N {
			break
		}
	}
	if broken != nil && !errors.Is(broken, io.EOF) {
		b.Fatal(broken)
	}
}
