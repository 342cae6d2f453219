package rtc

import "time"

// playoutDelayURI names the header extension by which a sender asks for a delay
// of the picture (libwebrtc's playout-delay).
const playoutDelayURI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

// hold is how long a phone is asked to hold pictures back, so that lost packets
// can come again before their picture is due. On a network without losses it is
// never asked. All of it is guarded by the viewer's send lock.
type hold struct {
	id    uint8 // of the extension; 0: the phone does not know it
	begun bool  // packets carry the extension
	data  [3]byte
}

// The picture waits for two repeats of a lost packet and the time that finding
// the loss takes, but not for ever.
const (
	repeats     = 2
	findingLoss = 60 * time.Millisecond
	longestHold = 400 * time.Millisecond
)

// holdFor returns how long pictures should be held back on a network with this
// share of losses and this round trip time.
func holdFor(loss float64, rtt time.Duration) time.Duration {
	if loss < lossyNetwork {
		return 0
	}
	return min(repeats*rtt+findingLoss, longestHold)
}

// delay asks the phone to hold pictures back. The caller holds the send lock.
func (l *leg) delay(d time.Duration) {
	h := &l.hold
	if h.id == 0 || d == 0 && !h.begun {
		return
	}
	const unit, longest = 10 * time.Millisecond, 0xfff
	least := uint16(d / unit)
	h.data = [3]byte{byte(least >> 4), byte(least<<4) | longest>>8, longest & 0xff}
	if !h.begun {
		h.begun = true
		_ = l.header.SetExtension(h.id, h.data[:])
	}
}
