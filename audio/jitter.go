package audio

import (
	"sync"
	"time"
)

// How packets that a phone sends are put in order.
const (
	jitterSlots = 64 // how far ahead a packet may be, at most
	jitterMost  = 10 // packets (200 ms) that are kept; older ones are dropped
	jitterAim   = 2  // packets to begin with, and to fall back to
	jitterCalm  = 50 // packets after which a queue that was never short is shortened
)

// jitter is the jitter buffer of one talk. One goroutine puts packets in, one
// takes them out.
type jitter struct {
	mu      sync.Mutex
	slots   [jitterSlots]Packet
	have    [jitterSlots]bool
	next    uint16 // sequence number that is due
	count   int    // packets in the buffer
	playing bool   // the first was taken, so earlier ones are too late
	closed  bool
	newest  time.Time // when a packet came last
	least   int       // lowest count in this calm period
	calm    int       // packets taken in this calm period
	wake    chan struct{}
}

func newJitter() *jitter { return &jitter{wake: make(chan struct{}, 1), newest: time.Now()} }

// put adds a packet. Duplicates and those that come too late are dropped.
func (j *jitter) put(p Packet) {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer j.poke()
	if len(p.Data) == 0 {
		return
	}
	j.newest = time.Now()
	if j.count == 0 && !j.playing {
		j.next = p.Seq
	}
	ahead := int(int16(p.Seq - j.next))
	switch {
	case ahead < 0 && ahead > -jitterSlots/2:
		if j.playing || ahead <= -jitterMost {
			return // too late
		}
		j.next = p.Seq // the very first packets came out of order
		ahead = 0
	case ahead < 0 || ahead >= jitterSlots:
		// Not this sequence at all: the sender began another.
		j.drop(jitterSlots)
		j.next, ahead = p.Seq, 0
	}
	slot := p.Seq % jitterSlots
	if j.have[slot] {
		return
	}
	j.slots[slot], j.have[slot] = p, true
	j.count++
	if ahead >= jitterMost {
		j.drop(ahead + 1 - jitterAim)
	}
}

// drop gives up the next n sequence numbers.
func (j *jitter) drop(n int) {
	for range n {
		slot := j.next % jitterSlots
		if j.have[slot] {
			j.have[slot], j.slots[slot] = false, Packet{}
			j.count--
		}
		j.next++
	}
}

// taken is what a jitter buffer yields.
type taken int

const (
	gotPacket taken = iota // the packet that was due
	gotLoss                // the one that was due is lost; the packet is the one after it, if that is there
	gotNone                // nothing is there
)

// take returns what is due. A packet that is missing while others wait is lost
// once hurry is true or enough others wait.
func (j *jitter) take(hurry bool) (Packet, taken) {
	j.mu.Lock()
	defer j.mu.Unlock()
	slot := j.next % jitterSlots
	switch {
	case j.have[slot]:
		p := j.slots[slot]
		j.relax()
		j.drop(1)
		j.playing = true
		return p, gotPacket
	case j.count > jitterAim, j.count > 0 && hurry:
		j.next++
		return j.slots[j.next%jitterSlots], gotLoss
	}
	j.least, j.calm = 0, 0
	return Packet{}, gotNone
}

// relax shortens a queue that was never short for a second, so that delay that
// a hiccup of the network brought goes away again.
func (j *jitter) relax() {
	if j.calm == 0 {
		j.least = j.count
	}
	j.least = min(j.least, j.count)
	if j.calm++; j.calm < jitterCalm {
		return
	}
	if j.least > jitterAim {
		j.drop(1)
	}
	j.calm = 0
}

// jitterState is how a jitter buffer stands.
type jitterState struct {
	count  int       // packets that wait
	due    bool      // the one that is due is there
	newest time.Time // when a packet came last
	closed bool      // no more come
}

func (j *jitter) state() jitterState {
	j.mu.Lock()
	defer j.mu.Unlock()
	return jitterState{j.count, j.have[j.next%jitterSlots], j.newest, j.closed}
}

// full says that there is enough to begin with.
func (s jitterState) full() bool { return s.count >= jitterAim }

// ready says that what is due is there.
func (s jitterState) ready() bool { return s.due }

// ended says that nothing comes any more, at least for now.
func (s jitterState) ended() bool { return s.closed || time.Since(s.newest) >= talkPause }

// close tells that no more packets come.
func (j *jitter) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	j.poke()
}

func (j *jitter) poke() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}
