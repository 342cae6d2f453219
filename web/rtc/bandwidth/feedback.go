package bandwidth

import (
	"encoding/binary"
	"errors"
	"time"
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

// errFeedback is what Unpack returns for what is no feedback message.
var errFeedback = errors.New("not a transport-wide feedback message")

// A feedback message has a header of 20 bytes: that of RTCP, the SSRCs of sender
// and media, the first sequence number, the count of packets, the reference time
// and the number of the message. Chunks with the packets' fates follow, then the
// arrival times of those received.
const headerSize = 20

// Unpack reads one RTCP message that is transport-wide feedback (section 3.1 of
// the draft). into is reused for the arrivals; besides nothing is allocated.
func Unpack(raw []byte, into []Arrival) (Feedback, error) {
	if len(raw) < headerSize || raw[0]&0x1f != 15 || raw[1] != 205 {
		return Feedback{}, errFeedback
	}
	seq := binary.BigEndian.Uint16(raw[12:])
	left := int(binary.BigEndian.Uint16(raw[14:]))
	f := Feedback{Reference: binary.BigEndian.Uint32(raw[16:]) >> 8, Arrivals: into[:0]}
	if left > logSize { // more than is remembered
		return Feedback{}, errFeedback
	}
	rest := raw[headerSize:]
	for left > 0 {
		if len(rest) < 2 {
			return Feedback{}, errFeedback
		}
		chunk := binary.BigEndian.Uint16(rest)
		rest = rest[2:]
		n := 0
		f.Arrivals, n = appendFates(f.Arrivals, chunk, min(left, longestRun))
		left -= n
	}
	return f, f.times(seq, rest)
}

const longestRun = 0x1fff

// The fates of a packet, as they are written until the times are known.
const (
	fateSmall = 1 // received, the time has one byte
	fateLarge = 2 // received, the time has two bytes
)

// appendFates reads a chunk: a run of one fate, or a list of 14 of one bit or 7
// of two bits. It takes at most limit and returns how many, which is none for an
// empty run. A packet's fate is left in its Seq.
func appendFates(list []Arrival, chunk uint16, limit int) ([]Arrival, int) {
	if chunk&0x8000 == 0 {
		n := min(int(chunk&0x1fff), limit)
		for range n {
			list = append(list, Arrival{Seq: chunk >> 13 & 3})
		}
		return list, n
	}
	count, width := 14, 1
	if chunk&0x4000 != 0 {
		count, width = 7, 2
	}
	n := min(count, limit)
	for i := range n {
		list = append(list, Arrival{Seq: chunk >> (14 - width*(i+1)) & (1<<width - 1)})
	}
	return list, n
}

// times gives the packets their sequence numbers and those received their times.
func (f *Feedback) times(seq uint16, rest []byte) error {
	const unit = 250 * time.Microsecond
	var at time.Duration
	for i := range f.Arrivals {
		a := &f.Arrivals[i]
		fate := a.Seq
		a.Seq = seq + uint16(i)
		size := int(fate)
		if fate != fateSmall && fate != fateLarge {
			continue
		}
		if len(rest) < size {
			return errFeedback
		}
		if fate == fateSmall {
			at += time.Duration(rest[0]) * unit
		} else {
			at += time.Duration(int16(binary.BigEndian.Uint16(rest))) * unit
		}
		rest = rest[size:]
		a.Received, a.At = true, at
	}
	return nil
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
