package rtc

import (
	"net"
	"slices"
	"testing"

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
