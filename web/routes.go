package web

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"babymonitor/web/access"
)

// who may pass a door.
type who int

const (
	anyone who = iota
	viewer
	parent
	chooser // a parent, or who may choose the Wi-Fi before there is one
	founder // a parent, or who knows the set-up code of a monitor that is not set up
)

// pace is how long a request may take.
type pace int

const (
	brisk  pace = iota // read and answered within seconds
	stream             // answers for as long as somebody listens
	upload             // reads for as long as something comes
)

// route is one door. A pattern is one of net/http's mux.
type route struct {
	pattern string
	who     who
	pace    pace
	do      func(w http.ResponseWriter, r *http.Request) error
}

// routes is every door of the device.
func (s *Server) routes() []route {
	whep, socket := mounted(s.o.Whep), mounted(s.o.Socket)
	return []route{
		{"/", anyone, brisk, s.page.serve},
		{"GET /healthz", anyone, brisk, s.health},
		{"GET /ca.crt", anyone, brisk, s.rootCertificate},
		{"GET /ca.mobileconfig", anyone, brisk, s.rootProfile},
		{"GET /trust", anyone, brisk, s.trustPage},
		{"GET /api/trust", anyone, brisk, s.trust},
		{"GET /api/setup", anyone, brisk, s.setupNeeded},
		{"POST /api/setup", anyone, brisk, s.setup},
		{"POST /api/login", anyone, brisk, s.login},
		{"GET /api/wifi", chooser, brisk, s.networks},
		{"POST /api/wifi", chooser, brisk, s.chooseWiFi},

		{"GET /api/session", viewer, brisk, s.session},
		{"POST /api/logout", viewer, brisk, s.logout},
		{"POST /api/password", viewer, brisk, s.password},
		{"GET /api/users", parent, brisk, s.users},
		{"POST /api/users", parent, brisk, s.addUser},
		{"DELETE /api/users/{name}", parent, brisk, s.removeUser},
		{"DELETE /api/viewers/{id}", parent, brisk, s.removeViewer},

		{"GET /api/state", viewer, brisk, s.state},
		{"GET /api/live", viewer, stream, s.live.serve},
		{"GET /api/history", viewer, brisk, s.history},
		{"GET /api/events", viewer, brisk, s.events},
		{"GET /api/settings", viewer, brisk, s.settings},
		{"PATCH /api/settings", parent, brisk, s.patchSettings},
		{"GET /api/doctor", parent, brisk, s.doctor},
		{"GET /api/qr.svg", viewer, brisk, s.qrCode},
		{"POST /api/update", parent, upload, s.update},
		{"POST /api/restart", parent, brisk, s.restart},
		{"POST /api/reset", parent, brisk, s.reset},
		{"GET /api/backup", parent, stream, s.backup},
		{"POST /api/restore", founder, upload, s.restore},
		{"GET /api/diagnostics", parent, brisk, s.diagnostics},
		{"GET /metrics", viewer, brisk, s.metrics.serve},

		{"POST /api/head", parent, brisk, s.head},
		{"GET /api/presets", viewer, brisk, s.presets},
		{"GET /api/presets/{name}", viewer, brisk, s.preset},
		{"PUT /api/presets/{name}", parent, brisk, s.savePreset},
		{"DELETE /api/presets/{name}", parent, brisk, s.deletePreset},
		{"POST /api/night", parent, brisk, s.night},
		{"POST /api/zoom", parent, brisk, s.zoom},
		{"GET /api/snapshot.jpg", viewer, brisk, s.snapshot},
		{"GET /api/stream.mjpg", viewer, stream, s.mjpeg},

		{"GET /api/lullabies", viewer, brisk, s.lullabies},
		{"POST /api/lullabies", parent, upload, s.addLullaby},
		{"DELETE /api/lullabies/{id}", parent, brisk, s.removeLullaby},
		{"POST /api/player", parent, brisk, s.player},

		{"POST /api/sim", parent, brisk, s.sim},
		{"GET /api/sim/speaker.wav", parent, brisk, s.speakerWAV},

		{"/whep", viewer, brisk, whep},
		{"/whep/", viewer, brisk, whep},
		{"GET /api/ws", viewer, brisk, socket},

		{"/api/", viewer, brisk, s.unknown},
	}
}

