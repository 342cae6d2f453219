package rtc

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"babymonitor/web/rtc/rtctest"
)

func TestPictureAndSound(t *testing.T) {
	for name, c := range map[string]rtctest.Config{
		"whep":      {},
		"websocket": {WebSocket: true},
		"tcp":       {TCP: true},
		"ipv6":      {IPv6: true},
		"tcp6":      {TCP: true, IPv6: true},
		"feedback":  {Feedback: true, Nack: true},
		"sound":     {NoVideo: true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.IPv6 && !hasIPv6() {
				t.Skip("this machine has no IPv6 address")
			}
			h := open(t, nil)
			v := h.dial(c)
			enough := seen
			if c.NoVideo {
				enough = func(s rtctest.Stats) bool { return s.Sound > 5 }
			}
			s := h.wait(v, enough)
			t.Logf("answered %v connected %v first %v word %v %s", s.Answered, s.Connected, s.First, s.FirstWord, v.Transport())
			h.until("it is known", func() bool {
				want := "udp"
				if c.TCP {
					want = "tcp"
				}
				return len(h.viewers) == 1 && h.viewers[0].Transport == want
			})
			v.Close()
			h.until("it is gone", func() bool { return len(h.viewers) == 0 && h.watching.Load() == 0 && h.hearing.Load() == 0 })
		})
	}
}

// hasIPv6 tells whether there is an address that ICE uses: not ::1, nor one of a
// single link.
func hasIPv6() bool {
	addresses, _ := net.InterfaceAddrs()
	return slices.ContainsFunc(addresses, func(a net.Addr) bool {
		ip, _, err := net.ParseCIDR(a.String())
		return err == nil && ip.To4() == nil && !ip.IsLoopback() && !ip.IsLinkLocalUnicast()
	})
}

// lossy leads a phone's media through a bad network.
func lossy(t testing.TB, h *house, down, up rtctest.Link) *rtctest.Relay {
	t.Helper()
	r, err := rtctest.NewRelay(h.server.Port(), down, up)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// TestLostPacketsComeAgain loses every tenth packet and sees that pictures are
// whole nonetheless, with and without a stream for retransmissions.
func TestLostPacketsComeAgain(t *testing.T) {
	for name, without := range map[string]bool{"rtx": false, "plain": true} {
		t.Run(name, func(t *testing.T) {
			h := open(t, nil)
			r := lossy(t, h, rtctest.Link{Delay: 5 * time.Millisecond}, rtctest.Link{Delay: 5 * time.Millisecond})
			v := h.dial(rtctest.Config{Nack: true, NoRTX: without, Answer: r.Through})
			h.wait(v, seen)
			r.Set(rtctest.Link{Delay: 5 * time.Millisecond, Loss: 0.1}, rtctest.Link{Delay: 5 * time.Millisecond})
			before := h.wait(v, seen)
			after := h.wait(v, func(s rtctest.Stats) bool { return s.Frames > before.Frames+100 })
			whole, broken := after.Frames-before.Frames, after.Broken-before.Broken
			c := h.server.Counters()
			t.Logf("%d whole, %d broken, %d by retransmission; %+v", whole, broken, after.Again, c)
			if broken > whole/10 || c.Resent == 0 || r.Dropped() == 0 {
				t.Errorf("%d pictures of %d are broken", broken, whole+broken)
			}
			if (after.Again > 0) == without {
				t.Errorf("%d packets came by the retransmission stream", after.Again)
			}
		})
	}
}

func TestPictureLossBringsKeyframe(t *testing.T) {
	h := open(t, nil)
	v := h.dial(rtctest.Config{})
	s := h.wait(v, seen)
	asked := h.asked.Load()
	if err := v.RequestKey(); err != nil {
		t.Fatal(err)
	}
	h.wait(v, func(n rtctest.Stats) bool { return n.Keys > s.Keys })
	if h.asked.Load() == asked {
		t.Error("the camera was not asked")
	}
}

// TestLaterPhoneGetsKeyframeAtOnce joins right after a keyframe, which must not
// cost another one, and long after, which must.
func TestLaterPhoneGetsKeyframeAtOnce(t *testing.T) {
	h := open(t, nil)
	first := h.dial(rtctest.Config{})
	s := h.wait(first, seen)
	h.wait(first, func(n rtctest.Stats) bool { return n.Frames > s.Frames+30 }) // the keyframe is stale by now
	keys := h.keys.Load()
	h.wait(h.dial(rtctest.Config{}), func(s rtctest.Stats) bool { return s.First > 0 })
	if h.keys.Load() == keys {
		t.Error("the second phone saw a keyframe that nobody made")
	}
}

func TestRestart(t *testing.T) {
	h := open(t, nil)
	v := h.dial(rtctest.Config{WebSocket: true})
	h.wait(v, seen)
	id := ""
	h.until("the phone is known", func() bool {
		if len(h.viewers) == 1 {
			id = h.viewers[0].ID
		}
		return id != ""
	})
	for range 2 {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := v.Restart(ctx); err != nil {
			t.Fatal(err)
		}
		s := v.Stats()
		h.wait(v, func(n rtctest.Stats) bool { return n.Frames > s.Frames+20 && n.Sound > s.Sound+20 })
	}
	if list := h.server.Viewers(); len(list) != 1 || list[0].ID != id {
		t.Errorf("the session is not the same: %+v", list)
	}
}

func TestFull(t *testing.T) {
	h := open(t, func(o *Options) { o.MaxViewers = 2 })
	a := h.dial(rtctest.Config{})
	h.dial(rtctest.Config{WebSocket: true})
	var refused *rtctest.Refused
	if _, err := h.try(rtctest.Config{}); !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("the third is answered %v", err)
	}
	if _, err := h.try(rtctest.Config{WebSocket: true}); !errors.As(err, &refused) || refused.Code != "full" {
		t.Errorf("the third is answered %v", err)
	}
	a.Close()
	h.until("there is a place again", func() bool { return len(h.server.list()) == 1 })
	h.wait(h.dial(rtctest.Config{}), seen)
}

