package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"babymonitor/internal/state"
	"babymonitor/web/access"
	"babymonitor/web/cert"
)

// Server is the doors.
type Server struct {
	o          Options
	gate       *access.Gate
	cert       *cert.Keeper
	live       *live
	metrics    *metrics
	page       *page
	mux        *http.ServeMux
	sameOrigin *http.CrossOriginProtection
	hostname   string
	mjpegs     chan struct{} // who watches that way

	http, https *entrance    // nil: not opened
	visits      atomic.Int64 // paid to itself and answered
}

// entrance is an address that the server listens at.
type entrance struct {
	address, option string
	socket          *os.File     // that it was handed; nil: it opens its own
	now             net.Listener // nil once it has been served
}

// New reads the people and the certificates, makes them on a new device, and
// opens the ports; they are served once [Server.Run] runs. The error says what
// to do.
func New(o Options) (*Server, error) {
	gate, err := access.Open(access.Options{Dir: o.Data, OpenSetup: o.OpenSetup, Log: o.Log})
	if err != nil {
		return nil, err
	}
	keeper, err := cert.Open(certificates(o))
	if err != nil {
		return nil, err
	}
	s := &Server{
		o: o, gate: gate, cert: keeper, live: newLive(o.State),
		sameOrigin: http.NewCrossOriginProtection(), mjpegs: make(chan struct{}, mostMJPEG),
	}
	if name, err := os.Hostname(); err == nil {
		s.hostname = strings.ToLower(name)
	}
	if s.metrics, err = newMetrics(o, s.live.count); err != nil {
		return nil, err
	}
	if s.page, err = newPage(o.Page); err != nil {
		return nil, fmt.Errorf("read the built page: %w", err)
	}
	s.mux = s.newMux()
	return s, s.open()
}

// hosts is what the device is reached by now.
func (o Options) hosts() cert.Hosts {
	here := cert.Here()
	if o.Announced != nil {
		here.Announced = o.Announced()
	}
	return here
}

// certificates is what the keeper of the certificates is told.
func certificates(o Options) cert.Options {
	a := o.Settings.Get().Access
	return cert.Options{
		Dir: filepath.Join(o.Data, "tls"), Hosts: o.hosts, ClockSet: o.ClockSet, Given: a.Certificate, GivenKey: a.Key, Log: o.Log,
		OnStatus: func(now cert.Status) {
			o.State.Update(func(s *state.State) {
				s.Device.Certificate = state.Certificate{Given: now.Given, Names: now.Names, Until: now.Until.UTC().Format(time.DateOnly), Problem: now.Problem}
			})
		},
	}
}

// open opens the ports, and leaves none open where one cannot be.
func (s *Server) open() (err error) {
	if s.http, err = enter(s.o.HTTP, "--http", s.o.Inherited.http); err != nil {
		return err
	}
	if s.https, err = enter(s.o.HTTPS, "--https", s.o.Inherited.https); err != nil {
		s.Close()
	}
	return err
}

func enter(address, option string, socket *os.File) (*entrance, error) {
	if address == "" && socket == nil {
		return nil, nil
	}
	e := &entrance{address: address, option: option, socket: socket}
	var err error
	if e.now, err = e.open(); err != nil {
		return nil, err
	}
	e.address = e.now.Addr().String()
	return e, nil
}

func (e *entrance) open() (net.Listener, error) {
	if e.socket != nil {
		l, err := net.FileListener(e.socket) // which is a copy
		if err != nil {
			return nil, fmt.Errorf("the socket that the service manager has opened for %s cannot be used: %w", e.option, err)
		}
		return newLimited(l), nil
	}
	return listen(e.address, e.option)
}

// Close closes the ports of a server that never ran.
func (s *Server) Close() {
	for _, e := range []*entrance{s.http, s.https} {
		if e != nil && e.now != nil {
			e.now.Close()
		}
	}
}

// Addresses returns how a browser gets to the page now, as URLs.
func (s *Server) Addresses() (http, https []string) {
	hosts := s.o.hosts()
	hosts.Names = announced(hosts.Names, hosts.Announced)
	at := func(scheme string, e *entrance) []string {
		if e == nil {
			return []string{}
		}
		bound, err := net.ResolveTCPAddr("tcp", e.address)
		if err != nil {
			return []string{}
		}
		return urls(scheme, bound, hosts)
	}
	return at("http", s.http), append(s.given(), at("https", s.https)...)
}

// given returns the encrypted page under the names of the owner's certificate,
// which phones trust as they are.
func (s *Server) given() []string {
	var all []string
	for _, name := range s.cert.Names() {
		if origin := s.secureOrigin(name); origin != "" { // not "*.example.org"
			all = append(all, origin)
		}
	}
	return all
}

// announced returns names with the one under .local that is true: another
// device may have had it first.
func announced(names []string, name string) []string {
	if name == "" {
		return names
	}
	return append([]string{name}, slices.DeleteFunc(slices.Clone(names), func(n string) bool { return strings.HasSuffix(n, ".local") })...)
}

// SetupCode returns the code that sets the monitor up; "" once that is done.
func (s *Server) SetupCode() string { return s.gate.Code() }

// Handler is all doors behind the guard, for one who listens by himself.
func (s *Server) Handler() http.Handler { return s.guard(s.mux) }

// Run serves until ctx ends and returns when every request has ended. It may
// be called again after it has failed.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts := []func(context.Context) error{s.gate.Run, s.cert.Run, s.live.run, s.visit}
	for _, e := range []*entrance{s.http, s.https} {
		if e == nil {
			continue
		}
		l, err := e.listener()
		if err != nil {
			return err
		}
		defer l.Close()
		parts = append(parts, func(ctx context.Context) error { return s.serve(ctx, l, e == s.https) })
	}
	ended := make(chan error, len(parts))
	var all sync.WaitGroup
	for _, part := range parts {
		all.Go(func() {
			ended <- catch(ctx, part)
			cancel() // one that fails ends the others
		})
	}
	all.Wait()
	close(ended)
	var errs []error
	for err := range ended {
		if err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// listener returns what New has opened, or opens it again.
func (e *entrance) listener() (net.Listener, error) {
	if l := e.now; l != nil {
		e.now = nil
		return l, nil
	}
	return e.open()
}

// catch makes an error of a panic, which would end the whole program.
func catch(ctx context.Context, part func(context.Context) error) (err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("a mistake in the program: %v", wrong)
		}
	}()
	return part(ctx)
}

// serve answers at one listener until ctx ends.
func (s *Server) serve(ctx context.Context, l net.Listener, secure bool) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug), // handshakes that strangers break off
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		soon, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close()
		}
	})
	var err error
	if secure {
		server.TLSConfig = s.cert.TLS()
		err = server.ServeTLS(l, "", "")
	} else {
		err = server.Serve(l)
	}
	if stop() {
		server.Close() // it ended by itself
		return err
	}
	<-stopped
	return ctx.Err()
}
