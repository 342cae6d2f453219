package mediaport

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// A batch is at most maxSegments packets and maxBatch bytes: what Linux takes
// in one segmented message over IPv4 and IPv6.
const (
	maxSegments = 64
	maxBatch    = 64000
)

// udpConn is the UDP socket as ICE sees it, with batching. It implements
// net.PacketConn and ice.AddrPortReaderWriter.
type udpConn struct {
	socket *net.UDPConn
	counts *counts
	log    *slog.Logger

	mu     sync.Mutex
	corks  int            // batches open
	timed  bool           // the socket has a write deadline
	jammed bool           // it did not take a message in time
	addr   netip.AddrPort // where the batch goes
	segs   int            // packets in the batch
	seg    int            // size of every packet but the last
	batch  []byte
	closed bool // the batch's last packet is shorter: no more may follow
	oob    []byte
}

func newUDPConn(socket *net.UDPConn, c *counts, log *slog.Logger) *udpConn {
	_ = socket.SetWriteBuffer(socketBuffer) // the kernel takes what it allows
	_ = socket.SetReadBuffer(socketBuffer)
	c.segmenting.Store(canSegment(socket))
	return &udpConn{socket: socket, counts: c, log: log, batch: make([]byte, 0, maxBatch), oob: segmentControl()}
}

func (u *udpConn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := u.socket.ReadFromUDPAddrPort(b)
		switch {
		case err == nil:
			u.counts.Received.Add(1)
			return n, from, nil
		case errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrDeadlineExceeded):
			return n, from, err
		case errors.Is(err, syscall.ENOMEM), errors.Is(err, syscall.ENOBUFS):
			time.Sleep(time.Millisecond) // the kernel is short of memory: let it recover
		}
		// Other errors are about one packet, not about the socket.
	}
}

func (u *udpConn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	u.mu.Lock()
	if u.corks > 0 && len(b) <= maxBatch/2 {
		u.add(b, to)
		u.mu.Unlock()
		return len(b), nil
	}
	u.mu.Unlock()
	return u.write(b, nil, 1, to)
}

// add puts a packet into the batch, sending first what it cannot follow.
func (u *udpConn) add(b []byte, to netip.AddrPort) {
	full := u.segs >= maxSegments || len(u.batch)+len(b) > maxBatch
	if u.segs > 0 && (to != u.addr || u.closed || len(b) > u.seg || full) {
		u.flush()
	}
	if u.segs == 0 {
		u.addr, u.seg, u.closed = to, len(b), false
	}
	u.closed = u.closed || len(b) < u.seg
	u.batch = append(u.batch, b...)
	u.segs++
}

func (u *udpConn) cork() {
	u.mu.Lock()
	u.corks++
	u.mu.Unlock()
}

func (u *udpConn) uncork() {
	u.mu.Lock()
	u.flush()
	u.corks--
	if u.corks == 0 && u.timed {
		u.timed, u.jammed = false, false
		_ = u.socket.SetWriteDeadline(time.Time{})
	}
	u.mu.Unlock()
}

// flush sends the batch. The caller holds mu.
func (u *udpConn) flush() {
	if u.segs == 0 {
		return
	}
	switch {
	case u.jammed: // the network has had its chance: packets are lost, not everyone's time
		u.counts.Dropped.Add(uint64(u.segs))
	case u.segs > 1 && u.counts.segmenting.Load() && u.segmented():
	default:
		u.separately()
	}
	u.segs, u.batch = 0, u.batch[:0]
}

// segmented sends the batch as one message. It returns false where that does
// not go: on this path, or with this network card and then for good.
func (u *udpConn) segmented() bool {
	setSegmentSize(u.oob, u.seg)
	err := u.patiently(u.batch, u.oob, u.segs)
	if !refused(err) {
		return true
	}
	if cardCannot(err) {
		u.counts.segmenting.Store(false)
		u.log.Info("the network card does not segment UDP: packets leave one by one", "err", err)
	}
	return false
}

// separately sends the batch packet by packet.
func (u *udpConn) separately() {
	for i, rest := 0, u.batch; len(rest) > 0; i++ {
		if u.jammed {
			u.counts.Dropped.Add(uint64(u.segs - i))
			return
		}
		n := min(u.seg, len(rest))
		_ = u.patiently(rest[:n], nil, 1)
		rest = rest[n:]
	}
}

// patiently is write for the batch: it waits only so long. The caller holds mu.
func (u *udpConn) patiently(b, oob []byte, packets int) error {
	u.timed = true
	_ = u.socket.SetWriteDeadline(time.Now().Add(writePatience))
	_, err := u.write(b, oob, packets, u.addr)
	u.jammed = u.jammed || errors.Is(err, os.ErrDeadlineExceeded)
	return err
}

// write hands packets to the kernel and counts them.
func (u *udpConn) write(b, oob []byte, packets int, to netip.AddrPort) (int, error) {
	n, _, err := u.socket.WriteMsgUDPAddrPort(b, oob, to)
	if err != nil {
		if !refused(err) {
			u.counts.Dropped.Add(uint64(packets))
		}
		return n, err
	}
	u.counts.Messages.Add(1)
	u.counts.Packets.Add(uint64(packets))
	u.counts.Bytes.Add(uint64(len(b)))
	return n, nil
}

// The rest is net.PacketConn for code that knows no more.

func (u *udpConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := u.ReadFromAddrPort(b)
	return n, net.UDPAddrFromAddrPort(from), err
}

func (u *udpConn) WriteTo(b []byte, to net.Addr) (int, error) {
	a, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, net.InvalidAddrError("not a UDP address")
	}
	return u.WriteToAddrPort(b, a.AddrPort())
}

func (u *udpConn) Close() error                       { return u.socket.Close() }
func (u *udpConn) LocalAddr() net.Addr                { return u.socket.LocalAddr() }
func (u *udpConn) SetReadDeadline(t time.Time) error  { return u.socket.SetReadDeadline(t) }
func (u *udpConn) SetDeadline(t time.Time) error      { return u.socket.SetReadDeadline(t) }
func (u *udpConn) SetWriteDeadline(t time.Time) error { return nil }
