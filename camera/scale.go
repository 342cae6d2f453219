package camera

import "encoding/binary"

// scaler shrinks pictures in memory of its own.
type scaler struct {
	y, cb, cr []byte
	line      []byte
	across    []tap // of luma
	acrossC   []tap // of chroma
}

// tap says between which two samples a result lies: at from, with so many 256ths
// of the next one.
type tap struct {
	from   int
	weight int
}

// to returns f at this size, even both ways, by linear interpolation. The
// result is valid until the next call; it is f itself where the size fits.
func (s *scaler) to(f Frame, w, h int) Frame {
	if f.Width == w && f.Height == h {
		return f
	}
	if len(s.y) != w*h {
		s.y, s.cb, s.cr = make([]byte, w*h), make([]byte, w*h/4), make([]byte, w*h/4)
	}
	if len(s.line) != f.Width+1 {
		s.line = make([]byte, f.Width+1)
	}
	chroma := s.line[:f.Width/2+1]
	s.across, s.acrossC = taps(s.across, f.Width, w), taps(s.acrossC, f.Width/2, w/2)
	shrink(s.y, s.across, source{f.Y, f.StrideY, f.Height}, s.line)
	shrink(s.cb, s.acrossC, source{f.Cb, f.StrideC, f.Height / 2}, chroma)
	shrink(s.cr, s.acrossC, source{f.Cr, f.StrideC, f.Height / 2}, chroma)
	return Frame{At: f.At, Width: w, Height: h, Y: s.y, Cb: s.cb, Cr: s.cr, StrideY: w, StrideC: w / 2}
}

type source struct {
	data           []byte
	stride, height int
}

// taps fills t for scaling from have to want samples, their centres aligned.
func taps(t []tap, have, want int) []tap {
	if len(t) != want {
		t = make([]tap, want)
	}
	for i := range t {
		t[i] = place(i, have, want)
	}
	return t
}

// place returns where the i-th of want samples lies among have.
func place(i, have, want int) tap {
	at := max(0, ((2*i+1)*have*128)/want-128) // in 256ths
	p := tap{at >> 8, at & 255}
	if p.from >= have-1 {
		p = tap{have - 1, 0}
	}
	return p
}

// shrink writes in at the width of across and this height to out. line is
// memory for one line of in and one sample more.
func shrink(out []byte, across []tap, in source, line []byte) {
	w := len(across)
	height := len(out) / w
	for y := range height {
		down := place(y, in.height, height)
		upper := in.data[down.from*in.stride:]
		if down.weight == 0 {
			copy(line[:len(line)-1], upper)
		} else {
			blend(line[:len(line)-1], upper, in.data[(down.from+1)*in.stride:], uint64(down.weight))
		}
		line[len(line)-1] = line[len(line)-2]
		to := out[y*w:][:w]
		for x, a := range across {
			pair := line[a.from:][:2]
			to[x] = byte((int(pair[0])<<8 + (int(pair[1])-int(pair[0]))*a.weight + 128) >> 8)
		}
	}
}

// blend writes to out what lies between upper and lower, with so many 256ths of
// lower. It works on four samples at once, 16 bits for each.
func blend(out, upper, lower []byte, weight uint64) {
	const even = 0x00ff00ff00ff00ff
	for len(out) >= 8 && len(upper) >= 8 && len(lower) >= 8 {
		a, b := binary.LittleEndian.Uint64(upper), binary.LittleEndian.Uint64(lower)
		evens := (a&even)*(256-weight) + (b&even)*weight
		odds := (a>>8&even)*(256-weight) + (b>>8&even)*weight
		binary.LittleEndian.PutUint64(out, evens>>8&even|odds&^even)
		out, upper, lower = out[8:], upper[8:], lower[8:]
	}
	for i := range out {
		out[i] = byte((uint64(upper[i])*(256-weight) + uint64(lower[i])*weight) >> 8)
	}
}
