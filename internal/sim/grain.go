package sim

import (
	"encoding/binary"
	"math/rand/v2"
)

// grain is the sensor's noise: one tile of it, laid over each line of each
// picture from another place.
type grain struct {
	unit         []int8 // normally distributed, 32 is one standard deviation
	luma, chroma []byte // the same, scaled, over the plates' zero levels
	sigma        float32
	coloured     bool
	state        uint64
}

// tileBits is the number of places (log 2) at which a line can begin.
const tileBits = 16

func newGrain(width int, chance *rand.Rand) *grain {
	n := 1<<tileBits + width
	g := &grain{unit: make([]int8, n), luma: make([]byte, n), chroma: make([]byte, n), sigma: -1, state: chance.Uint64() | 1}
	for i := range g.unit {
		g.unit[i] = int8(min(max(chance.NormFloat64()*32, -127), 127))
	}
	return g
}

// set changes the standard deviation of the luma's noise; the chroma's is half,
// or none in a grey picture.
func (g *grain) set(sigma float32, coloured bool) {
	if sigma == g.sigma && coloured == g.coloured {
		return
	}
	g.sigma, g.coloured = sigma, coloured
	k := int(sigma * 64)
	for i, u := range g.unit {
		n := (int(u)*k + 1<<10) >> 11
		g.luma[i] = byte(min(max(n, -lumaFloor), lumaFloor) + lumaFloor)
		if !coloured {
			n = 0
		}
		g.chroma[i] = byte(min(max(n/2, -chromaFloor), chromaFloor) + chromaFloor)
	}
}

// lay writes plane and noise into out, line by line.
func (g *grain) lay(out, plane, tile []byte, width int) {
	for at := 0; at+width <= len(plane); at += width {
		g.state ^= g.state << 13 // xorshift, Marsaglia 2003
		g.state ^= g.state >> 7
		g.state ^= g.state << 17
		from := int(g.state >> (64 - tileBits))
		addBytes(out[at:at+width], plane[at:at+width], tile[from:from+width])
	}
}

// addBytes adds b to a byte by byte, eight at a time. No sum exceeds 255.
func addBytes(out, a, b []byte) {
	n := len(out) &^ 7
	for i := 0; i < n; i += 8 {
		sum := binary.LittleEndian.Uint64(a[i:i+8]) + binary.LittleEndian.Uint64(b[i:i+8])
		binary.LittleEndian.PutUint64(out[i:i+8], sum)
	}
	for i := n; i < len(out); i++ {
		out[i] = a[i] + b[i]
	}
}
