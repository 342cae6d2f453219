package sim

import (
	"math"

	"babymonitor/audio"
)

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

// A throat sings a cry: a sawtooth and breath through the resonances of a small
// vocal tract.
type throat struct {
	phase    float32
	last     float32
	noise    uint32
	resonant [3]resonator
}

// The first three formants of an infant's cry (Hz); never changed.
var formants = [3]struct{ hz, width float64 }{{1150, 260}, {3100, 420}, {5600, 700}}

// sing adds a frame of cry. at tells the voice and its strength at a point of
// the frame, 0 to 1.
func (t *throat) sing(mix []float32, at func(k float64) (voice, float64)) {
	const parts = 10
	if t.resonant[0].gain == 0 {
		for i, f := range formants {
			t.resonant[i] = resonatorAt(f.hz, f.width)
		}
	}
	v, strength := at(0)
	size := len(mix) / parts
	for i := range parts {
		to, strengthTo := at(float64(i+1) / parts)
		t.singPart(mix[i*size:(i+1)*size], v, to, float32(strength), float32(strengthTo))
		v, strength = to, strengthTo
	}
}

// loudness makes the cry about -20 dBFS.
const loudness = 24000

func (t *throat) singPart(mix []float32, v, to voice, strength, strengthTo float32) {
	n := float32(len(mix))
	level, levelStep := float32(v.level)*strength, (float32(to.level)*strengthTo-float32(v.level)*strength)/n
	air, airStep := float32(v.air)*strength, (float32(to.air)*strengthTo-float32(v.air)*strength)/n
	dt := float32(v.f0 / audio.Rate)
	dtStep := float32((to.f0-v.f0)/audio.Rate) / n
	for i := range mix {
		t.noise = t.noise*1664525 + 1013904223 // Numerical Recipes
		hiss := float32(int32(t.noise)) / (1 << 31)
		saw := t.saw(dt)
		x := level*(saw-0.75*t.last+0.02*hiss) + 0.02*air*hiss // lifted towards high tones
		t.last = saw
		for j := range t.resonant { // one after the other, as in a tube
			x = t.resonant[j].pass(x)
		}
		mix[i] += loudness * x
		level += levelStep
		air += airStep
		dt += dtStep
	}
}

// saw returns the next sample of a sawtooth whose step is rounded off so that
// it does not alias (PolyBLEP, Välimäki and Huovilainen 2007).
func (t *throat) saw(dt float32) float32 {
	t.phase += dt
	if t.phase >= 1 {
		t.phase--
	}
	v := 2*t.phase - 1
	switch p := t.phase; {
	case p < dt:
		p /= dt
		v -= p + p - p*p - 1
	case p > 1-dt:
		p = (p - 1) / dt
		v -= p*p + p + p + 1
	}
	return v
}

// A resonator is a two-pole filter that leaves low tones as they are.
type resonator struct{ a, b, gain, y1, y2 float32 }

func resonatorAt(hz, width float64) resonator {
	r := math.Exp(-math.Pi * width / audio.Rate)
	a, b := 2*r*math.Cos(2*math.Pi*hz/audio.Rate), -r*r
	return resonator{a: float32(a), b: float32(b), gain: float32(1 - a - b)}
}

func (r *resonator) pass(x float32) float32 {
	y := r.gain*x + r.a*r.y1 + r.b*r.y2
	r.y1, r.y2 = y, r.y1
	return y
}
