package web

import (
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"

	"babymonitor/internal/state"
	"babymonitor/internal/wifi"
)

// ownNetwork is where phones are in the monitor's own Wi-Fi; the simulated one
// is the machine itself.
func ownNetwork(a netip.Addr) bool {
	return netip.MustParsePrefix("10.42.0.0/24").Contains(a) || a.IsLoopback()
}

// throughOwn says whether a request comes through the monitor's own Wi-Fi.
func (s *Server) throughOwn(r *http.Request) bool {
	return s.o.WiFi != nil && s.o.WiFi.OwnOpen() && ownNetwork(source(r))
}

// probes are the paths at which phones look whether the internet is there:
// Android and Chrome, Apple, Windows, Firefox.
var probes = regexp.MustCompile(`^/(generate_204|gen_204|hotspot-detect\.html|library/test/success\.html|connecttest\.txt|ncsi\.txt|redirect|success\.txt|canonical\.html)$`)

// captive returns where a phone in the monitor's own Wi-Fi is sent whatever it
// looks for, so that it opens the page by itself; "" where it need not be sent.
func (s *Server) captive(r *http.Request) string {
	if r.TLS != nil || r.URL.Path == healthPath || !s.throughOwn(r) { // who asks how the monitor does is no visitor
		return ""
	}
	s.o.WiFi.Visited()
	if r.Method != http.MethodGet && r.Method != http.MethodHead || s.ownName(r.Host) && !probes.MatchString(r.URL.Path) {
		return ""
	}
	at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}
	return "http://" + strings.TrimSuffix(at.String(), ":80") + "/"
}

// networkBefore is what somebody may know of the network before they are let
// in, while the monitor has none but its own.
type networkBefore struct {
	Own     bool               `json:"own"`
	Name    string             `json:"name"` // where it will be found, as "http://babymonitor.local"
	Joining string             `json:"joining"`
	Problem *state.WiFiProblem `json:"problem"`
}

func (s *Server) networkBefore() *networkBefore {
	if s.o.WiFi == nil || !s.o.WiFi.OwnOpen() {
		return nil
	}
	now := s.o.State.Get()
	b := &networkBefore{Own: true}
	if len(now.Device.HTTP) > 0 {
		b.Name = now.Device.HTTP[0]
	}
	if now.Network != nil {
		b.Joining, b.Problem = now.Network.Joining, now.Network.Problem
	}
	return b
}

// bySetupCode says whether the set-up code, in the header Setup-Code, is what
// opens a door of a new monitor that nobody has set up. It may be set up by a
// back-up; and it needs a network first, which is chosen only within its own
// Wi-Fi.
func (s *Server) bySetupCode(door who, r *http.Request) bool {
	if door != founder && (door != chooser || !s.throughOwn(r)) {
		return false
	}
	needed, _ := s.gate.SetupNeeded()
	return needed
}

// errNoWiFi is the answer where the network is somebody else's matter.
func errNoWiFi() error {
	return refuse(http.StatusNotFound, "this monitor does not care for its network; set it up on the machine itself")
}

func (s *Server) networks(w http.ResponseWriter, r *http.Request) error {
	if s.o.WiFi == nil {
		return errNoWiFi()
	}
	found, err := s.o.WiFi.Networks(r.Context())
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, struct {
		Networks []wifi.Network `json:"networks"`
		Own      wifi.Own       `json:"own"`
	}{orEmpty(found), s.o.WiFi.Own()})
}

var soundCountry = regexp.MustCompile(`^([A-Z]{2})?$`)

func (s *Server) chooseWiFi(w http.ResponseWriter, r *http.Request) error {
	if s.o.WiFi == nil {
		return errNoWiFi()
	}
	var body struct {
		wifi.Choice
		Country string `json:"country"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if !soundCountry.MatchString(body.Country) {
		return wrongField("country", `has two capital letters, as "DE"`)
	}
	if err := s.o.WiFi.Choose(body.Choice, body.Country); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}
