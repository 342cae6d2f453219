package mediaport

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// datagram is the size of the largest packet that is taken.
const datagram = 2048

// mux shares the UDP socket among the sessions: a packet belongs to the session
// whose ICE user name a STUN request carries, and any other packet to the one
// that has spoken with its sender. It is an ice.UDPMux but for the addresses;
// see view.
//
// A session has several ends, one for each of the machine's addresses. A packet
// comes in by the end with the address that it was sent to, and answers leave
// from there: phones ignore an answer that comes from elsewhere.
type mux struct {
	udp   *udpConn
	net   *liveNet
	pool  sync.Pool
	done  chan struct{}
	mu    sync.Mutex
	boxes [2]map[string]*inbox // by ICE user name, for IPv4 and IPv6
	paths map[netip.AddrPort]*inbox
	shut  bool
}

func newMux(udp *udpConn, addresses *liveNet) *mux {
	m := &mux{udp: udp, net: addresses, done: make(chan struct{}), paths: make(map[netip.AddrPort]*inbox)}
	m.pool.New = func() any { return new(packet) }
	for i := range m.boxes {
		m.boxes[i] = make(map[string]*inbox)
	}
	go m.receive()
	return m
}

// packet is one that waits for its session.
type packet struct {
	from netip.AddrPort
	to   netip.Addr // which of the machine's addresses
	size int
	data [datagram]byte
}

// receive hands packets to their sessions until the socket closes. Close waits
// for it.
func (m *mux) receive() {
	defer close(m.done)
	p := m.pool.Get().(*packet)
	for {
		var err error
		if p.size, p.from, p.to, err = m.udp.read(p.data[:]); err != nil {
			return
		}
		if e := m.addressee(p); e != nil && p.size < datagram && e.put(p) {
			p = m.pool.Get().(*packet)
			continue
		}
		m.udp.counts.Garbage.Add(1)
	}
}

// addressee finds whose packet it is; nil if nobody's.
func (m *mux) addressee(p *packet) *end {
	m.mu.Lock()
	defer m.mu.Unlock()
	box := m.paths[p.from]
	if name, ok := userName(p.data[:p.size]); ok {
		box = m.boxes[family(p.from.Addr())][string(name)]
		if box != nil && m.paths[p.from] != box {
			m.claim(p.from, box)
		}
	}
	if box == nil || len(box.ends) == 0 {
		return nil
	}
	for _, e := range box.ends {
		if e.by.addr == p.to {
			return e
		}
	}
	return box.ends[0]
}

// claim makes an address the path of a session. The caller holds mu.
func (m *mux) claim(a netip.AddrPort, box *inbox) {
	if old := m.paths[a]; old != nil {
		old.paths = slices.DeleteFunc(old.paths, func(p netip.AddrPort) bool { return p == a })
	}
	m.paths[a] = box
	box.paths = append(box.paths, a)
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// userName returns our half of the user name in a STUN binding request (RFC
// 8489, 5 and 14.3; RFC 8445, 7.2.2).
func userName(b []byte) ([]byte, bool) {
	const header, binding, cookie, attribute = 20, 1, 0x2112a442, 6
	if len(b) < header || binary.BigEndian.Uint16(b) != binding || binary.BigEndian.Uint32(b[4:]) != cookie {
		return nil, false
	}
	rest := b[header:]
	for len(rest) >= 4 {
		kind, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if size > len(rest)-4 {
			return nil, false
		}
		if kind == attribute {
			name := rest[4 : 4+size]
			if i := slices.Index(name, ':'); i >= 0 {
				return name[:i], true
			}
			return name, true
		}
		rest = rest[min(4+(size+3)&^3, len(rest)):]
	}
	return nil, false
}

// GetConn makes an end of the session with this user name.
func (m *mux) GetConn(name string, local net.Addr) (net.PacketConn, error) {
	a, ok := local.(*net.UDPAddr)
	if !ok {
		return nil, net.InvalidAddrError("not a UDP address")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shut {
		return nil, io.ErrClosedPipe
	}
	here := a.AddrPort().Addr().Unmap()
	boxes := m.boxes[family(here)]
	box := boxes[name]
	if box == nil {
		box = &inbox{mux: m, name: strings.Clone(name)}
		boxes[box.name] = box
	}
	e := newEnd(box, m.udp.from(here))
	box.ends = append(box.ends, e)
	return e, nil
}

// RemoveConnByUfrag forgets the session with this user name.
func (m *mux) RemoveConnByUfrag(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, boxes := range m.boxes {
		if box := boxes[name]; box != nil {
			m.forget(box)
		}
	}
}

// forget takes a session out. The caller holds mu.
func (m *mux) forget(box *inbox) {
	for _, boxes := range m.boxes {
		if boxes[box.name] == box {
			delete(boxes, box.name)
		}
	}
	for _, a := range box.paths {
		delete(m.paths, a)
	}
	box.paths = nil
}

// Close closes the socket and waits until nothing is received any more.
func (m *mux) Close() error {
	m.mu.Lock()
	m.shut = true
	m.mu.Unlock()
	err := m.udp.socket.Close()
	<-m.done
	return err
}
