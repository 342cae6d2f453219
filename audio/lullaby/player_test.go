package lullaby

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// speaker keeps what it plays in real (fake) time.
type speaker struct {
	mu     sync.Mutex
	heard  []int16
	broken error
}

func (s *speaker) Play(ctx context.Context, fill func([]int16)) error {
	ticker := time.NewTicker(audio.FrameTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		s.mu.Lock()
		broken := s.broken
		s.mu.Unlock()
		if broken != nil {
			return broken
		}
		frame := make([]int16, audio.FrameSize)
		fill(frame)
		s.mu.Lock()
		s.heard = append(s.heard, frame...)
		s.mu.Unlock()
	}
}

// loud is the RMS of the last d, in dBFS.
func (s *speaker) loud(d time.Duration) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.heard), int(d*audio.Rate/time.Second))
	return 20 * math.Log10(audiotest.RMS(s.heard[len(s.heard)-n:])+1e-9)
}

// nursery is a player with all that it needs.
type nursery struct {
	*Player
	t       *testing.T
	speaker *speaker
	library *Library
	file    string
	stop    func()

	mu   sync.Mutex
	told []Status
}

func newNursery(t *testing.T) *nursery {
	n := &nursery{t: t, speaker: &speaker{}, file: filepath.Join(t.TempDir(), "player.json")}
	n.library, _ = newLibrary(t)
	n.start()
	return n
}

// start runs the player as after a start of the program.
func (n *nursery) start() {
	voice := audio.NewVoice(audio.VoiceOptions{Speaker: n.speaker, Health: func(h audio.Health) {
		if n.Player != nil {
			n.Player.SpeakerHealth(h)
		}
	}})
	n.Player = NewPlayer(PlayerOptions{Library: n.library, Voice: voice, StateFile: n.file, MaxVolume: 100, Changed: func(s Status) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.told = append(n.told, s)
	}})
	ctx, cancel := context.WithCancel(n.t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { voice.Run(ctx) })
	wg.Go(func() { n.Player.Run(ctx) })
	n.stop = func() { cancel(); wg.Wait() }
	time.Sleep(50 * time.Millisecond)
}

func (n *nursery) last() Status {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.told[len(n.told)-1]
}

func (n *nursery) play(o Order) Status {
	n.t.Helper()
	s, err := n.Play(o)
	if err != nil {
		n.t.Fatal(err)
	}
	return s
}

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

func TestSleepTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		n.play(Order{Track: new("white"), Volume: new(100), TimerMinutes: new(1)})
		time.Sleep(39 * time.Second)
		full := n.speaker.loud(time.Second)
		if s := n.last(); s.Fading || !s.Playing {
			t.Errorf("after 39 s: %+v", s)
		}
		time.Sleep(2 * time.Second)
		if s := n.last(); !s.Fading || !s.Playing {
			t.Errorf("after 41 s: %+v", s)
		}
		time.Sleep(9 * time.Second) // 50 s: half of the fade
		if d := n.speaker.loud(time.Second) - full; math.Abs(d+12) > 2 {
			t.Errorf("in the middle of the fade: %.1f dB", d)
		}
		for range 12 { // up to its end, and never up again
			before := n.speaker.loud(time.Second)
			time.Sleep(time.Second)
			if after := n.speaker.loud(time.Second); after > before+1 {
				t.Errorf("grows louder while it fades: %.1f, then %.1f dBFS", before, after)
			}
		}
		if s := n.last(); s.Playing || s.EndsAt != nil || s.Fading || s.TimerMinutes != 1 {
			t.Errorf("after 62 s: %+v", s)
		}
		if l := n.speaker.loud(500 * time.Millisecond); l > -90 {
			t.Errorf("after 62 s: %.1f dBFS", l)
		}
	})
}

func TestTimerIsKeptAndSetAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		first := n.play(Order{Track: new("white"), TimerMinutes: new(30)})
		time.Sleep(10 * time.Minute)
		if s := n.play(Order{Track: new("rain")}); !s.EndsAt.Equal(*first.EndsAt) {
			t.Errorf("another track moves the timer to %v", s.EndsAt)
		}
		if s := n.play(Order{TimerMinutes: new(30)}); !s.EndsAt.Equal(time.Now().Add(30 * time.Minute)) {
			t.Errorf("a new timer ends at %v", s.EndsAt)
		}
		if s := n.play(Order{TimerMinutes: new(0)}); s.EndsAt != nil || s.TimerMinutes != 0 {
			t.Errorf("no timer ends at %v", s.EndsAt)
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

func TestRestart(t *testing.T) {
	tests := []struct {
		name  string
		order Order
		pause time.Duration
		plays bool
		left  time.Duration // of the timer, 0: none
	}{
		{"with time left", Order{TimerMinutes: new(30)}, 10 * time.Minute, true, 20*time.Minute - 2*time.Second},
		{"without a timer", Order{TimerMinutes: new(0)}, 10 * time.Hour, true, 0},
		{"after the timer has ended", Order{TimerMinutes: new(30)}, time.Hour, false, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNursery(t)
				test.order.Track, test.order.Volume, test.order.Loop = new("brown"), new(77), new(false)
				n.play(test.order)
				time.Sleep(1950 * time.Millisecond)
				n.stop()
				time.Sleep(test.pause)
				n.start()
				defer func() { n.stop() }()
				s := n.last()
				if s.Playing != test.plays || s.Track != "brown" || s.Title != "Brown noise" || s.Volume != 77 || s.Loop || s.TimerMinutes != *test.order.TimerMinutes {
					t.Errorf("%+v", s)
				}
				if (s.EndsAt != nil) != (test.left > 0) || s.EndsAt != nil && (time.Until(*s.EndsAt)-test.left).Abs() > time.Second {
					t.Errorf("the timer ends at %v", s.EndsAt)
				}
				time.Sleep(3 * time.Second)
				if l := n.speaker.loud(time.Second); (l > -60) != test.plays {
					t.Errorf("%.1f dBFS", l)
				}
			})
		})
	}
}

func TestMemory(t *testing.T) {
	now := time.Now()
	later := now.Add(10 * time.Hour).Format(time.RFC3339)
	tests := []struct {
		name, data string
		plays      bool
	}{
		{"nothing", "", false},
		{"half a file", `{"playing":tr`, false},
		{"too loud", `{"playing":true,"track":"white","volume":300}`, false},
		{"unknown track", `{"playing":true,"track":"own-gone","volume":30}`, false},
		{"good", `{"playing":true,"track":"white","volume":30}`, true},
		{"a clock that was wrong", `{"playing":true,"track":"white","volume":30,"timer_minutes":30,"ends_at":"` + later + `"}`, true},
	}
	for _, test := range tests {
		l, dir := newLibrary(t)
		file := filepath.Join(dir, "player.json")
		if err := os.WriteFile(file, []byte(test.data), 0o644); err != nil {
			t.Fatal(err)
		}
		p := NewPlayer(PlayerOptions{Library: l, Voice: audio.NewVoice(audio.VoiceOptions{}), StateFile: file})
		s := p.Status()
		if s.Playing != test.plays || (!test.plays && s.Track != "") {
			t.Errorf("%s: %+v", test.name, s)
		}
		if s.EndsAt != nil && s.EndsAt.After(now.Add(31*time.Minute)) {
			t.Errorf("%s: ends at %v", test.name, s.EndsAt)
		}
	}
}

func TestSlidersDoNotWearTheStorage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNursery(t)
		defer n.stop()
		n.play(Order{Track: new("white")})
		time.Sleep(2 * time.Second)
		old, err := os.Stat(n.file)
		if err != nil {
			t.Fatal(err)
		}
		for v := range 50 {
			n.SetVolume(v)
			time.Sleep(10 * time.Millisecond)
		}
		if is, err := os.Stat(n.file); err != nil || !os.SameFile(old, is) {
			t.Error("written while the slider moves")
		}
		time.Sleep(2 * time.Second)
		if p, err := os.ReadFile(n.file); err != nil || !strings.Contains(string(p), `"volume":49`) {
			t.Errorf("%s, %v", p, err)
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
