package sim

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// A pen draws filled, anti-aliased shapes on a sheet. Shapes are added up to a
// path, which fill paints and forgets. A pen that has drawn a picture once
// draws it again without allocating.
type pen struct {
	on   *sheet
	m    matrix
	ops  []op
	mask image.Alpha
	ras  vector.Rasterizer
}

type op struct {
	kind opKind
	p    [6]float32
}

type opKind uint8

const (
	moveTo opKind = iota
	lineTo
	cubeTo
)

func newPen(on *sheet) *pen { return &pen{on: on, m: identity()} }

func (p *pen) move(x, y float32) { p.add(moveTo, x, y, 0, 0, 0, 0) }
func (p *pen) line(x, y float32) { p.add(lineTo, x, y, 0, 0, 0, 0) }

func (p *pen) cube(x1, y1, x2, y2, x, y float32) { p.add(cubeTo, x1, y1, x2, y2, x, y) }

func (p *pen) add(kind opKind, x0, y0, x1, y1, x2, y2 float32) {
	o := op{kind: kind}
	o.p[0], o.p[1] = p.m.apply(x0, y0)
	if kind == cubeTo {
		o.p[2], o.p[3] = p.m.apply(x1, y1)
		o.p[4], o.p[5] = p.m.apply(x2, y2)
	}
	p.ops = append(p.ops, o)
}

// poly adds a polygon of x, y pairs.
func (p *pen) poly(xy ...float32) *pen {
	p.move(xy[0], xy[1])
	for i := 2; i < len(xy); i += 2 {
		p.line(xy[i], xy[i+1])
	}
	return p
}

// kappa makes four cubic Bézier curves a circle: 4/3·(√2-1).
const kappa = 0.5522848

func (p *pen) ellipse(cx, cy, rx, ry float32) *pen {
	kx, ky := rx*kappa, ry*kappa
	p.move(cx+rx, cy)
	p.cube(cx+rx, cy+ky, cx+kx, cy+ry, cx, cy+ry)
	p.cube(cx-kx, cy+ry, cx-rx, cy+ky, cx-rx, cy)
	p.cube(cx-rx, cy-ky, cx-kx, cy-ry, cx, cy-ry)
	p.cube(cx+kx, cy-ry, cx+rx, cy-ky, cx+rx, cy)
	return p
}

// rect adds a rectangle with corners of radius r.
func (p *pen) rect(x, y, w, h, r float32) *pen {
	r = min(r, w/2, h/2)
	if r <= 0 {
		return p.poly(x, y, x+w, y, x+w, y+h, x, y+h)
	}
	k := r * (1 - kappa)
	p.move(x+r, y)
	p.line(x+w-r, y)
	p.cube(x+w-k, y, x+w, y+k, x+w, y+r)
	p.line(x+w, y+h-r)
	p.cube(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h)
	p.line(x+r, y+h)
	p.cube(x+k, y+h, x, y+h-k, x, y+h-r)
	p.line(x, y+r)
	p.cube(x, y+k, x+k, y, x+r, y)
	return p
}

// star adds a five-pointed star.
func (p *pen) star(cx, cy, r float32) *pen {
	for i := range 10 {
		sin, cos := math.Sincos(float64(i)*math.Pi/5 - math.Pi/2)
		d := r
		if i&1 == 1 {
			d = r * 0.48
		}
		x, y := cx+d*float32(cos), cy+d*float32(sin)
		if i == 0 {
			p.move(x, y)
		} else {
			p.line(x, y)
		}
	}
	return p
}

// limb adds a stroke along the quadratic curve from (x0, y0) by (x1, y1) to
// (x2, y2), with round ends, as thick as w0 at its start and w1 at its end.
func (p *pen) limb(w0, w1, x0, y0, x1, y1, x2, y2 float32) *pen {
	const n = 12
	var side [2 * (n + 1)][2]float32
	var nx, ny float32
	for i := range n + 1 {
		t := float32(i) / n
		u := 1 - t
		x, y := u*u*x0+2*u*t*x1+t*t*x2, u*u*y0+2*u*t*y1+t*t*y2
		dx, dy := u*(x1-x0)+t*(x2-x1), u*(y1-y0)+t*(y2-y1)
		if l := float32(math.Hypot(float64(dx), float64(dy))); l > 0 {
			nx, ny = -dy/l, dx/l
		}
		r := (w0 + (w1-w0)*t) / 2
		side[i] = [2]float32{x + nx*r, y + ny*r}
		side[2*n+1-i] = [2]float32{x - nx*r, y - ny*r}
	}
	p.move(side[0][0], side[0][1])
	for i, s := range side[1:] {
		if i == n { // around the far end
			p.cap(side[n], s, w1)
			continue
		}
		p.line(s[0], s[1])
	}
	p.cap(side[2*n+1], side[0], w0)
	return p
}

// cap adds a round end from one side of a stroke of width w to the other.
func (p *pen) cap(a, b [2]float32, w float32) {
	if w <= 0 {
		p.line(b[0], b[1])
		return
	}
	// Away from the stroke: the vector from a to b, turned by a right angle.
	ux, uy := (a[1]-b[1])*2/3, (b[0]-a[0])*2/3
	p.cube(a[0]+ux, a[1]+uy, b[0]+ux, b[1]+uy, b[0], b[1])
}