func TestTalk(t *testing.T) {
	h := open(t, nil)
	v := h.dial(rtctest.Config{WebSocket: true, Talk: true})
	h.wait(v, seen)
	for stretch := 1; stretch <= 2; stretch++ {
		say(t, v, 100*stretch, 15)
		h.until("the parent is heard", func() bool { return len(h.said[parent.Name]) >= 10*stretch })
		h.until("the parent is seen to stop", func() bool {
			return h.talks == stretch && len(h.viewers) == 1 && !h.viewers[0].Talking
		})
	}
}

// say speaks for n packets, numbered from first.
func say(t *testing.T, v *rtctest.Viewer, first, n int) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for i := range n {
		if err := v.Say(uint16(first+i), []byte{byte(i), 1, 2}); err != nil {
			t.Fatal(err)
		}
		<-tick.C
	}
}

func TestWhoOnlyWatchesIsNotHeard(t *testing.T) {
	h := open(t, nil)
	for _, c := range []rtctest.Config{{Name: guest.Name, WebSocket: true, Talk: true}, {Talk: true}} {
		v := h.dial(c)
		h.wait(v, seen)
		_, audio, _ := strings.Cut(v.Answer(), "m=audio")
		if strings.Contains(audio, "a=sendrecv") && !strings.Contains(audio, "m=application") || !strings.Contains(audio, "a=sendonly") {
			t.Errorf("speech is negotiated:\n%s", audio)
		}
		say(t, v, 0, 5)
		s := v.Stats()
		h.wait(v, func(n rtctest.Stats) bool { return n.Sound > s.Sound+20 })
		v.Close()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.said) > 0 {
		t.Errorf("heard %v", h.said)
	}
}

func TestHead(t *testing.T) {
	h := open(t, nil)
	v := h.dial(rtctest.Config{WebSocket: true, Head: true})
	h.wait(v, seen)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := v.SendHead(ctx, []byte(`{"pan":"left"}`)); err != nil { // wrong: counted, nothing else
		t.Fatal(err)
	}
	if err := v.Drive(ctx, 0.5, -7); err != nil {
		t.Fatal(err)
	}
	h.until("the head turns", func() bool { return len(h.driven) == 1 && h.driven[0] == velocity{0.5, -1} })
	h.until("the wrong one is counted", func() bool { return h.server.Counters().BadOrders == 1 })
}

func TestHeadOfWhoOnlyWatches(t *testing.T) {
	h := open(t, nil)
	v := h.dial(rtctest.Config{Name: guest.Name, WebSocket: true, Head: true})
	h.wait(v, seen)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for range 10 { // the channel is closed as soon as it opens
		if v.Drive(ctx, 1, 1) != nil {
			break
		}
	}
	s := v.Stats()
	h.wait(v, func(n rtctest.Stats) bool { return n.Frames > s.Frames+10 })
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.driven) > 0 {
		t.Errorf("a guest turned the head: %v", h.driven)
	}
}

func TestRevocation(t *testing.T) {
	for name, end := range map[string]func(*house){
		"login":         func(h *house) { h.logout() },
		"login session": func(h *house) { h.server.EndSession(guest.Session) },
		"person":        func(h *house) { h.server.EndUser(guest.Name) },
		"kick": func(h *house) {
			for _, v := range h.server.Viewers() {
				if v.Name == guest.Name && !h.server.Kick(v.ID) {
					h.t.Error("there was nobody to kick")
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, nil)
			stays := h.dial(rtctest.Config{WebSocket: true})
			goes := h.dial(rtctest.Config{Name: guest.Name, WebSocket: true})
			h.wait(stays, seen)
			h.wait(goes, seen)
			end(h)
			select {
			case <-goes.Ended():
			case <-time.After(patience):
				t.Fatal("the session goes on")
			}
			s := stays.Stats()
			h.wait(stays, func(n rtctest.Stats) bool { return n.Frames > s.Frames+10 })
			h.until("one is left", func() bool { return len(h.viewers) == 1 && h.viewers[0].Name == parent.Name })
			if h.server.Kick("nobody") {
				t.Error("nobody was kicked")
			}
		})
	}
}
