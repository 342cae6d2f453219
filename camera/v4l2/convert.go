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
	w, h := l.width&^1, l.height&^1
	f := camera.Frame{Width: w, Height: h}
	stride, bytes := l.stride, w
	switch l.format {
	case fmtYUYV, fmtUYVY:
		bytes = 2 * w
	case fmtMJPEG, fmtJPEG:
		return c.jpeg.i420(l, data)
	}
	stride = max(stride, bytes)
	switch l.format {
	case fmtYU12:
		half := (stride + 1) / 2
		luma, chroma := stride*l.height, half*((l.height+1)/2)
		if len(data) < luma+chroma+half*(h/2-1)+w/2 {
			return f, errShort
		}
		f.Y, f.Cb, f.Cr = data[:luma], data[luma:luma+chroma], data[luma+chroma:]
		f.StrideY, f.StrideC = stride, half
	case fmtNV12:
		luma := stride * l.height
		if len(data) < luma+stride*(h/2-1)+w {
			return f, errShort
		}
		c.fit(0, w*h/4)
		for y := range h / 2 {
			split(c.cb[y*w/2:][:w/2], c.cr[y*w/2:][:w/2], data[luma+y*stride:][:w])
		}
		f.Y, f.Cb, f.Cr = data[:luma], c.cb, c.cr
		f.StrideY, f.StrideC = stride, w/2
	case fmtYUYV, fmtUYVY:
		if len(data) < stride*(h-1)+bytes {
			return f, errShort
		}
		c.fit(w*h, w*h/4)
		shift := uint(0) // of luma, in bits
		if l.format == fmtUYVY {
			shift = 8
		}
		for y := 0; y < h; y += 2 {
			upper, lower := data[y*stride:][:bytes], data[(y+1)*stride:][:bytes]
			packed(c.y[y*w:][:w], upper, shift)
			packed(c.y[(y+1)*w:][:w], lower, shift)
			chroma(c.cb[y/2*w/2:][:w/2], c.cr[y/2*w/2:][:w/2], upper, lower, 8-shift)
		}
		f.Y, f.Cb, f.Cr = c.y, c.cb, c.cr
		f.StrideY, f.StrideC = w, w/2
	default:
		return f, fmt.Errorf("pictures of format %v cannot be converted", l.format)
	}
	return f, nil
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

// packed takes every other byte of line, the first or (shift 8) the second.
func packed(out, line []byte, shift uint) {
	for len(out) >= 8 && len(line) >= 16 {
		a := pack(binary.LittleEndian.Uint64(line) >> shift)
		b := pack(binary.LittleEndian.Uint64(line[8:]) >> shift)
		binary.LittleEndian.PutUint64(out, uint64(a)|uint64(b)<<32)
		out, line = out[8:], line[16:]
	}
	for i := range out {
		out[i] = line[2*i+int(shift/8)]
	}
}

// split takes line apart, which holds Cb and Cr by turns.
func split(cb, cr, line []byte) {
	packed(cb, line, 0)
	packed(cr, line, 8)
}

// chroma takes Cb and Cr of two lines of packed 4:2:2, averaged. shift is where
// they lie in each pair of bytes.
func chroma(cb, cr, upper, lower []byte, shift uint) {
	for len(cb) >= 2 && len(cr) >= 2 && len(upper) >= 8 && len(lower) >= 8 {
		a := binary.LittleEndian.Uint64(upper) >> shift & evenBytes
		b := binary.LittleEndian.Uint64(lower) >> shift & evenBytes
		v := pack((a + b + 0x0001000100010001) >> 1) // Cb Cr Cb Cr
		cb[0], cr[0], cb[1], cr[1] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
		cb, cr, upper, lower = cb[2:], cr[2:], upper[8:], lower[8:]
	}
	if at := int(shift / 8); len(cb) > 0 && len(upper) >= 4 {
		cb[0] = byte((int(upper[at]) + int(lower[at]) + 1) / 2)
		cr[0] = byte((int(upper[at+2]) + int(lower[at+2]) + 1) / 2)
	}
}
