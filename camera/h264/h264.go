// Package h264 takes H.264 byte streams apart (ITU-T H.264, Annex B) and finds
// pictures in them.
package h264

import "bytes"

// NALU types (ITU-T H.264, table 7-1).
const (
	TypeNonIDR = 1
	TypeIDR    = 5
	TypeSEI    = 6
	TypeSPS    = 7
	TypePPS    = 8
	TypeAUD    = 9
)

// Type returns the type of a NALU; 0 for an empty one.
func Type(nalu []byte) int {
	if len(nalu) == 0 {
		return 0
	}
	return int(nalu[0] & 0x1f)
}

var startCode = []byte{0, 0, 1} // never changed

// Split returns the NALUs of an Annex-B byte stream, without start codes and
// trailing zeros. They share b's memory. What stands before the first start
// code is left out.
func Split(b []byte) [][]byte {
	var nalus [][]byte
	i := bytes.Index(b, startCode)
	for i >= 0 {
		b = b[i+len(startCode):]
		i = bytes.Index(b, startCode)
		nalu := b
		if i >= 0 {
			nalu = b[:i]
		}
		if nalu = bytes.TrimRight(nalu, "\x00"); len(nalu) > 0 {
			nalus = append(nalus, nalu)
		}
	}
	return nalus
}

// Key reports whether an access unit of these NALUs is an IDR picture.
func Key(nalus [][]byte) bool {
	for _, n := range nalus {
		if Type(n) == TypeIDR {
			return true
		}
	}
	return false
}

// isSlice reports whether the NALU carries (a part of) a picture.
func isSlice(nalu []byte) bool {
	t := Type(nalu)
	return t >= TypeNonIDR && t <= TypeIDR
}

// startsPicture reports whether nalu, which follows a slice, begins the next
// access unit: a slice that begins at the first macroblock, or what may only
// stand before a picture (clause 7.4.1.2.3; slices in arbitrary order are not
// supported).
func startsPicture(nalu []byte) bool {
	switch t := Type(nalu); {
	case isSlice(nalu):
		// first_mb_in_slice is ue(v); a leading one bit says 0.
		return len(nalu) > 1 && nalu[1]&0x80 != 0
	case t >= TypeSEI && t <= TypeAUD:
		return true
	default:
		return t >= 14 && t <= 18
	}
}
