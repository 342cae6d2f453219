package bandwidth

import (
	"math"
	"time"
)

// How the estimate moves, after the draft, sections 5.5 and 6.
const (
	backOff      = 0.85 // of what got through, when a queue fills up
	growth       = 1.08 // a second, while the network's limit is far or unknown
	packetBits   = 8 * 1200
	responseTime = 100 * time.Millisecond // besides the round trip time
	headroom     = 1.5                    // of what got through: more has not been tried
)

// controller moves the estimate by what the detector says: up, hold, down.
type controller struct {
	rate, max float64 // bits a second
	holding   bool
	updated   time.Duration
	lowered   time.Duration
	link      average // what got through whenever a queue filled up
}

func (c *controller) update(at, rtt time.Duration, u usage, through float64) {
	passed := min(at-c.updated, time.Second)
	c.updated = at
	switch u {
	case overuse:
		c.lower(at, rtt, through)
	case underuse: // a queue drains: wait until it is empty
		c.holding = true
	default:
		if c.holding {
			c.holding = false
			return
		}
		c.raise(passed, rtt, through)
	}
}

func (c *controller) lower(at, rtt time.Duration, through float64) {
	c.holding = true
	if at-c.lowered < rtt+responseTime || through == 0 {
		return // what was just ordered has not had time to work
	}
	c.lowered = at
	if next := backOff * through; next < c.rate {
		c.rate = max(next, floor)
	} else {
		c.rate = max(backOff*c.rate, floor)
	}
	c.link.add(through)
}

func (c *controller) raise(passed, rtt time.Duration, through float64) {
	if through > 0 && c.rate > headroom*through+10_000 {
		return
	}
	if through > 0 && c.link.known && through > c.link.mean+3*c.link.deviation() {
		c.link.known = false // the network has become faster
	}
	next := c.rate * math.Pow(growth, passed.Seconds())
	if c.link.known && c.rate > backOff*c.link.mean { // near the limit: about a packet per response
		next = c.rate + packetBits*passed.Seconds()/(rtt+responseTime).Seconds()
	}
	c.rate = min(next, c.max)
}

// average is a running mean of the network's limit with its spread.
type average struct {
	known    bool
	mean     float64
	variance float64 // relative to the mean
}

func (a *average) add(v float64) {
	if !a.known || v < a.mean-3*a.deviation() {
		*a = average{known: true, mean: v, variance: 0.01}
		return
	}
	const weight = 0.05
	diff := v - a.mean
	a.mean += weight * diff
	a.variance = (1-weight)*a.variance + weight*diff*diff/max(a.mean, 1)/max(a.mean, 1)
}

func (a *average) deviation() float64 { return math.Sqrt(a.variance) * a.mean }

// meter measures what gets through, over the last half second of arrivals.
type meter struct {
	begun  bool
	start  time.Duration
	bits   float64
	rate   float64
	latest time.Duration
}

const (
	meterWindow = 500 * time.Millisecond
	meterWeight = 0.5
)

func (m *meter) add(arrived time.Duration, size int) {
	if !m.begun || arrived-m.latest > 2*time.Second {
		*m = meter{begun: true, start: arrived, latest: arrived, rate: m.rate}
		return
	}
	m.latest = max(m.latest, arrived)
	m.bits += 8 * float64(size)
	if passed := arrived - m.start; passed >= meterWindow {
		now := m.bits / passed.Seconds()
		if m.rate == 0 {
			m.rate = now
		}
		m.rate += meterWeight * (now - m.rate)
		m.start, m.bits = arrived, 0
	}
}

func (m *meter) bitrate() float64 { return m.rate }

// What losses mean: a few are the radio's nature, many are a queue that
// overflows.
const (
	fewLosses  = 0.02
	manyLosses = 0.10
	lossGrowth = 1.05 // a second
	lossPeriod = 300 * time.Millisecond
	lossSample = 20 // packets
)

// lossControl is the estimate by losses alone.
type lossControl struct {
	rate, max   float64
	recent      float64 // smoothed share of losses
	lost, total int
	since       time.Duration
	updated     time.Duration
}

// count gathers losses until there are enough packets to judge by.
func (l *lossControl) count(at time.Duration, lost, total int) {
	l.lost += lost
	l.total += total
	if l.total < lossSample || at-l.since < lossPeriod {
		return
	}
	l.update(at, float64(l.lost)/float64(l.total))
	l.lost, l.total, l.since = 0, 0, at
}

func (l *lossControl) update(at time.Duration, share float64) {
	share = min(max(share, 0), 1)
	passed := min(at-l.updated, time.Second)
	l.updated = at
	l.recent += 0.3 * (share - l.recent)
	switch {
	case share > manyLosses:
		l.rate = max(l.rate*(1-share/2), floor)
	case share < fewLosses:
		l.rate = min(l.rate*math.Pow(lossGrowth, passed.Seconds()), l.max)
	}
}
