package rtc

import (
	"sync/atomic"

	"babymonitor/web/rtc/mediaport"
)

// Counters is what has happened since the start, for metrics.
type Counters struct {
	Port        mediaport.Counters
	Lost        uint64 // packets that phones have reported as lost
	Resent      uint64 // of these, packets sent again
	KeyRequests uint64 // keyframes that phones have asked for
	BadFeedback uint64 // reports that could not be understood
	BadOrders   uint64 // joystick messages that were wrong or came too fast
}

type counts struct{ lost, resent, keyRequests, badFeedback, badOrders atomic.Uint64 }

// Counters returns what has happened so far.
func (s *Server) Counters() Counters {
	c := &s.counts
	return Counters{
		Port: s.port.Counters(),
		Lost: c.lost.Load(), Resent: c.resent.Load(), KeyRequests: c.keyRequests.Load(),
		BadFeedback: c.badFeedback.Load(), BadOrders: c.badOrders.Load(),
	}
}
