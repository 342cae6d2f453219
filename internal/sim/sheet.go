package sim

import "math"

// A sheet is a drawing in I420 planes. It knows where in the panorama it lies,
// so that a small sheet (the baby) can be drawn and shown over a large one (the
// room) in the same coordinates.
type sheet struct {
	x0, y0    int // upper left corner in the panorama, even
	w, h      int // even
	y, cb, cr []byte
}

// newSheet returns a black sheet. Odd numbers are widened to even ones.
func newSheet(x0, y0, w, h int) *sheet {
	w, h = w+w&1, h+h&1
	s := &sheet{x0: x0 &^ 1, y0: y0 &^ 1, w: w, h: h}
	s.y = make([]byte, w*h)
	s.cb = make([]byte, w*h/4)
	s.cr = make([]byte, w*h/4)
	return s
}

// copyFrom fills s with what lies under it on a larger sheet, which must cover
// all of s.
func (s *sheet) copyFrom(under *sheet) {
	dx, dy := s.x0-under.x0, s.y0-under.y0
	for row := range s.h {
		copy(s.y[row*s.w:(row+1)*s.w], under.y[(row+dy)*under.w+dx:])
	}
	cw, uw := s.w/2, under.w/2
	for row := range s.h / 2 {
		from := (row+dy/2)*uw + dx/2
		copy(s.cb[row*cw:(row+1)*cw], under.cb[from:])
		copy(s.cr[row*cw:(row+1)*cw], under.cr[from:])
	}
}

// A colour in BT.601 limited range, as the sheets hold it.
type colour struct{ y, cb, cr float32 }

// rgb converts 0xRRGGBB (BT.601, limited range).
func rgb(hex uint32) colour {
	r, g, b := float32(hex>>16&255), float32(hex>>8&255), float32(hex&255)
	return colour{
		y:  16 + (65.738*r+129.057*g+25.064*b)/256,
		cb: 128 + (-37.945*r-74.494*g+112.439*b)/256,
		cr: 128 + (112.439*r-94.154*g-18.285*b)/256,
	}
}

func (c colour) mix(d colour, t float32) colour {
	return colour{c.y + (d.y-c.y)*t, c.cb + (d.cb-c.cb)*t, c.cr + (d.cr-c.cr)*t}
}

// An ink fills a shape: one colour, a gradient along a line, or a spot that
// fades towards its rim.
type ink struct {
	from, to   colour
	alpha      float32 // opacity, 0 to 1
	kind       inkKind
	ax, ay, a0 float32 // gradient: t = ax·x + ay·y + a0
	cx, cy     float32 // spot: centre and radii
	rx, ry     float32
}

type inkKind uint8

const (
	flat inkKind = iota
	gradient
	spot
)

func solid(hex uint32) ink { return ink{from: rgb(hex), alpha: 1} }

// veil is a colour that lets the drawing below show through.
func veil(hex uint32, alpha float32) ink { return ink{from: rgb(hex), alpha: alpha} }

// fade goes from one colour at (x0, y0) to another at (x1, y1).
func fade(from, to uint32, x0, y0, x1, y1 float32) ink {
	dx, dy := x1-x0, y1-y0
	n := dx*dx + dy*dy
	return ink{
		from: rgb(from), to: rgb(to), alpha: 1, kind: gradient,
		ax: dx / n, ay: dy / n, a0: -(x0*dx + y0*dy) / n,
	}
}

// at returns the colour and the opacity at a point of the panorama.
func (k *ink) at(x, y float32) (colour, float32) {
	switch k.kind {
	case gradient:
		t := min(max(k.ax*x+k.ay*y+k.a0, 0), 1)
		return k.from.mix(k.to, t), k.alpha
	case spot:
		u, v := (x-k.cx)/k.rx, (y-k.cy)/k.ry
		t := max(1-u*u-v*v, 0)
		return k.from, k.alpha * t * t
	}
	return k.from, k.alpha
}

// A matrix maps drawing coordinates to the panorama.
type matrix struct{ a, b, c, d, e, f float32 } // x' = a·x + c·y + e, y' = b·x + d·y + f

func identity() matrix { return matrix{a: 1, d: 1} }

// at returns the matrix that puts the origin at (x, y), turned clockwise by
// degrees and scaled, in the coordinates of m.
func (m matrix) at(x, y, degrees, scale float32) matrix {
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	s, c := float32(sin)*scale, float32(cos)*scale
	e, f := m.apply(x, y)
	return matrix{
		a: m.a*c + m.c*s, b: m.b*c + m.d*s,
		c: m.c*c - m.a*s, d: m.d*c - m.b*s,
		e: e, f: f,
	}
}

func (m matrix) apply(x, y float32) (float32, float32) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// scaleOf returns how much m enlarges lengths.
func scaleOf(m matrix) float32 {
	return float32(math.Hypot(float64(m.a), float64(m.b)))
}
