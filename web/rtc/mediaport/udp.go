package mediaport

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// udpConn is the UDP socket.
type udpConn struct {
	socket *net.UDPConn
	counts *counts
	dual   bool // for IPv4 and IPv6
	batch  batch
	oob    [controlSize]byte // belongs to the receiver
}

func newUDPConn(socket *net.UDPConn, c *counts, log *slog.Logger) *udpConn {
	_ = socket.SetWriteBuffer(socketBuffer) // the kernel takes what it allows
	_ = socket.SetReadBuffer(socketBuffer)
	dual, segments := prepare(socket)
	c.segmenting.Store(segments)
	u := &udpConn{socket: socket, counts: c, dual: dual}
	u.batch = batch{udp: u, log: log, data: make([]byte, 0, maxBatch), cut: segmentControl()}
	return u
}

// source is one of the machine's addresses that packets leave from. It is never
// changed.
type source struct {
	addr    netip.Addr
	control []byte
}

// from makes a source.
func (u *udpConn) from(a netip.Addr) *source {
	return &source{addr: a, control: sourceControl(a, u.dual)}
}

// read waits for the next packet and tells where it came from and which of the
// machine's addresses it was sent to. It belongs to one goroutine. The error
// means that the socket is closed.
func (u *udpConn) read(b []byte) (n int, from netip.AddrPort, to netip.Addr, err error) {
	for {
		n, oobn, _, from, err := u.socket.ReadMsgUDPAddrPort(b, u.oob[:])
		switch {
		case err == nil:
			u.counts.Received.Add(1)
			return n, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), destination(u.oob[:oobn]), nil
		case errors.Is(err, net.ErrClosed), errors.Is(err, os.ErrDeadlineExceeded):
			return 0, from, to, err
		case errors.Is(err, syscall.ENOMEM), errors.Is(err, syscall.ENOBUFS):
			time.Sleep(time.Millisecond) // the kernel is short of memory: let it recover
		}
		// Other errors are about one packet, not about the socket.
	}
}

// send sends a packet, at once or with the batch that is open.
func (u *udpConn) send(b []byte, by *source, to netip.AddrPort) (int, error) {
	if u.batch.take(b, by, to) {
		return len(b), nil
	}
	return u.write(b, by.control, 1, to)
}

// write hands packets to the kernel and counts them.
func (u *udpConn) write(b, oob []byte, packets int, to netip.AddrPort) (int, error) {
	n, _, err := u.socket.WriteMsgUDPAddrPort(b, oob, to)
	if err != nil {
		if packets == 1 || !refused(err) {
			u.counts.Dropped.Add(uint64(packets))
		}
		return n, err
	}
	u.counts.Messages.Add(1)
	u.counts.Packets.Add(uint64(packets))
	u.counts.Bytes.Add(uint64(len(b)))
	return n, nil
}
