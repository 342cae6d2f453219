package rtctest

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// How a phone asks for lost packets, as browsers do.
const (
	askEvery = 20 * time.Millisecond // how often it looks
	askAgain = 60 * time.Millisecond // for the same packet
	askTries = 10
)

// missing is the packets that have not arrived although later ones have.
type missing struct {
	mu      sync.Mutex
	begun   bool
	highest uint16
	lost    map[uint16]request
	now     chan struct{} // holds a token when there is something new to ask for
}

// request is one lost packet.
type request struct {
	asked time.Time
	tries int
}

func newMissing() *missing {
	return &missing{lost: make(map[uint16]request), now: make(chan struct{}, 1)}
}

// arrived notes a packet, and that those before it are late.
func (m *missing) arrived(seq uint16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ahead := int16(seq - m.highest)
	switch {
	case !m.begun:
		m.begun, m.highest = true, seq
	case ahead <= 0:
		delete(m.lost, seq)
	default:
		for s := m.highest + 1; s != seq && len(m.lost) < 500; s++ {
			m.lost[s] = request{}
		}
		m.highest = seq
		if ahead > 1 {
			select {
			case m.now <- struct{}{}:
			default:
			}
		}
	}
}

// due returns the packets to ask for now.
func (m *missing) due(now time.Time) []uint16 {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []uint16
	for seq, r := range maps.Clone(m.lost) {
		switch {
		case r.tries >= askTries:
			delete(m.lost, seq)
		case now.Sub(r.asked) >= askAgain:
			m.lost[seq] = request{now, r.tries + 1}
			list = append(list, seq)
		}
	}
	slices.Sort(list)
	return list
}

// nackLoop asks for lost packets until the session ends.
func (v *Viewer) nackLoop(t *webrtc.TrackRemote, m *missing) {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		select {
		case <-v.ended:
			return
		case <-m.now:
		case <-tick.C:
		}
		if list := m.due(time.Now()); len(list) > 0 {
			_ = v.pc.WriteRTCP([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: uint32(t.SSRC()), Nacks: rtcp.NackPairsFromSequenceNumbers(list)}})
		}
	}
}
