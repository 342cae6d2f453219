package portaudio

import (
	"math"
	"time"

	"babymonitor/audio"
)

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
	fresh  bool // begun, and no window has ended since

	windows int     // that have ended, ever
	lag     float64 // of sample 0 at the end of the last window, seconds after origin
	drift   float64 // how lag grows, seconds a second
	end     float64 // of the last window, seconds after origin
	least   float64 // lag seen in this window
	any     bool    // something was seen in this window

	turn  float64       // of looking early, see pause
	retry time.Duration // of looking again
}

const (
	window     = 1.0    // seconds
	steadyLag  = 0.12   // alpha of the filter when it is settled
	steadyRate = 0.0077 // beta: alpha²/(2-alpha)
	trustRate  = 5      // windows until the rate is believed
	mostDrift  = 1e-3
	early      = 2 * time.Millisecond
	firstRetry = time.Millisecond
	gap        = 0.02 // seconds; a lag that is off by more is another one
)

// observe takes that count samples have passed by now.
func (c *clock) observe(count int64, now time.Time) {
	if !c.begun {
		c.begun, c.fresh, c.any, c.end = true, true, false, 0
		c.origin = now.Add(-seconds(float64(count) / c.rate))
	}
	since := now.Sub(c.origin).Seconds()
	lag := since - float64(count)/c.rate
	if !c.any || lag < c.least {
		c.least, c.any = lag, true
	}
	if c.fresh {
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
	first := c.fresh
	c.end, c.any, c.fresh = since, false, false
	c.windows++
	off := c.least - predicted
	if first || off > gap || off < -gap {
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

// pause is how long to wait until count samples will have passed. The counters
// of most devices move in blocks, and only who looks right after that learns
// when it was. Looking always when it is expected would never find that it is
// earlier; so this looks early by a changing amount, and then again and again.
func (c *clock) pause(count int64, now time.Time) time.Duration {
	if c.begun {
		c.turn = math.Mod(c.turn+math.Phi, 1)
		wait := c.when(float64(count)).Sub(now) - time.Duration(c.turn*float64(early))
		if wait > 0 {
			c.retry = 0
			return min(wait, block)
		}
	}
	c.retry = min(max(firstRetry, 2*c.retry), block)
	return c.retry
}

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
	actual := p.clock.when(position)
	off := actual.Sub(p.next).Seconds()
	jump := p.next.IsZero() || p.clock.fresh || off > mostError || off < -mostError
	if jump && actual.After(p.next.Add(-audio.FrameTime)) { // time does not run backwards
		p.next, off = actual, 0
	}
	at = p.next
	p.next = p.next.Add(audio.FrameTime)
	return at, 1/(1+p.clock.believed()) - max(-mostSlew, min(mostSlew, off/slew))
}
