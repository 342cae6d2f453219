package mediaport

import (
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// waiting is how many packets wait at an end that is slow to read them.
const waiting = 64

// inbox is one session on one of the two families of addresses. The mux's lock
// guards all that changes.
type inbox struct {
	mux   *mux
	name  string
	paths []netip.AddrPort // the phone's addresses
	ends  []*end           // not closed
}

// learn makes sure that answers from an address that is written to find their
// way back, unless the address is another session's.
func (b *inbox) learn(a netip.AddrPort) {
	b.mux.mu.Lock()
	defer b.mux.mu.Unlock()
	if b.mux.paths[a] == nil && len(b.ends) > 0 && b.mux.boxes[family(a.Addr())][b.name] == b {
		b.mux.claim(a, b)
	}
}

// end is one of a session's ends: net.PacketConn and ice.AddrPortReaderWriter.
type end struct {
	*inbox
	by    *source
	queue chan *packet
	once  sync.Once
	done  chan struct{}
}

func newEnd(box *inbox, by *source) *end {
	return &end{inbox: box, by: by, queue: make(chan *packet, waiting), done: make(chan struct{})}
}

// put hands over a packet. It returns false when too many wait already.
func (e *end) put(p *packet) bool {
	select {
	case e.queue <- p:
		return true
	default:
		return false
	}
}

// ReadFromAddrPort waits for the next packet.
func (e *end) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case <-e.done:
		return 0, netip.AddrPort{}, io.EOF
	case p := <-e.queue:
		n, from := copy(b, p.data[:p.size]), p.from
		e.mux.pool.Put(p)
		return n, from, nil
	}
}

// WriteToAddrPort sends a packet.
func (e *end) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	select {
	case <-e.done:
		return 0, io.ErrClosedPipe
	default:
	}
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	e.learn(to)
	return e.mux.udp.send(b, e.by, to)
}

// Close gives the end up. The session is forgotten with its last.
func (e *end) Close() error {
	e.once.Do(func() {
		close(e.done)
		e.mux.mu.Lock()
		defer e.mux.mu.Unlock()
		e.ends = slices.DeleteFunc(e.ends, func(other *end) bool { return other == e })
		if len(e.ends) == 0 {
			e.mux.forget(e.inbox)
		}
	})
	return nil
}

// The rest is net.PacketConn for code that knows no more.

func (e *end) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := e.ReadFromAddrPort(b)
	if err != nil {
		return n, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

func (e *end) WriteTo(b []byte, to net.Addr) (int, error) {
	a, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, net.InvalidAddrError("not a UDP address")
	}
	return e.WriteToAddrPort(b, a.AddrPort())
}

func (e *end) LocalAddr() net.Addr              { return e.mux.udp.socket.LocalAddr() }
func (e *end) SetDeadline(time.Time) error      { return nil }
func (e *end) SetReadDeadline(time.Time) error  { return nil }
func (e *end) SetWriteDeadline(time.Time) error { return nil }

// view is the mux with the addresses that a phone may be told.
type view struct {
	*mux
	loopback bool
}

// GetListenAddresses lists this machine's addresses: not those that are valid on
// one link only, and loopback only for phones that are this machine.
func (v view) GetListenAddresses() []net.Addr {
	port := v.udp.socket.LocalAddr().(*net.UDPAddr).Port
	interfaces, err := v.net.Interfaces()
	if err != nil {
		return nil
	}
	var list []net.Addr
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && Usable(n.IP, v.loopback) {
				list = append(list, &net.UDPAddr{IP: n.IP, Port: port})
			}
		}
	}
	return list
}

// Usable tells whether phones can be told this address of the machine.
func Usable(ip net.IP, loopback bool) bool {
	if ip.IsLoopback() {
		return loopback
	}
	return ip.To4() != nil || !ip.IsLinkLocalUnicast()
}
