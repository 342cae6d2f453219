package rtc

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"babymonitor/audio"
	"babymonitor/web/rtc/mediaport"
	"babymonitor/web/rtc/packets"
)

// sound is the one audio track: it hears the room while somebody listens and
// sends each packet to every phone.
type sound struct {
	hear   func(context.Context) iter.Seq[audio.Packet]
	port   *mediaport.Port
	clock  clock
	offset uint32 // of the RTP timestamps
	demand demand

	mu   sync.Mutex
	line soundClock
	legs []*leg
}

func newSound(o Options, port *mediaport.Port, c clock) *sound {
	return &sound{
		hear: o.Hear, port: port, clock: c,
		offset: rand.Uint32(),
		demand: newDemand(),
		line:   soundClock{seq: uint16(rand.Uint32())},
	}
}

// run hears the room whenever there is demand, until ctx ends.
func (s *sound) run(ctx context.Context) {
	if s.hear == nil {
		return
	}
	s.demand.serve(ctx, func(ctx context.Context) {
		for p := range s.hear(ctx) {
			s.publish(p)
		}
	})
}

// publish sends one packet to everyone.
func (s *sound) publish(p audio.Packet) {
	if len(p.Data) == 0 || len(p.Data) > packets.MaxPayload {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	timestamp, seq := s.line.stamp(s.clock.since(p.At))
	out := packets.Packet{Seq: seq, Timestamp: s.offset + timestamp, Payload: p.Data}
	now := s.clock.since(time.Now())
	for _, l := range s.legs {
		l.viewer.send.Lock()
		l.write(out, now)
		l.viewer.send.Unlock()
	}
}

// join begins to send to a phone that has connected.
func (s *sound) join(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.legs = append(s.legs, l)
}

// leave ends sending to a phone. It may be called for one that never joined.
func (s *sound) leave(l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.legs = slices.DeleteFunc(s.legs, func(other *leg) bool { return other == l })
}

// at returns the RTP timestamp of sound captured at this time since zero.
func (s *sound) at(since time.Duration) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offset + s.line.at(since)
}
