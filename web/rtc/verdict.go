package rtc

import "time"

// limits is how long a session may be in which state.
type limits struct {
	connect   time.Duration // from the offer until it has connected
	silent    time.Duration // nothing heard at all
	grace     time.Duration // disconnected, and nobody there to restart it
	longGrace time.Duration // disconnected, but its signalling is open
}

func usualLimits() limits {
	return limits{connect: 15 * time.Second, silent: 20 * time.Second, grace: 10 * time.Second, longGrace: 20 * time.Second}
}

// standing is what is known about a session's life.
type standing struct {
	age       time.Duration // since the offer
	connected bool          // has been at least once
	troubled  time.Duration // for how long it has been disconnected; 0: it is not
	silent    time.Duration // since the phone was last heard
	socket    bool          // its signalling connection is open
}

// verdict says why a session should end now; "" if it should not.
func verdict(s standing, l limits) string {
	switch {
	case !s.connected && s.age > l.connect:
		return "it never connected"
	case !s.connected:
		return ""
	case s.troubled > l.longGrace, s.troubled > l.grace && !s.socket:
		return "the connection was lost"
	case s.silent > l.silent:
		return "nothing was heard from it"
	}
	return ""
}
