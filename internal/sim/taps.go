package sim

// fixed turns a number into 16.16 fixed point.
func fixed(x float64) int { return int(x * 65536) }

// taps are where a line of the picture takes its samples: between two lines of
// a plane, f/256 of the way down, from left on in steps (16.16).
type taps struct {
	up, low    []byte
	f          int
	left, step int
}

// between chooses the two lines of a plane, w wide, around y (16.16).
func (t *taps) between(plane []byte, w, y int) {
	h := len(plane) / w
	y = min(max(y, 0), (h-1)<<16)
	i := y >> 16
	j := min(i+1, h-1)
	t.up, t.low, t.f = plane[i*w:(i+1)*w], plane[j*w:(j+1)*w], y>>8&255
}

// take fills out with samples, each weighed from the four around its place.
func (t *taps) take(out []byte) {
	first, last := t.left>>16, (t.left+(len(out)-1)*t.step)>>16
	if first < 0 || last+1 >= len(t.up) {
		t.takeAtEdge(out)
		return
	}
	if t.step == 1<<16 {
		t.takeRow(out, first, t.left>>8&255)
		return
	}
	at, f := t.left, t.f
	for i := range out {
		x, g := at>>16, at>>8&255
		up, low := t.up[x:x+2:x+2], t.low[x:x+2:x+2]
		a := int(up[0])<<8 + (int(low[0])-int(up[0]))*f
		b := int(up[1])<<8 + (int(low[1])-int(up[1]))*f
		out[i] = byte((a<<8 + (b-a)*g) >> 16)
		at += t.step
	}
}

// takeRow is take without enlarging: all samples lie g/256 beyond one of the
// plane's columns.
func (t *taps) takeRow(out []byte, first, g int) {
	up, low := t.up[first:][:len(out)+1], t.low[first:][:len(out)+1]
	if g == 0 && t.f == 0 {
		copy(out, up)
		return
	}
	f := t.f
	last := int(up[0])<<8 + (int(low[0])-int(up[0]))*f
	up, low = up[1:], low[1:]
	for i := range out {
		next := int(up[i])<<8 + (int(low[i])-int(up[i]))*f
		out[i] = byte((last<<8 + (next-last)*g) >> 16)
		last = next
	}
}

// takeAtEdge is take where some places lie beyond the plane's sides; the
// outermost samples stand for what is there.
func (t *taps) takeAtEdge(out []byte) {
	at, end := t.left, len(t.up)-1
	for i := range out {
		x, g := at>>16, at>>8&255
		x0, x1 := min(max(x, 0), end), min(max(x+1, 0), end)
		a := int(t.up[x0])<<8 + (int(t.low[x0])-int(t.up[x0]))*t.f
		b := int(t.up[x1])<<8 + (int(t.low[x1])-int(t.up[x1]))*t.f
		out[i] = byte((a<<8 + (b-a)*g) >> 16)
		at += t.step
	}
}
