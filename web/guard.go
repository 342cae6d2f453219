package web

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// policy is what the page may do: nothing but what comes from this device, which
// is also asked over https whether its certificate is trusted.
func (s *Server) policy(host string) string {
	return strings.Replace(policy, "connect-src 'self'", strings.TrimSuffix("connect-src 'self' "+s.secureOrigin(host), " "), 1)
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
	"media-src 'self' blob:; connect-src 'self' ws: wss:; manifest-src 'self'; worker-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guard stands before every door: it logs, mends panics, and turns away what a
// strange page makes a browser do.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &witness{ResponseWriter: w, began: time.Now()}
		defer s.note(seen, r)
		defer s.mend(seen, r)
		setHeaders(w.Header())
		w.Header().Set("Content-Security-Policy", s.policy(r.Host))
		if to := s.captive(r); to != "" {
			http.Redirect(seen, r, to, http.StatusFound)
			return
		}
		if p := s.strange(r); p != nil {
			setPace(seen, brisk)
			p.write(seen, r)
			return
		}
		if origin := r.Header.Get("Origin"); s.allowed(origin) {
			share(w.Header(), origin)
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				seen.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(seen, r)
	})
}

func setHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "microphone=(self), autoplay=(self), fullscreen=(self), screen-wake-lock=(self), picture-in-picture=(self), camera=(), geolocation=()")
	h.Set("Cache-Control", "no-store")
}

// share lets the page of an allowed origin read the answers. Such a page gets
// in by HTTP Basic; the session's cookie does not travel across sites.
func share(h http.Header, origin string) {
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
	h.Set("Access-Control-Expose-Headers", "ETag, Location, Link, Accept-Post, Accept-Patch, Retry-After")
	h.Set("Access-Control-Max-Age", "600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// strange says what is wrong with where a request comes from.
func (s *Server) strange(r *http.Request) *Problem {
	if !s.ownName(r.Host) {
		return refuse(http.StatusMisdirectedRequest,
			"this monitor does not answer to that name; open it by its address or its name under .local, or let a parent put the name into allowed_origins of the section [access]")
	}
	if s.allowed(r.Header.Get("Origin")) {
		return nil
	}
	asked := r
	if r.Header.Get("Upgrade") != "" { // a WebSocket is no safe GET
		asked = r.WithContext(r.Context())
		asked.Method = http.MethodPost
	}
	if s.sameOrigin.Check(asked) != nil {
		return refuse(http.StatusForbidden, "another web page has sent this; open the monitor's own page, or let a parent put the other page into allowed_origins of the section [access]")
	}
	return nil
}

// allowed says whether a parent has allowed an origin.
func (s *Server) allowed(origin string) bool {
	return origin != "" && slices.Contains(s.o.Settings.Get().Access.AllowedOrigins, origin)
}

// ownName says whether a Host header names this device. A web page elsewhere
// can point a public name of its own at this address (DNS rebinding), but not
// one of these.
func (s *Server) ownName(hostport string) bool {
	host := hostOf(hostport)
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if host == "" || !strings.Contains(host, ".") || host == s.hostname {
		return true
	}
	if s.cert.Covers(host) { // nobody but its owner has a certificate for it
		return true
	}
	for _, ending := range []string{".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa"} {
		if strings.HasSuffix(host, ending) {
			return true
		}
	}
	return slices.ContainsFunc(s.o.Settings.Get().Access.AllowedOrigins, func(origin string) bool {
		u, err := url.Parse(origin)
		return err == nil && strings.EqualFold(u.Hostname(), host)
	})
}

// mend keeps one request's panic from the others.
func (s *Server) mend(w *witness, r *http.Request) {
	wrong := recover()
	if wrong == nil {
		return
	}
	if wrong == http.ErrAbortHandler {
		panic(wrong) // net/http's way to break an answer off
	}
	s.o.Log.Error("A mistake in the program broke a request.", "method", r.Method, "path", r.URL.Path,
		"what", wrong, "stack", string(debug.Stack()))
	if begun(w) {
		panic(http.ErrAbortHandler)
	}
	refuse(http.StatusInternalServerError, "something in the monitor went wrong; it is in its log").write(w, r)
}

// note counts and logs a request: neither its query nor its headers, which may
// hold secrets.
func (s *Server) note(w *witness, r *http.Request) {
	s.metrics.count(r.Method, w.status)
	s.o.Log.LogAttrs(r.Context(), slog.LevelDebug, "request",
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", w.status),
		slog.Duration("took", time.Since(w.began)), slog.Any("from", source(r)), slog.String("name", w.name))
}

// witness sees what is answered.
type witness struct {
	http.ResponseWriter
	began  time.Time
	status int
	name   string // of the caller
}

// WriteHeader notes the status.
func (w *witness) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes that the answer has begun.
func (w *witness) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what is written.
func (w *witness) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Hijack hands the connection over, to a WebSocket.
func (w *witness) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// begun says whether an answer is on its way.
func begun(w http.ResponseWriter) bool {
	seen, ok := w.(*witness)
	return ok && seen.status != 0
}
