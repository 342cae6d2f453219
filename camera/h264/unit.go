package h264

import "bytes"

// UnitEnd returns where the first access unit in the byte stream b ends, and
// false while that cannot be told because the next one has not begun. With
// whole, b is known to hold all of the first unit and at most a part of what
// follows; then the answer is always known if there is a picture in b.
func UnitEnd(b []byte, whole bool) (end int, ok bool) {
	picture := false
	at := 0
	for {
		i := bytes.Index(b[at:], startCode)
		if i < 0 {
			break
		}
		i += at
		at = i + len(startCode)
		if len(b)-at < 2 { // too little to tell what it is
			if picture && whole {
				return i, true
			}
			return 0, false
		}
		switch nalu := b[at:]; {
		case picture && startsPicture(nalu):
			return i, true
		case isSlice(nalu):
			picture = true
		}
	}
	// Zeros at the end may be the beginning of a start code.
	return len(bytes.TrimRight(b, "\x00")), picture && whole
}
