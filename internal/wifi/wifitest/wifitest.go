// Package wifitest has the suite that every manager of the network passes, and a
// NetworkManager that is none, on a bus of its own.
package wifitest

import (
	"context"
	"slices"
	"testing"
	"time"

	"babymonitor/internal/wifi"
)

// The Wi-Fi of the home in every test.
const (
	Home         = "Home"
	HomePassword = "simulated home"
)

// Air sets what is around: "wifi" (Home is known and joined), "wired", "new" (no
// Wi-Fi is known, Home is in range), "down" (Home is known and out of range).
type Air func(is string)

// Manager is the suite. open makes a new manager for each test; a Wi-Fi named
// "Upstairs 5G", whose password nobody knows, is in range too.
func Manager(t *testing.T, open func(t *testing.T) (wifi.Manager, Air)) {
	for name, try := range map[string]func(*hands){
		"known":        known,
		"wired":        wired,
		"around":       around,
		"own and join": ownAndJoin,
		"wrong":        wrong,
		"and back":     andBack,
		"not in range": notInRange,
		"try known":    tryKnown,
	} {
		t.Run(name, func(t *testing.T) {
			m, air := open(t)
			try(&hands{t, m, air})
		})
	}
}

type hands struct {
	t   *testing.T
	m   wifi.Manager
	air Air
}

func (h *hands) do(o wifi.Order) {
	h.t.Helper()
	if err := h.m.Do(h.t.Context(), o); err != nil {
		h.t.Fatalf("%s: %v", o.Kind, err)
	}
}

// until looks until it is so.
func (h *hands) until(what string, so func(wifi.Look) bool) wifi.Look {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	for {
		is, err := h.m.Look(ctx)
		if err != nil {
			h.t.Fatalf("%s: %v", what, err)
		}
		if so(is) {
			return is
		}
		select {
		case <-ctx.Done():
			h.t.Fatalf("not so: %s; it is %+v", what, is)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func joined(ssid string) func(wifi.Look) bool {
	return func(l wifi.Look) bool { return l.Link == wifi.Joined && l.SSID == ssid }
}

func own() wifi.Own { return wifi.Own{SSID: "Babymonitor-TEST", Password: "own password"} }

func known(h *hands) {
	h.air("wifi")
	is := h.until("Home is joined", joined(Home))
	if !is.Radio || is.Wired || is.Signal < 1 || is.Signal > 100 || len(is.Addresses) == 0 || is.Why != wifi.None {
		h.t.Errorf("%+v", is)
	}
}

func wired(h *hands) {
	h.air("wired")
	if is := h.until("the cable", func(l wifi.Look) bool { return l.Wired && l.Carrier }); len(is.Addresses) == 0 || is.Link == wifi.Joined {
		h.t.Errorf("%+v", is)
	}
}

func around(h *hands) {
	h.air("new")
	found, err := h.m.Networks(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	found = wifi.Merge(found)
	at := slices.IndexFunc(found, func(n wifi.Network) bool { return n.SSID == Home })
	if at < 0 || found[at].Security != wifi.WPA || found[at].Known || found[at].Signal < 1 || found[at].Frequency < 2400 {
		h.t.Errorf("found %+v", found)
	}
	if is := h.until("nothing", func(l wifi.Look) bool { return l.Link == wifi.Idle }); len(is.Known) > 0 || is.Wired || !is.Radio {
		h.t.Errorf("%+v", is)
	}
}

func ownAndJoin(h *hands) {
	h.air("new")
	h.do(wifi.Order{Kind: wifi.OpenOwn, Own: own(), Channel: 6})
	if is := h.until("the own Wi-Fi", func(l wifi.Look) bool { return l.Link == wifi.OwnOpen }); len(is.Addresses) == 0 {
		h.t.Errorf("it has no address: %+v", is)
	}
	if _, err := h.m.Networks(h.t.Context()); err != nil {
		h.t.Errorf("looking around meanwhile: %v", err)
	}
	h.do(wifi.Order{Kind: wifi.Join, Choice: wifi.Choice{SSID: Home, Password: HomePassword}})
	h.until("Home", joined(Home))
	h.do(wifi.Order{Kind: wifi.Keep})
	h.do(wifi.Order{Kind: wifi.OpenOwn, Own: own(), Channel: 1})
	is := h.until("the own Wi-Fi again", func(l wifi.Look) bool { return l.Link == wifi.OwnOpen })
	if !slices.Equal(is.Known, []string{Home}) {
		h.t.Errorf("known: %q", is.Known)
	}
	h.do(wifi.Order{Kind: wifi.TryKnown})
	h.until("Home, which was kept", joined(Home))
}

func wrong(h *hands) {
	h.air("new")
	h.do(wifi.Order{Kind: wifi.OpenOwn, Own: own(), Channel: 11})
	h.until("the own Wi-Fi", func(l wifi.Look) bool { return l.Link == wifi.OwnOpen })
	h.do(wifi.Order{Kind: wifi.Join, Choice: wifi.Choice{SSID: Home, Password: "not the password"}})
	h.until("the password is wrong", func(l wifi.Look) bool { return l.Why == wifi.Password && l.Failed == Home })
	h.do(wifi.Order{Kind: wifi.Forget})
	if is := h.until("nothing", func(l wifi.Look) bool { return l.Link == wifi.Idle }); len(is.Known) > 0 {
		h.t.Errorf("it is known all the same: %q", is.Known)
	}
}

func andBack(h *hands) {
	h.air("wifi")
	h.until("Home", joined(Home))
	h.do(wifi.Order{Kind: wifi.Join, Choice: wifi.Choice{SSID: "Upstairs 5G", Password: "a good guess"}})
	h.until("the password is wrong", func(l wifi.Look) bool { return l.Why == wifi.Password && l.Failed == "Upstairs 5G" })
	h.do(wifi.Order{Kind: wifi.Forget, Back: Home})
	h.until("Home again", joined(Home))
}

func notInRange(h *hands) {
	h.air("new")
	h.do(wifi.Order{Kind: wifi.Join, Choice: wifi.Choice{SSID: "Far away", Password: "long enough"}})
	h.until("it is missing", func(l wifi.Look) bool { return l.Why == wifi.Missing && l.Failed == "Far away" })
	h.do(wifi.Order{Kind: wifi.Forget})
}

func tryKnown(h *hands) {
	h.air("down")
	h.do(wifi.Order{Kind: wifi.OpenOwn, Own: own(), Channel: 1})
	h.until("the own Wi-Fi", func(l wifi.Look) bool { return l.Link == wifi.OwnOpen && slices.Equal(l.Known, []string{Home}) })
	h.do(wifi.Order{Kind: wifi.TryKnown})
	h.until("Home is missing", func(l wifi.Look) bool { return l.Link == wifi.Idle && l.Failed == Home && l.Why == wifi.Missing })
	h.air("wifi")
	h.do(wifi.Order{Kind: wifi.TryKnown})
	h.until("Home", joined(Home))
}
