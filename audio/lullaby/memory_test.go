package lullaby

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
)

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
