package sim

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"babymonitor/internal/wifi"
)

// What the network of the nursery can be: a known Wi-Fi in range, a cable, a
// new monitor that knows no Wi-Fi, or a router that is off.
const (
	networkWiFi  = "wifi"
	networkWired = "wired"
	networkNew   = "new"
	networkDown  = "down"
)

func networks() []string { return []string{networkWiFi, networkWired, networkNew, networkDown} }

// The Wi-Fi of the home, which a parent joins with this password.
const (
	homeSSID     = "Home"
	homePassword = "simulated home"
)

// joinTakes is how long joining a Wi-Fi takes.
const joinTakes = time.Second

// ether is the radio and what is on the air. It is guarded by the world's lock.
type ether struct {
	is     string // one of networks
	known  map[string]string
	link   wifi.Link
	ssid   string
	at     time.Time // when link began
	trying wifi.Choice
	failed string
	why    wifi.Why
}

// become sets the network. Everything that was chosen is forgotten.
func (e *ether) become(is string) {
	*e = ether{is: is, known: map[string]string{}, link: wifi.Idle}
	if is == networkWiFi || is == networkDown {
		e.known[homeSSID] = homePassword
	}
	if is == networkWiFi {
		e.link, e.ssid = wifi.Joined, homeSSID
	}
}

// around returns the Wi-Fis in range and their passwords.
func (e *ether) around() (all []wifi.Network, passwords map[string]string) {
	all = []wifi.Network{
		{SSID: homeSSID, Signal: 74, Security: wifi.WPA, Frequency: 2437},
		{SSID: "Upstairs 5G", Signal: 48, Security: wifi.WPA, Frequency: 5180},
		{SSID: "Café next door", Signal: 31, Security: wifi.Open, Frequency: 2412},
		{SSID: "Office", Signal: 22, Security: wifi.Enterprise, Frequency: 2462},
	}
	if e.is == networkDown {
		all = all[1:]
	}
	for i := range all {
		_, all[i].Known = e.known[all[i].SSID]
	}
	return all, map[string]string{homeSSID: homePassword, "Upstairs 5G": "not known to anybody", "Café next door": ""}
}

// settle ends a joining that has taken its time.
func (e *ether) settle(now time.Time) {
	if e.link != wifi.Joining || now.Sub(e.at) < joinTakes {
		return
	}
	all, passwords := e.around()
	e.link, e.failed, e.why = wifi.Idle, e.trying.SSID, wifi.None
	switch want, known := passwords[e.trying.SSID]; {
	case !slices.ContainsFunc(all, func(n wifi.Network) bool { return n.SSID == e.trying.SSID }):
		e.why = wifi.Missing
	case !known || want != e.trying.Password:
		e.why = wifi.Password
	default:
		e.link, e.ssid, e.failed = wifi.Joined, e.trying.SSID, ""
	}
}

func (e *ether) try(c wifi.Choice, now time.Time) {
	e.link, e.ssid, e.at, e.trying, e.failed, e.why = wifi.Joining, c.SSID, now, c, "", wifi.None
}

// tryKnown joins any known Wi-Fi, the wanted one first.
func (e *ether) tryKnown(first string, now time.Time) {
	e.link, e.ssid = wifi.Idle, ""
	for ssid, password := range e.known {
		if ssid == first || first == "" {
			e.try(wifi.Choice{SSID: ssid, Password: password}, now)
		}
	}
}

// Radio returns the nursery's network.
func (w *World) Radio() wifi.Manager { return radio{w} }

type radio struct{ w *World }

// Look implements [wifi.Manager].
func (r radio) Look(context.Context) (wifi.Look, error) {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	e := &r.w.ether
	e.settle(time.Now())
	wired := e.is == networkWired
	is := wifi.Look{Radio: true, Carrier: wired, Wired: wired, Link: e.link, SSID: e.ssid, Failed: e.failed, Why: e.why}
	for ssid := range e.known {
		is.Known = append(is.Known, ssid)
	}
	switch {
	case e.link == wifi.Joined:
		is.Signal, is.Addresses = 74, []netip.Addr{netip.MustParseAddr("192.168.1.23")}
	case e.link == wifi.OwnOpen:
		is.Addresses = []netip.Addr{netip.MustParseAddr("10.42.0.1")}
	case wired:
		is.Addresses = []netip.Addr{netip.MustParseAddr("192.168.1.24")}
	}
	return is, nil
}

// Networks implements [wifi.Manager].
func (r radio) Networks(context.Context) ([]wifi.Network, error) {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	all, _ := r.w.ether.around()
	return all, nil
}

// Do implements [wifi.Manager].
func (r radio) Do(_ context.Context, o wifi.Order) error {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	e, now := &r.w.ether, time.Now()
	e.settle(now)
	switch o.Kind {
	case wifi.OpenOwn:
		e.link, e.ssid = wifi.OwnOpen, o.Own.SSID
	case wifi.TryKnown:
		e.tryKnown("", now)
	case wifi.Join:
		e.try(o.Choice, now)
	case wifi.Keep:
		if e.link != wifi.Joined {
			return fmt.Errorf("%q is not joined", e.trying.SSID)
		}
		e.known[e.ssid] = e.trying.Password
		if e.is == networkNew {
			e.is = networkWiFi
		}
	case wifi.Forget:
		if e.link == wifi.OwnOpen {
			return nil
		}
		if e.link, e.ssid = wifi.Idle, ""; o.Back != "" {
			e.tryKnown(o.Back, now)
		}
	}
	return nil
}
