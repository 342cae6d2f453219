package web

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"babymonitor/internal/state"
	"babymonitor/internal/wifi"
)

// radio is a network that remembers what it was told.
type radio struct {
	h     *house
	own   atomic.Bool
	seen  atomic.Int32
	taken atomic.Bool
}

func (r *radio) Networks(context.Context) ([]wifi.Network, error) {
	return []wifi.Network{{SSID: "Home", Signal: 70, Security: wifi.WPA}}, nil
}

func (r *radio) Choose(c wifi.Choice, country string) error {
	if err := c.Check(); err != nil {
		return err
	}
	if r.taken.Swap(true) {
		return wifi.ErrBusy
	}
	r.h.did("join " + c.SSID + " " + c.Password + " " + country)
	return nil
}

func (r *radio) Own() wifi.Own {
	return wifi.Own{SSID: "Babymonitor-TEST", Password: "own password"}
}

func (r *radio) OwnOpen() bool { return r.own.Load() }

func (r *radio) Visited() { r.seen.Add(1) }

// newNursery is a house with a network, with a set-up code.
func newNursery(t *testing.T) (*house, *radio) {
	r := &radio{}
	h := newHouse(t, func(o *Options) { o.WiFi, o.OpenSetup = r, false })
	r.h = h
	h.store.Update(func(s *state.State) {
		s.Device.HTTP = []string{"http://babymonitor.local"}
		s.Network = &state.Network{Way: "own", Problem: &state.WiFiProblem{SSID: "Home", Why: "password", Detail: "wrong"}}
	})
	return h, r
}

const home = `{"ssid":"Home","password":"long enough","country":"DE"}`

func TestWiFiByTheSetupCode(t *testing.T) {
	h, r := newNursery(t)
	p := h.phone(t)
	code := h.server.SetupCode()
	p.want(401, "GET", "/api/wifi", "", "Setup-Code", code) // there is another network
	r.own.Store(true)
	p.want(403, "GET", "/api/wifi", "", "Setup-Code", "0000-000")
	p.want(403, "POST", "/api/wifi", home)
	if a := p.want(200, "GET", "/api/wifi", "", "Setup-Code", code); !strings.Contains(a.body, `"networks":[{"ssid":"Home"`) || !strings.Contains(a.body, `"own":{"ssid":"Babymonitor-TEST","password":"own password"}`) {
		t.Error(a.body)
	}
	if a := p.want(200, "GET", "/api/setup", ""); a.body != `{"needed":true,"code":true,"network":{"own":true,"name":"http://babymonitor.local","joining":"","problem":{"ssid":"Home","why":"password","detail":"wrong"}}}`+"\n" {
		t.Error(a.body)
	}
	p.want(422, "POST", "/api/wifi", `{"ssid":"Home","password":"short"}`, "Setup-Code", code)
	p.want(422, "POST", "/api/wifi", `{"ssid":"Home","country":"Germany"}`, "Setup-Code", code)
	p.want(422, "POST", "/api/wifi", `{"ssid":"Home","pass":"x"}`, "Setup-Code", code)
	p.want(202, "POST", "/api/wifi", home, "Setup-Code", code)
	p.want(409, "POST", "/api/wifi", home, "Setup-Code", code)
	if did := h.done(); len(did) != 1 || did[0] != "join Home long enough DE" {
		t.Errorf("did %q", did)
	}
	p.want(200, "POST", "/api/setup", `{"code":"`+code+`","name":"anna","password":"anna's password"}`)
	h.phone(t).want(401, "GET", "/api/wifi", "", "Setup-Code", code) // the code is used up
	p.want(200, "GET", "/api/wifi", "")
	if r.seen.Load() == 0 {
		t.Error("nobody has told that somebody is there")
	}
}

func TestGuessingTheCodeForTheWiFiIsSlow(t *testing.T) {
	h, r := newNursery(t)
	r.own.Store(true)
	p := h.phone(t)
	for range 5 {
		p.want(403, "GET", "/api/wifi", "", "Setup-Code", "0000-000")
	}
	p.want(429, "GET", "/api/wifi", "", "Setup-Code", h.server.SetupCode())
}

func TestCaptivePortal(t *testing.T) {
	h, r := newNursery(t)
	p := h.phone(t)
	p.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, probe := range [][2]string{
		{"connectivitycheck.gstatic.com", "/generate_204"}, {"captive.apple.com", "/hotspot-detect.html"},
		{"www.msftconnecttest.com", "/connecttest.txt"}, {"www.msftncsi.com", "/ncsi.txt"}, {"detectportal.firefox.com", "/canonical.html"},
		{"news.example", "/today"},
	} {
		r.own.Store(true)
		if a := p.ask("GET", probe[1], "", "Host", probe[0]); a.status != 302 || a.header.Get("Location") != h.front.URL+"/" || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s%s: %d to %q", probe[0], probe[1], a.status, a.header.Get("Location"))
		}
		p.want(421, "POST", probe[1], "{}", "Host", probe[0])
		r.own.Store(false)
		p.want(421, "GET", probe[1], "", "Host", probe[0])
	}
	for _, path := range []string{"/generate_204", "/hotspot-detect.html"} { // by address, as some do
		r.own.Store(true)
		p.want(302, "GET", path, "")
		r.own.Store(false)
		p.want(404, "GET", path, "")
	}
	r.own.Store(true)
	p.want(200, "GET", "/", "")
	p.want(200, "GET", "/api/setup", "", "Host", "babymonitor.local")
}

func TestAnnouncedName(t *testing.T) {
	h := newHouse(t, func(o *Options) {
		o.HTTP, o.Announced = ":0", func() string { return "babymonitor-2.local" }
	})
	defer h.server.Close()
	http, _ := h.server.Addresses()
	if len(http) == 0 || !strings.HasPrefix(http[0], "http://babymonitor-2.local:") || strings.Count(strings.Join(http, " "), ".local") != 1 {
		t.Errorf("addresses: %q", http)
	}
}

func TestWhoAsksHowTheMonitorDoesIsNoVisitor(t *testing.T) {
	h, r := newNursery(t)
	r.own.Store(true)
	phone := h.phone(t)
	phone.want(200, "GET", "/healthz", "")
	if n := r.seen.Load(); n != 0 {
		t.Errorf("%d visits", n)
	}
	phone.want(200, "GET", "/", "")
	if n := r.seen.Load(); n != 1 {
		t.Errorf("%d visits", n)
	}
}
