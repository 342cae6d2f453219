package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// socket is a listening socket as a service manager hands it over.
func socket(t *testing.T) (f *os.File, address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // the file is a copy
	if f, err = l.(*net.TCPListener).File(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, l.Addr().String()
}

// serve runs a server until stop is called.
func serve(t *testing.T, s *Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return func() { cancel(); <-ended }
}

func TestServesAtASocketThatItWasHandedAgainAndAgain(t *testing.T) {
	f, address := socket(t)
	for range 2 { // a house that is built anew
		s := newHouse(t, func(o *Options) { o.Inherited = Inherited{http: f} }).server
		if http, https := s.Addresses(); len(http) != 1 || http[0] != "http://"+address || len(https) != 0 {
			t.Errorf("the page is at %v, %v", http, https)
		}
		stop := serve(t, s)
		answer, err := http.Get("http://" + address + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.HasPrefix(string(text), "ok") {
			t.Errorf("%q, %v", text, err)
		}
		stop()
	}
	if missing := (Inherited{http: f}).Missing(); len(missing) != 1 || missing[0] != "https" {
		t.Errorf("missing %v", missing)
	}
}

func TestASocketThatIsNone(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := newHouse(t, nil)
	o := h.options()
	o.Inherited = Inherited{https: f}
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "service manager") {
		t.Errorf("it says %v", err)
	}
}

func TestTheServerVisitsItself(t *testing.T) {
	f, _ := socket(t)
	g, _ := socket(t)
	s := newHouse(t, func(o *Options) { o.Inherited = Inherited{http: f, https: g} }).server
	knock := func() (plain, secure error) {
		return s.knock(t.Context(), "http", s.http), s.knock(t.Context(), "https", s.https)
	}
	stop := serve(t, s)
	if plain, secure := knock(); plain != nil || secure != nil {
		t.Errorf("%v, %v", plain, secure)
	}
	stop()
	// The sockets still take connections, as with a server that hangs.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.knock(ctx, "http", s.http); err == nil {
		t.Error("a server that does not answer is visited")
	}
	if err := s.knock(t.Context(), "https", nil); err != nil {
		t.Errorf("a door that there is not: %v", err)
	}
	if _, due := s.Signs(); !due {
		t.Error("nothing is due")
	}
}

func TestInside(t *testing.T) {
	for bound, want := range map[string]string{
		"[::]:80": "127.0.0.1:80 [::1]:80", "0.0.0.0:443": "127.0.0.1:443 [::1]:443",
		"127.0.0.1:8080": "127.0.0.1:8080", "[fd00::1]:80": "[fd00::1]:80",
	} {
		if got, err := inside(bound); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", bound, got, err)
		}
	}
}

func TestDialsTheFirstThatAnswers(t *testing.T) {
	f, address := socket(t)
	free, closed := socket(t)
	free.Close()
	conn, err := dialFirst(t.Context(), []string{closed, address})
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	f.Close()
	if conn, err := dialFirst(t.Context(), []string{closed}); err == nil {
		conn.Close()
		t.Error("nobody answers, and that is no error")
	}
}
