package web

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"

	"babymonitor/web/cert"
)

// How many connections there may be, so that neither one device nor all
// together take the memory from the picture.
const (
	mostConnections = 1024
	mostFromOne     = 300
)

// listen opens a door. The error says which setting of the program to change.
func listen(address, option string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return newLimited(l), nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program uses %s already; stop it, or choose another address with %s", address, option)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("the system does not let this user listen at %s; choose a port above 1023 with %s, or allow it (CAP_NET_BIND_SERVICE)", address, option)
	default:
		return nil, fmt.Errorf("cannot listen at %s: %w; choose another address with %s", address, err, option)
	}
}

// limited is a listener that hangs up on who has too many connections.
type limited struct {
	net.Listener

	mu   sync.Mutex
	open int
	from map[netip.Addr]int
}

func newLimited(l net.Listener) *limited {
	return &limited{Listener: l, from: map[netip.Addr]int{}}
}

// Accept returns the next connection that is not one too many.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		at, _ := netip.ParseAddrPort(c.RemoteAddr().String())
		if l.enter(at.Addr()) {
			return &counted{Conn: c, leave: sync.OnceFunc(func() { l.leave(at.Addr()) })}, nil
		}
		c.Close()
	}
}

func (l *limited) enter(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= mostConnections || l.from[from] >= mostFromOne {
		return false
	}
	l.open++
	l.from[from]++
	return true
}

func (l *limited) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.from[from]--; l.from[from] == 0 {
		delete(l.from, from)
	}
}

// counted is a connection that is counted until it closes.
type counted struct {
	net.Conn
	leave func()
}

// Close closes the connection.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}

// urls returns how a browser gets to a listener: by name and by every address
// where it listens at all of them.
func urls(scheme string, at net.Addr, hosts cert.Hosts) []string {
	bound, err := netip.ParseAddrPort(at.String())
	if err != nil {
		return nil
	}
	port := fmt.Sprintf(":%d", bound.Port())
	if scheme == "http" && bound.Port() == 80 || scheme == "https" && bound.Port() == 443 {
		port = ""
	}
	if !bound.Addr().IsUnspecified() {
		return []string{scheme + "://" + bracketed(bound.Addr().Unmap()) + port}
	}
	var all []string
	for _, name := range hosts.Names {
		if len(name) > 6 && name[len(name)-6:] == ".local" {
			all = append(all, scheme+"://"+name+port)
		}
	}
	for _, a := range hosts.Addresses {
		if !a.IsLinkLocalUnicast() {
			all = append(all, scheme+"://"+bracketed(a)+port)
		}
	}
	return all
}

func bracketed(a netip.Addr) string {
	if a.Is6() {
		return "[" + a.String() + "]"
	}
	return a.String()
}