// bounds returns the even-cornered part of the sheet that the path may touch.
func (p *pen) bounds() image.Rectangle {
	x0, y0 := float32(math.MaxInt32), float32(math.MaxInt32)
	x1, y1 := -x0, -y0
	for i := range p.ops {
		o := &p.ops[i]
		n := 2
		if o.kind == cubeTo {
			n = 6
		}
		for j := 0; j < n; j += 2 {
			x0, x1 = min(x0, o.p[j]), max(x1, o.p[j])
			y0, y1 = min(y0, o.p[j+1]), max(y1, o.p[j+1])
		}
	}
	left := max(int(math.Floor(float64(x0)))-p.on.x0, 0) &^ 1
	top := max(int(math.Floor(float64(y0)))-p.on.y0, 0) &^ 1
	right := min(int(math.Ceil(float64(x1)))-p.on.x0+2, p.on.w) &^ 1
	bottom := min(int(math.Ceil(float64(y1)))-p.on.y0+2, p.on.h) &^ 1
	return image.Rect(left, top, max(left, right), max(top, bottom))
}

// bandSize bounds how much of a shape is rendered at a time, in samples.
const bandSize = 1 << 18

// fill paints the path with k and begins a new one.
func (p *pen) fill(k ink) {
	whole := p.bounds()
	if whole.Empty() || len(p.ops) == 0 {
		p.ops = p.ops[:0]
		return
	}
	height := max(bandSize/whole.Dx()&^3, 4)
	for top := whole.Min.Y; top < whole.Max.Y; top += height {
		r := whole
		r.Min.Y, r.Max.Y = top, min(top+height, whole.Max.Y)
		p.cover(r)
		p.blendLuma(r, &k)
		p.blendChroma(r, &k)
	}
	p.ops = p.ops[:0]
}

// cover renders how far the path covers each sample of r into the mask.
func (p *pen) cover(r image.Rectangle) {
	w, h := r.Dx(), r.Dy()
	p.ras.Reset(w, h)
	p.ras.DrawOp = draw.Src
	dx, dy := float32(r.Min.X+p.on.x0), float32(r.Min.Y+p.on.y0)
	for i := range p.ops {
		o := &p.ops[i]
		switch o.kind {
		case moveTo:
			if i > 0 {
				p.ras.ClosePath()
			}
			p.ras.MoveTo(o.p[0]-dx, o.p[1]-dy)
		case lineTo:
			p.ras.LineTo(o.p[0]-dx, o.p[1]-dy)
		case cubeTo:
			p.ras.CubeTo(o.p[0]-dx, o.p[1]-dy, o.p[2]-dx, o.p[3]-dy, o.p[4]-dx, o.p[5]-dy)
		}
	}
	p.ras.ClosePath()
	if cap(p.mask.Pix) < w*h {
		p.mask.Pix = make([]byte, w*h)
	}
	p.mask.Pix, p.mask.Stride, p.mask.Rect = p.mask.Pix[:w*h], w, image.Rect(0, 0, w, h)
	p.ras.Draw(&p.mask, p.mask.Rect, image.Opaque, image.Point{})
}

// dither hides the steps of a gradient: a 4×4 ordered matrix, in 1/16.
const dither = "\x00\x08\x02\x0a\x0c\x04\x0e\x06\x03\x0b\x01\x09\x0f\x07\x0d\x05"

func (p *pen) blendLuma(r image.Rectangle, k *ink) {
	s, w := p.on, r.Dx()
	flatA := int32(k.alpha * 256)
	for row := range r.Dy() {
		mask := p.mask.Pix[row*w : (row+1)*w]
		out := s.y[(r.Min.Y+row)*s.w+r.Min.X:][:w]
		if k.kind == flat {
			c := int32(k.from.y + 0.5)
			for i, m := range mask {
				if m != 0 {
					d := int32(out[i])
					out[i] = byte(d + ((c-d)*int32(m)*flatA+1<<15)>>16)
				}
			}
			continue
		}
		y := float32(r.Min.Y + row + s.y0)
		for i, m := range mask {
			if m != 0 {
				c, a := k.at(float32(r.Min.X+i+s.x0), y)
				a *= float32(m) / 255
				d := float32(out[i])
				out[i] = byte(d + (c.y-d)*a + (float32(dither[(row&3)<<2|i&3])+0.5)/16)
			}
		}
	}
}

func (p *pen) blendChroma(r image.Rectangle, k *ink) {
	s, w := p.on, r.Dx()
	for row := 0; row < r.Dy(); row += 2 {
		up, low := p.mask.Pix[row*w:(row+1)*w], p.mask.Pix[(row+1)*w:(row+2)*w]
		at := (r.Min.Y+row)/2*(s.w/2) + r.Min.X/2
		cb, cr := s.cb[at:][:w/2], s.cr[at:][:w/2]
		y := float32(r.Min.Y + row + s.y0)
		for i := range cb {
			m := int(up[2*i]) + int(up[2*i+1]) + int(low[2*i]) + int(low[2*i+1])
			if m == 0 {
				continue
			}
			c, a := k.at(float32(r.Min.X+2*i+s.x0), y)
			a *= float32(m) / 1020
			b, e := float32(cb[i]), float32(cr[i])
			cb[i] = byte(b + (c.cb-b)*a + 0.5)
			cr[i] = byte(e + (c.cr-e)*a + 0.5)
		}
	}
}
