package sim

import "image"

// cell is the distance of the light's nodes in the picture, in luma samples.
const (
	cellBits = 5
	cell     = 1 << cellBits
)

// A plate holds the picture before the sensor adds its noise: luma counted
// from black (16) and chroma from 8, so that noise of either sign can be added
// byte by byte without a carry.
type plate struct {
	view      viewport
	curves    curves
	nodes     []node
	cols      int
	row       []node // the nodes of the line in work
	raw       []byte // the samples of the line in work, unlit
	y, cb, cr []byte
}

// The plates' zero levels.
const (
	lumaFloor   = 16
	chromaFloor = 8
)

func newPlate(w, h int) *plate {
	cols, rows := w>>cellBits+2, h>>cellBits+2
	return &plate{
		cols: cols, nodes: make([]node, cols*rows), row: make([]node, cols), raw: make([]byte, w),
		y: make([]byte, w*h), cb: make([]byte, w*h/4), cr: make([]byte, w*h/4),
	}
}

// aim sets what the plate shows and in which light.
func (p *plate) aim(v viewport, l light) {
	p.view = v
	for i := range p.nodes {
		x := v.x + float64(i%p.cols*cell)*v.sx
		y := v.y + float64(i/p.cols*cell)*v.sy
		p.nodes[i] = l.at(float32(x), float32(y),
			float32((x-v.fullX)/v.fullW*2-1), float32((y-v.fullY)/v.fullH*2-1))
	}
}

// expose takes the part r of the picture, which has even corners, from s.
func (p *plate) expose(s *sheet, r image.Rectangle) {
	if r.Empty() {
		return
	}
	v := &p.view
	w, raw := r.Dx(), p.raw[:r.Dx()]
	t := taps{
		left: fixed(v.x + (float64(r.Min.X)+0.5)*v.sx - 0.5 - float64(s.x0)),
		step: fixed(v.sx),
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		p.interpolate(y)
		t.between(s.y, s.w, fixed(v.y+(float64(y)+0.5)*v.sy-0.5-float64(s.y0)))
		t.take(raw)
		p.luma(p.y[y*v.w+r.Min.X:][:w], raw, r.Min.X)
	}
	raw = raw[:w/2]
	t.left = fixed((v.x+float64(r.Min.X+1)*v.sx-float64(s.x0))/2 - 0.5)
	for y := r.Min.Y; y < r.Max.Y; y += 2 {
		p.interpolate(y)
		at := y/2*(v.w/2) + r.Min.X/2
		down := fixed((v.y+float64(y+1)*v.sy-float64(s.y0))/2 - 0.5)
		t.between(s.cb, s.w/2, down)
		t.take(raw)
		p.chroma(p.cb[at:][:w/2], raw, r.Min.X, false)
		t.between(s.cr, s.w/2, down)
		t.take(raw)
		p.chroma(p.cr[at:][:w/2], raw, r.Min.X, true)
	}
}

// interpolate works out the light of one line.
func (p *plate) interpolate(y int) {
	a := p.nodes[y>>cellBits*p.cols:][:p.cols]
	b := p.nodes[(y>>cellBits+1)*p.cols:][:p.cols]
	t := int32(y & (cell - 1))
	for i := range p.row {
		p.row[i] = node{
			a[i].gain + (b[i].gain-a[i].gain)>>cellBits*t,
			a[i].cb + (b[i].cb-a[i].cb)>>cellBits*t,
			a[i].cr + (b[i].cr-a[i].cr)>>cellBits*t,
		}
	}
}

// luma lights raw samples, of which the first lies at x.
func (p *plate) luma(out, raw []byte, x int) {
	c := &p.curves
	for len(raw) > 0 {
		n := x >> cellBits
		g := int64(p.row[n].gain)
		slope := (int64(p.row[n+1].gain) - g) >> cellBits
		g += slope * int64(x&(cell-1))
		size := min(cell-x&(cell-1), len(raw))
		part := out[:size]
		for i, v := range raw[:size] {
			part[i] = c.tone[(int64(c.matter[v])*g>>16+int64(c.emit[v]))&1023]
			g += slope
		}
		out, raw, x = out[size:], raw[size:], x+size
	}
}

// chroma lights raw samples of one of the chroma planes, of which the first
// lies at x in luma samples.
func (p *plate) chroma(out, raw []byte, x int, red bool) {
	c := &p.curves
	for len(raw) > 0 {
		n := x >> cellBits
		a, b := p.row[n], p.row[n+1]
		tint, tintTo := a.cb, b.cb
		if red {
			tint, tintTo = a.cr, b.cr
		}
		g, to := int64(min(a.gain, 1<<16)), int64(min(b.gain, 1<<16))
		slope, slide := (to-g)>>(cellBits-1), (tintTo-tint)>>(cellBits-1)
		k := x & (cell - 1) / 2
		g, tint = g+slope*int64(k), tint+slide*int32(k)
		size := min(cell/2-k, len(raw))
		part := out[:size]
		for i, v := range raw[:size] {
			lit := int32(int64(c.dye[v])*g>>24) + tint>>16
			part[i] = byte(min(max(lit, -112), 112) + 128 - chromaFloor)
			g += slope
			tint += slide
		}
		out, raw, x = out[size:], raw[size:], x+2*size
	}
}
