package bandwidth

import (
	"math"
	"time"
)

// burst is how long packets sent after each other count as one group: a picture
// is sent in one go, and how it spreads on the way says nothing about queues.
const burst = 5 * time.Millisecond

// gaps turns single packets into groups and yields by how much longer than
// before each group was on its way.
type gaps struct {
	cur, prev group
}

type group struct {
	begun       bool
	first, last time.Duration // times of sending
	arrived     time.Duration // of its last packet
}

// variation is how much more time one group took than the one before.
type variation struct {
	delay   time.Duration
	arrived time.Duration
	apart   time.Duration // between the arrivals of the two groups
}

// add notes a packet. It returns a variation when the packet begins a new group
// and two whole groups are known.
func (g *gaps) add(sent, arrived time.Duration) (variation, bool) {
	if !g.cur.begun {
		g.cur = group{true, sent, sent, arrived}
		return variation{}, false
	}
	if sent < g.cur.first { // out of order: belongs to a group already judged
		return variation{}, false
	}
	if sent-g.cur.first <= burst {
		g.cur.last = max(g.cur.last, sent)
		g.cur.arrived = max(g.cur.arrived, arrived)
		return variation{}, false
	}
	var v variation
	ok := g.prev.begun
	if ok {
		v.apart = g.cur.arrived - g.prev.arrived
		v.delay = v.apart - (g.cur.last - g.prev.last)
		v.arrived = g.cur.arrived
	}
	g.prev, g.cur = g.cur, group{true, sent, sent, arrived}
	if ok && (v.apart < 0 || v.apart > 3*time.Second) { // the phone's clock jumped or slept
		g.prev.begun = false
		return variation{}, false
	}
	return v, ok
}

// usage is what the delays say about the network.
type usage int

const (
	normal usage = iota
	overuse
	underuse
)

// The detector's constants, those of the draft and of libwebrtc's trendline
// estimator.
const (
	window        = 20   // groups on the trend line
	smoothing     = 0.9  // of the accumulated delay
	gain          = 4.0  // of the slope
	maxDeltas     = 60   // groups until the slope counts fully
	threshold     = 12.5 // ms, to begin with
	minThreshold  = 6.0
	maxThreshold  = 600.0
	rising        = 0.0087 // per ms: adaptation above the threshold
	falling       = 0.039  // per ms: below it
	outlier       = 15.0   // ms above the threshold that do not adapt it
	overuseFor    = 10.0   // ms above the threshold until it counts
	longestUpdate = 100.0  // ms
)

// detector finds queues that fill up: it draws a line through the delays of the
// newest groups and compares its slope with a threshold that adapts to the
// network's own unrest.
type detector struct {
	state usage

	points    [window]struct{ x, y float64 } // ms
	n         int                            // groups seen
	begun     time.Duration
	sum, even float64 // accumulated delay and the same smoothed, ms
	limit     float64
	above     float64 // ms
	last      float64 // trend before
	updated   time.Duration
}

func (d *detector) reset() { *d = detector{limit: threshold} }

func (d *detector) add(v variation) {
	if d.n == 0 {
		d.begun = v.arrived
	}
	d.sum += ms(v.delay)
	d.even = smoothing*d.even + (1-smoothing)*d.sum
	d.points[d.n%window] = struct{ x, y float64 }{ms(v.arrived - d.begun), d.even}
	d.n++
	trend := 0.0
	if d.n >= window {
		trend = float64(min(d.n, maxDeltas)) * d.slope() * gain
	}
	d.judge(trend, ms(v.apart))
	d.adapt(trend, v.arrived)
	d.last = trend
}

// slope is that of the regression line through the points.
func (d *detector) slope() float64 {
	var mx, my float64
	for _, p := range d.points {
		mx += p.x / window
		my += p.y / window
	}
	var num, den float64
	for _, p := range d.points {
		num += (p.x - mx) * (p.y - my)
		den += (p.x - mx) * (p.x - mx)
	}
	if den == 0 {
		return 0
	}
	return num / den
}

func (d *detector) judge(trend, apart float64) {
	switch {
	case trend > d.limit:
		d.above += apart
		if d.above > overuseFor && trend >= d.last {
			d.above, d.state = 0, overuse
		}
	case trend < -d.limit:
		d.above, d.state = 0, underuse
	default:
		d.above, d.state = 0, normal
	}
}

func (d *detector) adapt(trend float64, at time.Duration) {
	passed := min(ms(at-d.updated), longestUpdate)
	d.updated = at
	size := math.Abs(trend)
	if size > d.limit+outlier {
		return
	}
	k := rising
	if size < d.limit {
		k = falling
	}
	d.limit = min(max(d.limit+k*(size-d.limit)*passed, minThreshold), maxThreshold)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