// mounted is a door that somebody else keeps.
func mounted(h http.Handler) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if h == nil {
			return refuse(http.StatusNotFound, "this monitor shows no live picture")
		}
		h.ServeHTTP(w, r)
		return nil
	}
}

// mux puts every door in its place.
func (s *Server) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, door := range s.routes() {
		mux.Handle(door.pattern, s.door(door))
	}
	return mux
}

// door lets in who may pass, and writes what goes wrong.
func (s *Server) door(door route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setPace(w, door.pace)
		if door.who == anyone {
			s.finish(w, r, door.do(w, r))
			return
		}
		if s.bySetupCode(door.who, r) {
			err := s.gate.CheckCode(source(r), r.Header.Get("Setup-Code"))
			if err == nil {
				err = door.do(w, r)
			}
			s.finish(w, r, err)
			return
		}
		caller, err := s.identify(r)
		if err != nil {
			s.finish(w, r, err)
			return
		}
		if door.who >= parent && caller.Role != access.Parent {
			s.finish(w, r, refuse(http.StatusForbidden, "only a parent can do this; you may see and hear"))
			return
		}
		if seen, ok := w.(*witness); ok {
			seen.name = caller.Name
		}
		ctx, cancel := caller.Bind(r.Context())
		defer cancel()
		s.finish(w, r, door.do(w, r.WithContext(access.WithCaller(ctx, caller))))
	})
}

// setPace bounds how long a request may take; a connection keeps what the one
// before has set.
func setPace(w http.ResponseWriter, p pace) {
	read, write := time.Now().Add(readWithin), time.Now().Add(answerIn)
	if p != brisk {
		read, write = time.Time{}, time.Time{}
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(read) // tests have connections without deadlines
	_ = control.SetWriteDeadline(write)
}

// finish writes what went wrong. Where the answer has begun it is broken off,
// so that half of it is not taken for the whole.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil || r.Context().Err() != nil && begun(w) {
		return
	}
	if begun(w) {
		panic(http.ErrAbortHandler)
	}
	p := problemOf(err)
	if p.Status >= 500 {
		s.o.Log.Warn("A request failed.", "method", r.Method, "path", r.URL.Path, "status", p.Status, "reason", err)
	}
	p.write(w, r)
}

// identify finds out who calls: by the session in the cookie, or by HTTP Basic.
func (s *Server) identify(r *http.Request) (access.Caller, error) {
	for _, token := range tokens(r) {
		if caller, ok := s.gate.Session(token); ok {
			return caller, nil
		}
	}
	name, password, ok := r.BasicAuth()
	if !ok {
		return access.Caller{}, refuse(http.StatusUnauthorized, "log in first")
	}
	return s.gate.Basic(r.Context(), source(r), access.Credentials{Name: name, Password: password})
}

// unknown answers what no door is at: 405 where another method would do.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.WithContext(r.Context())
		other.Method = method
		_, pattern := s.mux.Handler(other)
		if strings.HasPrefix(pattern, method+" ") {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return refuse(http.StatusNotFound, "there is nothing at "+r.URL.Path)
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return refuse(http.StatusMethodNotAllowed, "here one can only use "+strings.Join(allowed, ", "))
}

// source is the address that a request comes from.
func source(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return at.Addr().Unmap()
}

// isPage says whether the page asks, which shows its own login, or a program,
// which wants to be told that HTTP Basic will do. A browser would open a window
// of its own for that.
func isPage(r *http.Request) bool {
	return strings.HasPrefix(r.UserAgent(), "Mozilla/")
}
