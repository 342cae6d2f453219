package bandwidth

import (
	"sync"
	"time"
)

// floor is the lowest estimate in bits a second: enough to notice that the
// network has recovered.
const floor = 80_000

// logSize is how many sent packets wait for their feedback; a power of two.
const logSize = 2048

// Estimator estimates what one phone's network carries. It is safe for use from
// any goroutine. Times are on any one monotonic clock.
type Estimator struct {
	mu   sync.Mutex
	sent [logSize]sentPacket
	ref  refClock
	gaps gaps
	over detector
	rate controller
	loss lossControl
	ack  meter
	remb int // what the phone itself estimates; 0: it does not say
	twcc bool
}

// sentPacket is a packet on its way.
type sentPacket struct {
	at   int64 // time of sending in ns; 0: none or already reported
	size int32
	seq  uint16
}

// New returns an estimator that begins at the maximum: a phone at home can
// nearly always take it, and if not the first feedback tells.
func New(maximum int) *Estimator {
	e := &Estimator{}
	e.over.reset()
	e.rate = controller{rate: float64(maximum), max: float64(maximum)}
	e.loss = lossControl{rate: float64(maximum), max: float64(maximum)}
	return e
}

// Sent notes that the packet with this transport-wide sequence number leaves
// now. It allocates nothing.
func (e *Estimator) Sent(seq uint16, at time.Duration, size int) {
	e.mu.Lock()
	e.sent[seq%logSize] = sentPacket{at: int64(at), size: int32(size), seq: seq}
	e.mu.Unlock()
}

// Bitrate is the estimate in bits a second, for everything that is sent to the
// phone.
func (e *Estimator) Bitrate() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := min(e.rate.rate, e.loss.rate)
	if e.remb > 0 && !e.twcc {
		r = min(r, float64(e.remb))
	}
	return int(max(r, floor))
}

// Loss is the share of packets lost lately, 0 to 1.
func (e *Estimator) Loss() float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.loss.recent
}

// ReceiverReport tells what a receiver report says: the share of packets lost
// since the one before. It counts only while there is no transport-wide
// feedback, which tells the same more exactly.
func (e *Estimator) ReceiverReport(at time.Duration, lost float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.twcc {
		e.loss.update(at, lost)
	}
}

// REMB tells the phone's own estimate in bits a second.
func (e *Estimator) REMB(bitrate int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.remb = bitrate
}

// Feedback tells what a transport-wide feedback message says about packets. The
// time is that of its arrival, rtt the round trip time as far as known.
func (e *Estimator) Feedback(at, rtt time.Duration, f Feedback) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.twcc = true
	lost, known := 0, 0
	offset := e.ref.unwrap(f.Reference)
	for _, a := range f.Arrivals {
		p := &e.sent[a.Seq%logSize]
		if p.at == 0 || p.seq != a.Seq {
			continue
		}
		known++
		if !a.Received {
			lost++ // it may yet be reported as received; then it counts as late
			continue
		}
		arrived := offset + a.At
		e.ack.add(arrived, int(p.size))
		if d, ok := e.gaps.add(time.Duration(p.at), arrived); ok {
			e.over.add(d)
		}
		p.at = 0
	}
	e.loss.count(at, lost, known)
	e.rate.update(at, rtt, e.over.state, e.ack.bitrate())
}
