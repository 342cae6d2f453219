package sim

import "math"

// A voice is the state of the cry at one moment.
type voice struct {
	level float64 // loudness, 0 to 1
	f0    float64 // pitch, Hz
	air   float64 // the breath drawn between two cries, 0 to 1
}

// cryPeriod is a cry and the breath after it, in seconds.
const cryPeriod = 1.3

// voiceAt returns the voice at t seconds: cries whose pitch rises and falls
// between 350 and 550 Hz, each followed by a drawn breath.
func voiceAt(t float64, seed uint64) voice {
	n := math.Floor(t / cryPeriod)
	h := mix(seed ^ uint64(int64(n))*0xA24BAED5)
	u := t/cryPeriod - n
	long := 0.68 + 0.14*unit(h)
	base := 385 + 55*unit(mix(h))
	if u >= long {
		x := (u - long) / (1 - long)
		return voice{f0: base, air: math.Pow(math.Sin(math.Pi*x), 2)}
	}
	x := u / long
	v := voice{
		level: math.Pow(math.Sin(math.Pi*math.Pow(x, 0.7)), 0.7) * (0.8 + 0.2*unit(mix(h+1))),
		f0:    base * (0.92 + 0.27*math.Sin(math.Pi*math.Pow(x, 0.75))),
	}
	v.f0 *= 1 + 0.012*math.Sin(2*math.Pi*6.3*t)
	return v
}
