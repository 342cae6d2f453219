package sim

import "math"

// A light is everything about the light that the camera sees, worked out from
// the lux in the room, the IR filter and the lamps. Two equal lights give equal
// pictures.
type light struct {
	ambient float32 // gain of the diffuse light
	evening float32 // 1 at dusk, 0 by day and in the night
	glow    float32 // of the bedside lamp, which a parent has on at dusk
	ir      float32 // gain of the infrared lamps
	washed  float32 // how much daylight infrared spoils the colours
	colour  float32 // saturation
	day     float32 // how bright it is outside, 0 to 1
	grain   float32 // standard deviation of the sensor's noise, in steps of luma
	gain    float32 // the camera's own amplification
	extra   float64 // lux that the camera takes the infrared light for
}

// lightOf works out the light. The camera amplifies what it gets, so that the
// brightness of its picture falls far slower than the lux.
func lightOf(lux float64, filterIn, lamps bool) light {
	decades := math.Log10(max(lux, 1e-4))
	d := clamp01((decades + 1.5) / 3.8) // 0.03 lux to 200 lux
	l := light{
		ambient: float32(0.05 + 0.95*math.Pow(d, 1.8)),
		evening: bell(decades, 1.15, 0.85),
		glow:    bell(decades, 1.15, 0.7),
		colour:  float32(0.25 + 0.75*math.Sqrt(d)),
		day:     float32(clamp01((decades - 0.3) / 2.1)),
		grain:   float32(0.9 + 5.4*math.Pow(1-d, 2.5)),
		gain:    float32(1 + 15*math.Pow(1-d, 1.5)),
	}
	switch {
	case lamps && filterIn:
		l.ir = 0.03 // the filter lets next to nothing through
		l.extra = 0.2
	case lamps:
		l.ir = 1
		l.extra = 14
	}
	if !filterIn {
		l.extra += 0.3 * lux
		l.washed = float32(d)
		l.ambient *= 1.12
		l.colour *= 0.62 * l.ambient / (l.ambient + 3*l.ir)
		if lamps {
			l.grain = min(l.grain, 2)
			l.gain = min(l.gain, 4)
			l.washed *= 0.4
			l.ambient = min(l.ambient, 0.5)
		}
	}
	if l.ir > 0.5 && l.colour < 0.12 {
		l.colour = 0
	}
	l.grain = float32(math.Round(float64(l.grain)*4) / 4)
	return l
}

func clamp01(x float64) float64 { return min(max(x, 0), 1) }

// bell is 1 at middle and falls to 1/e at a distance of width.
func bell(x, middle, width float64) float32 {
	u := (x - middle) / width
	return float32(math.Exp(-u * u))
}

// Luma from glass on is not matter but light from outside: the sky.
const glass = 224

// curves are the tables by which matter becomes picture: luma is
// tone[matter·gain + emit], counted from black; chroma is dye·gain, signed.
type curves struct {
	matter, emit [256]int32
	dye          [256]int32
	tone         [1024]byte
}

func (c *curves) set(l light) {
	flatten := clamp01(float64(l.ir)) // cloth and wood are all alike in infrared
	low, high := skyRange(l)
	for v := range 256 {
		m := float64(max(v-16, 0))
		m += flatten * (58 + 0.62*m - m)
		m += float64(l.washed) * 0.28 * (130 - m)
		c.matter[v], c.emit[v] = int32(m), 0
		if v >= glass {
			t := float64(v-glass) / (255 - glass)
			c.matter[v], c.emit[v] = 0, int32(low+t*(high-low))
		}
		c.dye[v] = int32(float32(v-128) * l.colour * 256)
	}
	for i := range c.tone {
		x := float64(i)
		if x > 165 { // a shoulder, as films and cameras have
			x = 165 + 54*(1-math.Exp(-(x-165)/54))
		}
		c.tone[i] = byte(x)
	}
}

// skyRange returns the luma over black of the darkest and the brightest thing
// outside.
func skyRange(l light) (low, high float64) {
	day, eve := float64(l.day), float64(l.evening)
	low = 4 + 100*day*(1-0.6*eve)
	high = 105 + 114*day*(1-0.25*eve) + 25*eve
	if l.ir > 0.5 {
		high *= 0.5
	}
	return low, high
}

// A spotlight on one node of the picture: gain (1<<16 is 1) and an offset of
// the chroma (1<<16 is one step).
type node struct{ gain, cb, cr int32 }

// at returns the light that falls on (x, y) of the panorama; (u, v) is the
// place in the full picture, -1 to 1, because the infrared lamps turn with the
// head.
func (l *light) at(x, y, u, v float32) node {
	wx, wy := (x-windowX-windowW/2)/900, (y-windowY-windowH/2)/760
	window := exp(-(wx*wx + wy*wy))
	g := l.ambient * (0.72 + 0.42*window)
	lx, ly := (x-lampX)/250, (y-lampY)/230
	r := lx*lx + ly*ly
	warm := l.glow * (0.5*exp(-r/5) + 0.75/(1+4*r)) * (1 - 0.8*clampF(l.ir))
	beam := l.ir * (1.02*exp(-0.5*u*u-0.42*v*v) + 0.04)
	cool := l.evening * l.colour * g
	wash := l.washed * l.colour
	if l.ir > 0.5 {
		wash = 0
	}
	return node{
		gain: int32(min(g+warm+beam, 3) * (1 << 16)),
		cb:   int32((7*cool - 24*warm*l.colour + 14*wash) * (1 << 16)),
		cr:   int32((-2*cool + 16*warm*l.colour + 22*wash) * (1 << 16)),
	}
}

func clampF(x float32) float32 { return min(max(x, 0), 1) }

func exp(x float32) float32 { return float32(math.Exp(float64(x))) }
