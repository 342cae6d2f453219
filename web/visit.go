package web

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"
)

// healthPath is where programs ask how the monitor does, itself among them.
const healthPath = "/healthz"

const (
	visitEvery  = 15 * time.Second
	visitWithin = 5 * time.Second
)

// visit knocks at the server's own ports from time to time, until ctx ends, and
// counts the visits at which every one of them answered.
func (s *Server) visit(ctx context.Context) error {
	tick := time.NewTicker(visitEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := errors.Join(s.knock(ctx, "http", s.http), s.knock(ctx, "https", s.https)); err == nil {
			s.visits.Add(1)
		} else if ctx.Err() == nil {
			s.o.Log.Warn("The page does not answer the monitor itself.", "reason", err)
		}
	}
}

// knock asks at one port; any answer will do.
func (s *Server) knock(ctx context.Context, scheme string, e *entrance) error {
	if e == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, visitWithin)
	defer cancel()
	addresses, err := inside(e.address)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+addresses[0]+healthPath, nil)
	if err != nil {
		return err
	}
	// Whether the certificate in force would be taken by others is not the
	// question here: it may be the owner's own, for another name.
	way := &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialFirst(ctx, addresses)
		},
	}
	answer, err := way.RoundTrip(r)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// inside is where the program itself reaches an address that it listens at: by
// number, since there may be nobody to ask for a name, not even localhost's.
func inside(bound string) ([]string, error) {
	host, port, err := net.SplitHostPort(bound)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		return []string{bound}, nil
	}
	return []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}, nil
}

// dialFirst connects to the first of addresses that takes a connection.
func dialFirst(ctx context.Context, addresses []string) (net.Conn, error) {
	var errs []error
	for _, a := range addresses {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", a)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// Signs counts the visits that the server has paid to itself and that were
// answered; one is always due.
func (s *Server) Signs() (count int64, due bool) { return s.visits.Load(), true }
