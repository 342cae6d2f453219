package v4l2

import (
	"encoding/binary"
	"fmt"

	"babymonitor/camera"
)

// converter makes I420 of what cameras deliver, in memory of its own that is
// used again for the next picture.
type converter struct {
	y, cb, cr []byte
	shared    camera.DMABuf
	jpeg      jpegDecoder
}

// i420 returns the picture in data. Odd sizes lose their last line or column.
// The frame may share data's memory.
func (c *converter) i420(l layout, data []byte) (camera.Frame, error) {
	switch l.format {
	case fmtMJPEG, fmtJPEG:
		return c.jpeg.i420(l, data)
	case fmtYU12:
		return planar(l, data)
	case fmtNV12:
		return c.interleaved(l, data)
	case fmtYUYV:
		return c.packed(l, data, 0)
	case fmtUYVY:
		return c.packed(l, data, 8)
	}
	return camera.Frame{}, fmt.Errorf("pictures of format %v cannot be converted", l.format)
}

// planar is I420 as it lies.
func planar(l layout, data []byte) (camera.Frame, error) {
	w, h := l.width&^1, l.height&^1
	stride := max(l.stride, w)
	half := (stride + 1) / 2
	luma, chroma := stride*l.height, half*((l.height+1)/2)
	if len(data) < luma+chroma+half*(h/2-1)+w/2 {
		return camera.Frame{}, errShort
	}
	return camera.Frame{
		Width: w, Height: h, StrideY: stride, StrideC: half,
		Y: data[:luma], Cb: data[luma : luma+chroma], Cr: data[luma+chroma:],
	}, nil
}

// interleaved is NV12: luma as it lies, and lines of Cb and Cr by turns.
func (c *converter) interleaved(l layout, data []byte) (camera.Frame, error) {
	w, h := l.width&^1, l.height&^1
	stride := max(l.stride, w)
	luma := stride * l.height
	if len(data) < luma+stride*(h/2-1)+w {
		return camera.Frame{}, errShort
	}
	c.fit(0, w*h/4)
	for y := range h / 2 {
		line := data[luma+y*stride:][:w]
		everySecond(c.cb[y*w/2:][:w/2], line, 0)
		everySecond(c.cr[y*w/2:][:w/2], line, 8)
	}
	return camera.Frame{Width: w, Height: h, StrideY: stride, StrideC: w / 2, Y: data[:luma], Cb: c.cb, Cr: c.cr}, nil
}

// packed is 4:2:2 with luma in every second byte, the first one or (shift 8)
// the second.
func (c *converter) packed(l layout, data []byte, shift uint) (camera.Frame, error) {
	w, h := l.width&^1, l.height&^1
	stride := max(l.stride, 2*w)
	if len(data) < stride*(h-1)+2*w {
		return camera.Frame{}, errShort
	}
	c.fit(w*h, w*h/4)
	for y := 0; y < h; y += 2 {
		upper, lower := data[y*stride:][:2*w], data[(y+1)*stride:][:2*w]
		everySecond(c.y[y*w:][:w], upper, shift)
		everySecond(c.y[(y+1)*w:][:w], lower, shift)
		chroma(c.cb[y/2*w/2:][:w/2], c.cr[y/2*w/2:][:w/2], upper, lower, 8-shift)
	}
	return camera.Frame{Width: w, Height: h, StrideY: w, StrideC: w / 2, Y: c.y, Cb: c.cb, Cr: c.cr}, nil
}

// fit makes the planes this large.
func (c *converter) fit(luma, chroma int) {
	if len(c.y) != luma {
		c.y = make([]byte, luma)
	}
	if len(c.cb) != chroma {
		c.cb, c.cr = make([]byte, chroma), make([]byte, chroma)
	}
}

// The loops below work on 8 bytes at once in one register; the rest of a line
// is done byte by byte.

const evenBytes = 0x00ff00ff00ff00ff

// pack joins the four even bytes of v.
func pack(v uint64) uint32 {
	v &= evenBytes
	v = (v | v>>8) & 0x0000ffff0000ffff
	return uint32(v | v>>16)
}

// everySecond takes every second byte of line, from the first or (shift 8) from
// the second.
func everySecond(out, line []byte, shift uint) {
	i := 0
	for ; i+8 <= len(out) && 2*i+16 <= len(line); i += 8 {
		two := line[2*i:][:16]
		a := pack(binary.LittleEndian.Uint64(two) >> shift)
		b := pack(binary.LittleEndian.Uint64(two[8:]) >> shift)
		binary.LittleEndian.PutUint64(out[i:], uint64(a)|uint64(b)<<32)
	}
	for ; i < len(out); i++ {
		out[i] = line[2*i+int(shift/8)]
	}
}

// chroma takes Cb and Cr of two lines of packed 4:2:2, averaged. shift is where
// they lie in each pair of bytes.
func chroma(cb, cr, upper, lower []byte, shift uint) {
	const ones = 0x0001000100010001
	i := 0
	for ; i+4 <= len(cb) && i+4 <= len(cr) && 4*i+16 <= len(upper) && 4*i+16 <= len(lower); i += 4 {
		up, low := upper[4*i:][:16], lower[4*i:][:16]
		a := (binary.LittleEndian.Uint64(up)>>shift&evenBytes + binary.LittleEndian.Uint64(low)>>shift&evenBytes + ones) >> 1
		b := (binary.LittleEndian.Uint64(up[8:])>>shift&evenBytes + binary.LittleEndian.Uint64(low[8:])>>shift&evenBytes + ones) >> 1
		v := uint64(pack(a)) | uint64(pack(b))<<32 // Cb Cr Cb Cr …
		binary.LittleEndian.PutUint32(cb[i:], pack(v))
		binary.LittleEndian.PutUint32(cr[i:], pack(v>>8))
	}
	for at := int(shift / 8); i < len(cb); i++ {
		cb[i] = byte((int(upper[4*i+at]) + int(lower[4*i+at]) + 1) / 2)
		cr[i] = byte((int(upper[4*i+at+2]) + int(lower[4*i+at+2]) + 1) / 2)
	}
}
