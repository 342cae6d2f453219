package camera

import (
	"errors"
	"math"
)

// check refuses what is not a part of the picture.
func (r Rect) check() error {
	for _, v := range []float64{r.X, r.Y, r.W, r.H} {
		if math.IsNaN(v) || v < 0 || v > 1 {
			return errors.New("zoom: x, y, w and h are fractions of the picture, 0 to 1")
		}
	}
	const most = 1 + 1e-9 // rounding of the sender
	switch {
	case r.W < 0.1 || r.H < 0.1:
		return errors.New("zoom: w and h are at least 0.1, that is ten times")
	case r.X+r.W > most || r.Y+r.H > most:
		return errors.New("zoom: the part reaches beyond the picture; x+w and y+h are at most 1")
	}
	return nil
}

// unturned returns where r, a part of a picture that was turned clockwise by
// degrees, was before.
func (r Rect) unturned(degrees int) Rect {
	switch degrees {
	case 90:
		return Rect{X: r.Y, Y: 1 - r.X - r.W, W: r.H, H: r.W}
	case 180:
		return Rect{X: 1 - r.X - r.W, Y: 1 - r.Y - r.H, W: r.W, H: r.H}
	case 270:
		return Rect{X: 1 - r.Y - r.H, Y: r.X, W: r.H, H: r.W}
	}
	return r
}

// rotator turns pictures clockwise in memory of its own, for cameras that are
// mounted on their side or head.
type rotator struct{ y, cb, cr []byte }

// rotate returns f turned by degrees (0, 90, 180 or 270). The result is valid
// until the next call.
func (r *rotator) rotate(f Frame, degrees int) Frame {
	if degrees == 0 {
		return f
	}
	w, h := f.Width, f.Height
	r.y = turnPlane(r.y, plane{f.Y, w, h, f.StrideY}, degrees)
	r.cb = turnPlane(r.cb, plane{f.Cb, w / 2, h / 2, f.StrideC}, degrees)
	r.cr = turnPlane(r.cr, plane{f.Cr, w / 2, h / 2, f.StrideC}, degrees)
	if degrees != 180 {
		w, h = h, w
	}
	return Frame{At: f.At, Width: w, Height: h, Y: r.y, Cb: r.cb, Cr: r.cr, StrideY: w, StrideC: w / 2}
}

type plane struct {
	data                  []byte
	width, height, stride int
}

// turnPlane writes p, turned clockwise by degrees, into out, which is made
// anew where its size does not fit.
func turnPlane(out []byte, p plane, degrees int) []byte {
	if len(out) != p.width*p.height {
		out = make([]byte, p.width*p.height)
	}
	for y := range p.height {
		line := p.data[y*p.stride : y*p.stride+p.width]
		// Where the line's first sample goes, and the way to its next.
		var at, step int
		switch degrees {
		case 90:
			at, step = p.height-1-y, p.height
		case 180:
			at, step = (p.height-y)*p.width-1, -1
		default: // 270
			at, step = (p.width-1)*p.height+y, -p.height
		}
		for _, v := range line {
			out[at] = v
			at += step
		}
	}
	return out
}
