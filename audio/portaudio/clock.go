package portaudio

import "time"

// clock tells when a device's sample was, or will be, at its converter. It is
// given the number of samples that have passed so far, again and again, and
// finds the device's true rate on the monotonic clock.
//
// What it is given is late at times (a busy machine, counters that move in
// blocks), never early. So of each window only the least late counts, and an
// alpha-beta filter follows it: with the gains of a least-squares line at
// first, later with constant ones. See Brookner, Tracking and Kalman Filtering
// Made Easy, chapter 1.
type clock struct {
	rate   float64 // nominal, samples a second
	origin time.Time
	begun  bool

	windows int     // that have ended
	lag     float64 // of sample 0 at the end of the last window, seconds after origin
	drift   float64 // how lag grows, seconds a second
	end     float64 // of the last window, seconds after origin
	least   float64 // lag seen in this window
	any     bool    // something was seen in this window
}

const (
	window     = 1.0    // seconds
	steadyLag  = 0.12   // alpha of the filter when it is settled
	steadyRate = 0.0077 // beta: alpha²/(2-alpha)
	trustRate  = 5      // windows until the rate is believed
	mostDrift  = 1e-3
	gap        = 0.02 // seconds; a lag that is off by more is another one
)

// observe takes that count samples have passed by now.
func (c *clock) observe(count int64, now time.Time) {
	if !c.begun {
		*c = clock{rate: c.rate, drift: c.drift, begun: true, origin: now.Add(-c.span(float64(count)))}
	}
	since := now.Sub(c.origin).Seconds()
	lag := since - float64(count)/c.rate
	if !c.any || lag < c.least {
		c.least, c.any = lag, true
	}
	if c.windows == 0 {
		c.lag = c.least
	}
	if since-c.end >= window {
		c.settle(since)
	}
}

// settle ends a window.
func (c *clock) settle(since float64) {
	length := since - c.end
	predicted := c.lag + c.drift*length
	c.end, c.any = since, false
	c.windows++
	off := c.least - predicted
	if c.windows == 1 || off > gap || off < -gap {
		c.lag = c.least
		return
	}
	n := float64(min(c.windows, 1000))
	alpha := max(steadyLag, 2*(2*n-1)/(n*(n+1)))
	beta := max(steadyRate, 6/(n*(n+1)))
	c.lag = predicted + alpha*off
	c.drift = max(-mostDrift, min(mostDrift, c.drift+beta*off/length))
}

// again makes the clock start anew after samples were lost; the rate is kept.
func (c *clock) again() { c.begun = false }

// when is the moment of a sample; the clock must have begun.
func (c *clock) when(count float64) time.Time {
	since := count/c.rate + c.lag
	return c.origin.Add(seconds(since + c.believed()*(since-c.end)))
}

// believed is the drift, as soon as it is known well enough.
func (c *clock) believed() float64 {
	if c.windows < trustRate {
		return 0
	}
	return c.drift
}

func (c *clock) span(count float64) time.Duration { return seconds(count / c.rate) }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// pace keeps frames of sound on an even grid of the monotonic clock although
// the device's clock drifts: it stamps them and says how to steer the resampler
// between the two.
type pace struct {
	clock clock
	next  time.Time // when the next frame is due
}

const (
	slew      = 5.0   // seconds in which an error is steered away
	mostSlew  = 1e-3  // nobody hears a thousandth
	mostError = 0.030 // seconds; what is further off jumps
)

// frame stamps the next frame, whose first sample is the device's sample number
// position, and returns by how much faster than nominal the device's samples
// are to pass during it.
func (p *pace) frame(position float64) (at time.Time, factor float64) {
	true := p.clock.when(position)
	off := true.Sub(p.next).Seconds()
	if p.next.IsZero() || off > mostError || off < -mostError || p.clock.windows == 0 && off > -mostSlew*slew {
		if true.After(p.next.Add(-frameTime)) { // time does not run backwards
			p.next, off = true, 0
		}
	}
	at = p.next
	p.next = p.next.Add(frameTime)
	return at, 1/(1+p.clock.believed()) - max(-mostSlew, min(mostSlew, off/slew))
}
