package rtc

import (
	"time"

	"babymonitor/audio"
)

// clock turns moments of capture into RTP timestamps. Picture and sound use the
// same zero, so that sender reports can tell phones which belong together.
type clock struct{ zero time.Time }

// since is the monotonic time since zero.
func (c clock) since(t time.Time) time.Duration { return t.Sub(c.zero) }

// ticks converts a time since zero to a clock of rate ticks a second.
func ticks(since time.Duration, rate int64) uint32 {
	s, rest := int64(since/time.Second), int64(since%time.Second)
	return uint32(s*rate + rest*rate/int64(time.Second))
}

const pictureRate = 90_000

// wall is a moment by the wall clock as it was at zero: where that is set later,
// the phones' sessions go on by the old one, or their round trips would be years.
func (c clock) wall(t time.Time) time.Time { return c.zero.Round(0).Add(c.since(t)) }

// ntp is a moment as NTP has it (RFC 5905): seconds since 1900 and fractions.
func ntp(t time.Time) uint64 {
	const from1900 = 2_208_988_800
	s := uint64(t.Unix() + from1900)
	return s<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// ntpShort is the middle of an NTP time, in 1/65536 s, as reports carry it.
func ntpShort(t time.Time) uint32 { return uint32(ntp(t) >> 16) }

// soundClock numbers sound. Packets follow each other by exactly one frame, as
// decoders like it, even though the moments of capture jitter and the sound
// card's clock runs a little fast or slow; what the two differ by is kept as a
// smooth offset for the sender reports. A gap in the capture is a gap in the
// timestamps.
type soundClock struct {
	begun  bool
	seq    uint16
	next   uint32  // timestamp of the next packet
	offset float64 // of the timestamps against the capture clock, in samples
}

// Smoothing of the offset, and how far the two may part before it is a gap.
const (
	offsetWeight = 1.0 / 64
	gapSamples   = 3 * audio.FrameSize
)

// stamp returns the timestamp and the sequence number of a packet captured at
// this time since zero.
func (s *soundClock) stamp(since time.Duration) (uint32, uint16) {
	want := ticks(since, audio.Rate)
	if !s.begun {
		s.begun, s.next = true, want
	}
	ahead := float64(int32(s.next - want)) // of the capture clock
	if d := ahead - s.offset; d > gapSamples || d < -gapSamples {
		s.next, s.offset, ahead = want, 0, 0
	}
	s.offset += offsetWeight * (ahead - s.offset)
	ts, seq := s.next, s.seq
	s.next += audio.FrameSize
	s.seq++
	return ts, seq
}

// at returns the timestamp that sound captured at this time since zero has.
func (s *soundClock) at(since time.Duration) uint32 {
	return ticks(since, audio.Rate) + uint32(int32(s.offset))
}
