// Package noise makes endless sounds that cover others: white, pink and brown
// noise, rain, a fan, a heartbeat. They are computed while they play, so they
// have no seam.
package noise

import (
	"math"

	"babymonitor/audio"
)

// Kind names a noise.
type Kind string

// The noises.
const (
	White     Kind = "white"
	Pink      Kind = "pink"
	Brown     Kind = "brown"
	Rain      Kind = "rain"
	Fan       Kind = "fan"
	Heartbeat Kind = "heartbeat"
)

// Kinds returns all noises.
func Kinds() []Kind { return []Kind{White, Pink, Brown, Rain, Fan, Heartbeat} }

// Title is what a parent calls the noise.
func (k Kind) Title() string {
	switch k {
	case White:
		return "White noise"
	case Pink:
		return "Pink noise"
	case Brown:
		return "Brown noise"
	case Rain:
		return "Rain"
	case Fan:
		return "Fan"
	case Heartbeat:
		return "Heartbeat"
	}
	return ""
}

// Player makes one noise without end. It belongs to one goroutine.
type Player struct{ next func() float32 }

// Open returns a player of k; false if there is no such noise. Players with
// the same seed sound the same.
func Open(k Kind, seed uint64) (*Player, bool) {
	r := &random{state: seed*2685821657736338717 + 1442695040888963407}
	switch k {
	case White:
		return &Player{white(r)}, true
	case Pink:
		return &Player{pink(r)}, true
	case Brown:
		return &Player{brown(r)}, true
	case Rain:
		return &Player{rain(r)}, true
	case Fan:
		return &Player{fan(r)}, true
	case Heartbeat:
		return &Player{heartbeat(r)}, true
	}
	return nil, false
}

// Read fills samples (1 is full scale). It never ends.
func (p *Player) Read(samples []float32) (int, error) {
	for i := range samples {
		samples[i] = p.next()
	}
	return len(samples), nil
}

// Close does nothing.
func (p *Player) Close() error { return nil }

// random is a xorshift generator (G. Marsaglia, Xorshift RNGs, 2003).
type random struct{ state uint64 }

// next returns an even spread over -1 to 1.
func (r *random) next() float32 {
	r.state ^= r.state << 13
	r.state ^= r.state >> 7
	r.state ^= r.state << 17
	return float32(int32(r.state>>32)) / (1 << 31)
}

// The gains below bring each noise to about -28 dBFS RMS.

func white(r *random) func() float32 {
	return func() float32 { return 0.069 * r.next() }
}

// pink falls by 3 dB an octave: white noise through Paul Kellet's filter of
// seven poles (musicdsp.org, 1999).
func pink(r *random) func() float32 {
	var b [7]float32
	return func() float32 {
		w := r.next()
		b[0] = 0.99886*b[0] + w*0.0555179
		b[1] = 0.99332*b[1] + w*0.0750759
		b[2] = 0.96900*b[2] + w*0.1538520
		b[3] = 0.86650*b[3] + w*0.3104856
		b[4] = 0.55000*b[4] + w*0.5329522
		b[5] = -0.7616*b[5] - w*0.0168980
		sum := b[0] + b[1] + b[2] + b[3] + b[4] + b[5] + b[6] + w*0.5362
		b[6] = w * 0.115926
		return 0.0226 * sum
	}
}

// brown falls by 6 dB an octave above 40 Hz.
func brown(r *random) func() float32 {
	low, high := lowpass(40), highpass(20)
	return func() float32 { return 1.64 * high.next(low.next(r.next())) }
}

// rain is a soft hiss that swells and ebbs, with drops on leaves in front.
func rain(r *random) func() float32 {
	hiss, body, far := highpass(700), lowpass(5000), lowpass(5000)
	swell := lowpass(0.2)
	drops := [8]drop{}
	turn := 0
	return func() float32 {
		x := far.next(body.next(hiss.next(r.next()))) * (0.13 + 22*swell.next(r.next()))
		const perSecond = 40.0
		if r.next() > 1-2*perSecond/audio.Rate {
			drops[turn].fall(r)
			turn = (turn + 1) % len(drops)
		}
		for i := range drops {
			x += drops[i].next()
		}
		return x
	}
}

// drop is one drop: a short tone that fades.
type drop struct{ c, d, y1, y2 float64 }

func (d *drop) fall(r *random) {
	hz := 1500 + 1500*(1+float64(r.next()))
	fade := 0.004 + 0.004*(1+float64(r.next())) // seconds to 1/e
	loud := 0.14 * math.Pow(float64(1+r.next())/2, 2)
	w, q := 2*math.Pi*hz/audio.Rate, math.Exp(-1/(fade*audio.Rate))
	// The new drop joins what is left of the one before it without a step.
	d.c, d.d = 2*q*math.Cos(w), q*q
	d.y2 = d.y1 - loud*math.Sin(w)
}

func (d *drop) next() float32 {
	y := d.c*d.y1 - d.d*d.y2
	d.y2, d.y1 = d.y1, y
	return float32(y)
}

// fan is air (low noise) and the hum of the blades, which beat slowly.
func fan(r *random) func() float32 {
	air, roar, wobble := lowpass(500), lowpass(500), lowpass(0.5)
	rumble := highpass(50)
	hum, double := tone(92), tone(184.6)
	return func() float32 {
		x := rumble.next(roar.next(air.next(r.next())))
		sway := 1 + 30*wobble.next(r.next())
		return 0.62*x*sway + 0.008*hum() + 0.005*double()
	}
}

// heartbeat is what a child hears before birth: 66 beats a minute of two
// thuds, the second softer, over the rush of blood.
func heartbeat(r *random) func() float32 {
	beat := make([]float32, audio.Rate*60/66)
	for i := range beat {
		s := float64(i) / audio.Rate
		beat[i] = float32(0.14 * (thud(s-0.05, 58, 0.055) + 0.65*thud(s-0.33, 72, 0.04)))
	}
	rush, flow := lowpass(180), lowpass(180)
	at := 0
	return func() float32 {
		x := beat[at] + 0.12*flow.next(rush.next(r.next()))
		if at++; at == len(beat) {
			at = 0
		}
		return x
	}
}

// thud is a low tone of hz, s seconds after it began, that swells and fades.
func thud(s, hz, fade float64) float64 {
	if s < 0 {
		return 0
	}
	envelope := s / fade * math.Exp(1-s/fade)
	return envelope * (math.Sin(2*math.Pi*hz*s) + 0.35*math.Sin(4*math.Pi*hz*s) + 0.12*math.Sin(6*math.Pi*hz*s))
}

// tone is a steady sine of amplitude 1, as a rotation that is kept at its
// length.
func tone(hz float64) func() float32 {
	sin, cos := math.Sincos(2 * math.Pi * hz / audio.Rate)
	x, y := 1.0, 0.0
	return func() float32 {
		x, y = x*cos-y*sin, x*sin+y*cos
		fix := 1.5 - 0.5*(x*x+y*y)
		x, y = x*fix, y*fix
		return float32(y)
	}
}

// filter is a filter of one pole.
type filter struct {
	a, low float32
	high   bool
}

// lowpass lets what is below hz pass, highpass what is above.
func lowpass(hz float64) filter {
	return filter{a: float32(1 - math.Exp(-2*math.Pi*hz/audio.Rate))}
}

func highpass(hz float64) filter {
	f := lowpass(hz)
	f.high = true
	return f
}

func (f *filter) next(x float32) float32 {
	f.low += f.a * (x - f.low)
	if f.high {
		return x - f.low
	}
	return f.low
}
