//go:build !cgo

package rpicam

import "encoding/binary"

// linear replaces each v by (v·factor + plus)/256, four at a time.
func linear(b []byte, factor, plus uint64) {
	const even = 0x00ff00ff00ff00ff
	plus4 := plus * 0x0001000100010001
	for len(b) >= 8 {
		v := binary.LittleEndian.Uint64(b)
		low := (v&even*factor + plus4) >> 8 & even
		high := (v>>8&even*factor + plus4) &^ even
		binary.LittleEndian.PutUint64(b, low|high)
		b = b[8:]
	}
	for i, v := range b {
		b[i] = byte((uint64(v)*factor + plus) >> 8)
	}
}
