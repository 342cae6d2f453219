package sim

import (
	"time"

	"babymonitor/camera"
)

// The time strip: cells of width/80 samples from the left edge in the lowest
// height/45 lines, white for 1 and black for 0, the most significant bit
// first: sync (8 bits), Unix time in milliseconds modulo 2^32 (32), check (8).
const (
	stripSync  = 0xA5
	stripCells = 48
	stripWhite = 235
	stripBlack = 16
)

// stripBits returns the 48 bits for a time.
func stripBits(ms uint32) uint64 {
	check := byte(ms>>24) ^ byte(ms>>16) ^ byte(ms>>8) ^ byte(ms)
	return stripSync<<40 | uint64(ms)<<8 | uint64(check)
}

// paintStrip writes the moment of capture into the picture.
func paintStrip(f *camera.Frame, at time.Time) {
	size, lines := f.Width/80, f.Height/45
	bits := stripBits(uint32(at.UnixMilli()))
	first := f.Y[(f.Height-lines)*f.StrideY:]
	for i := range stripCells {
		v := byte(stripBlack)
		if bits>>(stripCells-1-i)&1 == 1 {
			v = stripWhite
		}
		part := first[i*size : (i+1)*size]
		for x := range part {
			part[x] = v
		}
	}
	for line := 1; line < lines; line++ {
		copy(first[line*f.StrideY:][:stripCells*size], first)
	}
	for y := (f.Height - lines) / 2; y < f.Height/2; y++ {
		for _, plane := range [2][]byte{f.Cb, f.Cr} {
			part := plane[y*f.StrideC:][:(stripCells*size+1)/2]
			for x := range part {
				part[x] = 128
			}
		}
	}
}

// ReadStrip returns the moment of capture that the simulated camera painted
// into the picture, as Unix time in milliseconds modulo 2^32. It is false where
// the strip is missing or damaged.
func ReadStrip(f camera.Frame) (ms uint32, ok bool) {
	size, lines := f.Width/80, f.Height/45
	if size < 1 || lines < 1 {
		return 0, false
	}
	line := f.Y[(f.Height-lines/2-1)*f.StrideY:]
	var bits uint64
	for i := range stripCells {
		bits <<= 1
		if line[i*size+size/2] > (stripWhite+stripBlack)/2 {
			bits |= 1
		}
	}
	ms = uint32(bits >> 8)
	return ms, bits == stripBits(ms)
}
