package ircut

import (
	"math"
	"time"
)

const (
	darkFor  = 5 * time.Second  // so long it must be dark, without a break, for night
	lightFor = 30 * time.Second // and light for day: longer than headlights pass
	apart    = time.Minute      // between two switches by the light
	settle   = 2 * time.Second  // after a switch, before the meter is believed
	gap      = 25 * time.Second // without a reading: then what was seen before is history
	doubtFor = time.Hour        // so long a false dawn is remembered
)

// State is day or night, and what the next decision depends on. The zero State
// is day and knows nothing.
type State struct {
	Night bool

	at    time.Time // of the last reading
	since time.Time // of the first reading in a row that speaks for a switch; zero if the last did not
	room  float64   // lux in the room, without what the lamps add, by the last reading; see seen
	seen  bool      // room is known

	switched time.Time // when it was last switched, by whomever; zero: never
	decided  time.Time // when the light last switched it; zero: never

	// By night the meter sees the lamps, and infrared light that the filter
	// would keep off.
	own      float64 // how much of the reading that is, lux
	ownKnown bool
	blind    bool // night was forced, and nobody knows how dark the room is

	// By day.
	dawn  float64 // the reading that made it day, if a reading did
	proof bool    // it was really not dark since

	doubt      float64 // a reading up to here did not mean day
	doubtUntil time.Time
}

// Decide returns the state after a reading (lux) of the meter. Only readings
// make it switch, and at most once a minute.
//
// It becomes night when the room has been dark for 5 s, and day when it has been
// light for 30 s. What the meter reads right after the switch to night, less
// what it read before, is the doing of the lamps and of the open filter; by
// night only what comes on top of that counts as the room's light. If it is
// dark as soon as the filter is back in, then day has been a mistake (the head
// has turned the lamps on a near wall, say); so much light is not taken for day
// again for an hour.
func (r Rules) Decide(was State, lux float64, at time.Time) State {
	if !was.takes(lux, at) {
		return was
	}
	s := r.Observe(was, lux, at)
	switch {
	case s.since.IsZero(), !s.decided.IsZero() && at.Sub(s.decided) < apart:
		return s
	case s.Night && at.Sub(s.since) >= lightFor:
		s = s.turn(false, at)
		s.decided, s.dawn = at, lux
	case !s.Night && at.Sub(s.since) >= darkFor:
		if s.dawn > 0 && !s.proof {
			s.doubt, s.doubtUntil = max(s.dawn, s.doubted(at)), at.Add(doubtFor)
		}
		s = s.turn(true, at)
		s.decided = at
	}
	return s
}

// Observe returns the state after a reading that decides nothing, because a
// parent does. Readings that are no light, or older than the last, are left
// out.
func (r Rules) Observe(s State, lux float64, at time.Time) State {
	if !s.takes(lux, at) {
		return s
	}
	if at.Sub(s.at) > gap {
		s.since = time.Time{}
	}
	s.at = at
	if !s.switched.IsZero() && at.Sub(s.switched) < settle {
		return s
	}
	speaks := false
	if s.Night {
		if !s.ownKnown {
			s.own, s.ownKnown = max(0, lux-s.room), true
		}
		s.own = min(s.own, lux)
		s.room = lux - s.own
		speaks = lux >= max(s.own, s.doubted(at))+r.DayAbove
	} else {
		s.room = lux
		speaks = lux < r.NightBelow
		if !speaks {
			s.proof, s.doubtUntil = true, time.Time{}
		}
	}
	s.seen = true
	if !speaks {
		s.since = time.Time{}
	} else if s.since.IsZero() {
		s.since = at
	}
	return s
}

// Force returns the state after a parent has chosen day or night.
func (r Rules) Force(s State, night bool, at time.Time) State {
	if s.Night == night {
		return s
	}
	known := s.seen && at.Sub(s.at) <= gap
	s = s.turn(night, at)
	s.blind = night && !(known && s.room < r.NightBelow)
	return s
}

// Free returns the state after a parent has left the decision to the light.
// After a forced night in what may be a light room the meter cannot tell the
// room's light from the lamps': then it becomes day, to look.
func (r Rules) Free(s State, at time.Time) State {
	if s.Night && s.blind {
		s = s.turn(false, at)
	}
	return s
}

// Room returns how much light there is in the room (lux), without what the
// lamps add, and whether that is known at this time.
func (s State) Room(at time.Time) (lux float64, known bool) {
	return s.room, s.seen && at.Sub(s.at) <= gap
}

// turn switches.
func (s State) turn(night bool, at time.Time) State {
	s.Night, s.switched, s.since = night, at, time.Time{}
	s.ownKnown, s.blind = false, false
	s.dawn, s.proof = 0, false
	return s
}

// doubted returns the reading that is not believed at this time, or 0.
func (s State) doubted(at time.Time) float64 {
	if at.Before(s.doubtUntil) {
		return s.doubt
	}
	return 0
}

// takes returns whether a reading makes sense.
func (s State) takes(lux float64, at time.Time) bool {
	return finite(lux) && lux >= 0 && !at.Before(s.at)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
