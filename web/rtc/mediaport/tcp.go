package mediaport

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// listener accepts TCP connections within bounds.
type listener struct {
	*net.TCPListener
	counts *counts

	mu      sync.Mutex
	open    int
	perHost map[netip.Addr]int
}

func newListener(l *net.TCPListener, c *counts) *listener {
	return &listener{TCPListener: l, counts: c, perHost: make(map[netip.Addr]int)}
}

// Accept waits for the next connection that is within bounds; others are closed
// at once.
func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.TCPListener.AcceptTCP()
		if ne, ok := err.(net.Error); ok && ne.Timeout() { //nolint:errorlint // as net/http does
			continue
		}
		if err != nil {
			if isTemporary(err) { // out of file descriptors: wait for some to be freed
				time.Sleep(50 * time.Millisecond)
				continue
			}
			return nil, err
		}
		host := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
		if !l.enter(host) {
			l.counts.Refused.Add(1)
			_ = conn.SetLinger(0)
			_ = conn.Close()
			continue
		}
		l.counts.Accepted.Add(1)
		return &boundedConn{TCPConn: conn, leave: sync.OnceFunc(func() { l.leave(host) })}, nil
	}
}

func (l *listener) enter(host netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= maxConns || l.perHost[host] >= maxConnsPerHost {
		return false
	}
	l.open++
	l.perHost[host]++
	return true
}

func (l *listener) leave(host netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.perHost[host]--; l.perHost[host] == 0 {
		delete(l.perHost, host)
	}
}

// boundedConn gives its place back when it is closed.
type boundedConn struct {
	*net.TCPConn
	leave func()
}

func (c *boundedConn) Close() error {
	c.leave()
	return c.TCPConn.Close()
}
