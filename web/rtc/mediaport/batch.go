package mediaport

import (
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"time"
)

// A batch is at most maxSegments packets and maxBatch bytes: what Linux takes
// in one segmented message over IPv4 and IPv6.
const (
	maxSegments = 64
	maxBatch    = 64000
)

// batch gathers packets that follow each other on the same way, all of one size
// but the last, which may be shorter.
type batch struct {
	udp *udpConn
	log *slog.Logger
	cut []byte // control message of segmentation

	mu     sync.Mutex
	corks  int  // how many hold it open
	timed  bool // the socket has a write deadline
	jammed bool // it did not take a message in time
	by     *source
	to     netip.AddrPort
	count  int
	size   int // of every packet but the last
	closed bool
	data   []byte
	oob    []byte
}

// take adds a packet, sending first what it cannot follow. It returns false when
// no batch is open.
func (b *batch) take(p []byte, by *source, to netip.AddrPort) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.corks == 0 || len(p) > maxBatch/2 {
		return false
	}
	full := b.count >= maxSegments || len(b.data)+len(p) > maxBatch
	if b.count > 0 && (to != b.to || by != b.by || b.closed || len(p) > b.size || full) {
		b.flush()
	}
	if b.count == 0 {
		b.by, b.to, b.size, b.closed = by, to, len(p), false
	}
	b.closed = b.closed || len(p) < b.size
	b.data = append(b.data, p...)
	b.count++
	return true
}

func (b *batch) cork() {
	b.mu.Lock()
	b.corks++
	b.mu.Unlock()
}

func (b *batch) uncork() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
	b.corks--
	if b.corks == 0 && b.timed {
		b.timed, b.jammed = false, false
		_ = b.udp.socket.SetWriteDeadline(time.Time{})
	}
}

// flush sends the batch. The caller holds mu.
func (b *batch) flush() {
	counts := b.udp.counts
	switch {
	case b.count == 0:
		return
	case b.jammed: // the network has had its chance: packets are lost, not everyone's time
		counts.Dropped.Add(uint64(b.count))
	case b.count > 1 && counts.segmenting.Load() && b.segmented():
	default:
		b.separately()
	}
	b.count, b.data = 0, b.data[:0]
}

// segmented sends the batch as one message. It returns false where that does
// not go: on this path, or with this network card and then for good.
func (b *batch) segmented() bool {
	setSegmentSize(b.cut, b.size)
	b.oob = append(append(b.oob[:0], b.cut...), b.by.control...)
	err := b.patiently(b.data, b.oob, b.count)
	if !refused(err) {
		return true
	}
	if cardCannot(err) {
		b.udp.counts.segmenting.Store(false)
		b.log.Info("the network card does not segment UDP: packets leave one by one", "err", err)
	}
	return false
}

// separately sends the batch packet by packet.
func (b *batch) separately() {
	for i, rest := 0, b.data; len(rest) > 0; i++ {
		if b.jammed {
			b.udp.counts.Dropped.Add(uint64(b.count - i))
			return
		}
		n := min(b.size, len(rest))
		_ = b.patiently(rest[:n], b.by.control, 1)
		rest = rest[n:]
	}
}

// patiently writes, but waits only so long. The caller holds mu.
func (b *batch) patiently(data, oob []byte, packets int) error {
	b.timed = true
	_ = b.udp.socket.SetWriteDeadline(time.Now().Add(writePatience))
	_, err := b.udp.write(data, oob, packets, b.to)
	b.jammed = b.jammed || errors.Is(err, os.ErrDeadlineExceeded)
	return err
}
