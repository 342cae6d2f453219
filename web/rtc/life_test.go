package rtc

import (
	"context"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/web/rtc/rtctest"
)

func TestVerdict(t *testing.T) {
	l := usualLimits()
	for name, c := range map[string]struct {
		s    standing
		want string
	}{
		"new":                       {standing{age: time.Second}, ""},
		"slow to connect":           {standing{age: 15 * time.Second}, ""},
		"never connects":            {standing{age: 16 * time.Second, silent: 16 * time.Second}, "it never connected"},
		"well":                      {standing{age: time.Hour, connected: true, silent: time.Second}, ""},
		"quiet":                     {standing{age: time.Hour, connected: true, silent: 19 * time.Second}, ""},
		"silent":                    {standing{age: time.Hour, connected: true, silent: 21 * time.Second}, "nothing was heard from it"},
		"silent with a socket":      {standing{age: time.Hour, connected: true, silent: 21 * time.Second, socket: true}, "nothing was heard from it"},
		"disconnected":              {standing{connected: true, troubled: 9 * time.Second, silent: 13 * time.Second}, ""},
		"disconnected for long":     {standing{connected: true, troubled: 11 * time.Second, silent: 15 * time.Second}, "the connection was lost"},
		"it may yet restart":        {standing{connected: true, troubled: 11 * time.Second, silent: 15 * time.Second, socket: true}, ""},
		"it has not restarted":      {standing{connected: true, troubled: 21 * time.Second, silent: 5 * time.Second, socket: true}, "the connection was lost"},
		"disconnected and all else": {standing{age: time.Hour, connected: true, troubled: time.Hour, silent: time.Hour}, "the connection was lost"},
	} {
		if got := verdict(c.s, l); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestPhoneThatNeverConnects posts an offer and does nothing more.
func TestPhoneThatNeverConnects(t *testing.T) {
	h := open(t, nil)
	h.server.setLimits(limits{connect: 50 * time.Millisecond, silent: patience, grace: patience, longGrace: patience})
	if resp, text := h.request(parent.Name, "POST", "/whep", typeSDP, browser(t, "chrome")); resp.StatusCode != 201 {
		t.Fatalf("%d %s", resp.StatusCode, text)
	}
	if n := len(h.server.list()); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
	h.until("it is given up", func() bool { return len(h.server.list()) == 0 && h.watching.Load() == 0 && h.hearing.Load() == 0 })
}

// TestPhoneThatVanishes cuts a phone off without a word.
func TestPhoneThatVanishes(t *testing.T) {
	h := open(t, nil)
	h.server.setLimits(limits{connect: patience, silent: 2 * time.Second, grace: patience, longGrace: patience})
	r := lossy(t, h, rtctest.Link{}, rtctest.Link{})
	stays := h.dial(rtctest.Config{})
	v := h.dial(rtctest.Config{WebSocket: true, Answer: r.Through})
	h.wait(v, seen)
	r.Set(rtctest.Link{Loss: 1}, rtctest.Link{Loss: 1})
	h.until("it is given up", func() bool { return len(h.server.list()) == 1 })
	s := stays.Stats()
	h.wait(stays, func(n rtctest.Stats) bool { return n.Frames > s.Frames+10 })
}

// TestPhoneThatComesBack cuts a phone off for a while. Its session goes on.
func TestPhoneThatComesBack(t *testing.T) {
	h := open(t, nil)
	r := lossy(t, h, rtctest.Link{}, rtctest.Link{})
	v := h.dial(rtctest.Config{WebSocket: true, Answer: r.Through})
	h.wait(v, seen)
	r.Set(rtctest.Link{Loss: 1}, rtctest.Link{Loss: 1})
	h.until("it is in trouble", func() bool {
		l := h.server.list()
		return len(l) == 1 && l[0].standing(time.Now()).troubled > 0
	})
	r.Set(rtctest.Link{}, rtctest.Link{})
	s := v.Stats()
	h.wait(v, func(n rtctest.Stats) bool { return n.Frames > s.Frames+20 && n.Keys > s.Keys })
	h.until("it is well", func() bool { return h.server.list()[0].standing(time.Now()).troubled == 0 })
}

// TestGarbageOnTheMediaPort disturbs a phone that watches.
func TestGarbageOnTheMediaPort(t *testing.T) {
	h := open(t, nil)
	v := h.dial(rtctest.Config{})
	slow := h.dial(rtctest.Config{TCP: true})
	h.wait(v, seen)
	h.wait(slow, seen)
	to := net.JoinHostPort("127.0.0.1", strconv.Itoa(h.server.Port()))
	c, err := net.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := range 2000 {
		b := make([]byte, 1+i%1400)
		b[0] = byte(i)
		_, _ = c.Write(b)
	}
	for range 100 { // beyond what one address may have
		if d, err := net.Dial("tcp", to); err == nil {
			defer d.Close()
			_, _ = d.Write([]byte{1, 2, 3})
		}
	}
	a, b := v.Stats(), slow.Stats()
	h.wait(v, func(n rtctest.Stats) bool { return n.Frames > a.Frames+20 })
	h.wait(slow, func(n rtctest.Stats) bool { return n.Frames > b.Frames+20 })
	h.until("it is counted", func() bool { c := h.server.Counters().Port; return c.Garbage > 0 && c.Refused > 0 })
}

// TestNarrowNetwork leads a phone through less than the camera sends.
func TestNarrowNetwork(t *testing.T) {
	h := open(t, nil)
	narrow := rtctest.Link{Rate: 900_000, Delay: 10 * time.Millisecond}
	r := lossy(t, h, narrow, rtctest.Link{Delay: 10 * time.Millisecond})
	h.wait(h.dial(rtctest.Config{Feedback: true, Answer: r.Through}), func(s rtctest.Stats) bool { return s.First > 0 })
	h.until("the encoder is told", func() bool { return len(h.rates) > 0 && h.rates[len(h.rates)-1] < 1_000_000 })
}

func TestStopWithPhones(t *testing.T) {
	h := open(t, nil) // its end is the test
	for _, c := range []rtctest.Config{{}, {WebSocket: true, Talk: true, Head: true}, {TCP: true}} {
		h.wait(h.dial(c), seen)
	}
	if resp, text := h.request(parent.Name, "POST", "/whep", typeSDP, browser(t, "chrome")); resp.StatusCode != 201 {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
}

func TestDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDemand()
		ctx, stop := context.WithCancel(t.Context())
		var runs atomic.Int32
		ending := make(chan struct{})
		var serving sync.WaitGroup
		serving.Go(func() {
			d.serve(ctx, func(ctx context.Context) {
				runs.Add(1)
				select {
				case <-ctx.Done():
				case <-ending: // the source ends by itself
				}
			})
		})
		see := func(what string, want int32) {
			t.Helper()
			synctest.Wait()
			if got := runs.Load(); got != want {
				t.Errorf("%s: %d runs, want %d", what, got, want)
			}
		}
		see("nobody", 0)
		d.add(1)
		see("somebody", 1)
		d.add(1)
		d.add(-1)
		see("still somebody", 1)
		d.add(-1)
		see("nobody again", 1)
		d.add(1)
		see("another", 2)
		ending <- struct{}{}
		see("the source has ended", 2)
		time.Sleep(again) // of the bubble's clock
		see("it is asked once more", 3)
		d.add(-1)
		d.add(1)
		see("gone and back at once", 4)
		stop()
		serving.Wait()
	})
}
