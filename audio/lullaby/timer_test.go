package lullaby

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

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
