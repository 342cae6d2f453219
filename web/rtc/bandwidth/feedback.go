package bandwidth

import (
	"time"

	"github.com/pion/rtcp"
)

// Feedback is one transport-wide feedback message, unpacked.
type Feedback struct {
	Reference uint32    // of the arrival times: multiples of 64 ms, 24 bits, wraps
	Arrivals  []Arrival // in order of sequence numbers
}

// Arrival is what became of one packet.
type Arrival struct {
	Seq      uint16
	Received bool
	At       time.Duration // of arrival, after the reference
}

// Unpack reads a feedback message. into is reused for the arrivals.
func Unpack(m *rtcp.TransportLayerCC, into []Arrival) Feedback {
	f := Feedback{Reference: m.ReferenceTime, Arrivals: into[:0]}
	var at time.Duration
	seq, deltas, left := m.BaseSequenceNumber, m.RecvDeltas, int(m.PacketStatusCount)
	one := func(symbol uint16) {
		if left == 0 {
			return
		}
		left--
		a := Arrival{Seq: seq}
		if received := symbol == rtcp.TypeTCCPacketReceivedSmallDelta || symbol == rtcp.TypeTCCPacketReceivedLargeDelta; received && len(deltas) > 0 {
			at += time.Duration(deltas[0].Delta) * time.Microsecond
			deltas = deltas[1:]
			a.Received, a.At = true, at
		}
		f.Arrivals = append(f.Arrivals, a)
		seq++
	}
	for _, c := range m.PacketChunks {
		switch c := c.(type) {
		case *rtcp.RunLengthChunk:
			for i := 0; i < int(c.RunLength) && left > 0; i++ {
				one(c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			for _, s := range c.SymbolList {
				one(s)
			}
		}
	}
	return f
}

// refClock turns reference times into one that does not wrap.
type refClock struct {
	begun bool
	last  uint32
	ticks int64
}

const refTick = 64 * time.Millisecond

func (c *refClock) unwrap(reference uint32) time.Duration {
	if !c.begun {
		c.begun, c.last, c.ticks = true, reference, int64(reference)
	}
	step := int32((reference-c.last)<<8) >> 8 // signed difference of 24 bits
	c.last = reference
	c.ticks += int64(step)
	return time.Duration(c.ticks) * refTick
}
