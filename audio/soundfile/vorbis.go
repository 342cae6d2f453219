package soundfile

import "errors"

// The largest code book that is let through. Encoders make books of some
// thousand entries.
const (
	mostEntries = 1 << 16
	mostValues  = 1 << 20
)

// checkBooks reads the code books of a Vorbis setup header (Vorbis I, section
// 3.2.1), because the decoder reserves memory for what each of them claims.
func checkBooks(setup []byte) error {
	damaged := errors.New("its setup is damaged")
	b := bits{p: setup}
	for range b.read(8) + 1 {
		const sync = 0x564342
		if b.read(24) != sync {
			return damaged
		}
		dimensions, entries := b.read(16), b.read(24)
		if entries > mostEntries || entries*dimensions > mostValues {
			return damaged
		}
		b.skipLengths(entries)
		switch kind := b.read(4); kind {
		case 0:
		case 1, 2:
			b.at += 64 // the lowest value and the step
			size := b.read(4) + 1
			b.at++
			values := entries * dimensions
			if kind == 1 {
				values = lattice(entries, dimensions)
			}
			b.at += values * size
		default:
			return damaged
		}
		if b.at > 8*len(b.p) {
			return damaged
		}
	}
	return nil
}

// lattice is the largest number whose power of dimensions is not above
// entries.
func lattice(entries, dimensions int) int {
	for n := 1; ; n++ {
		product := 1
		for range dimensions {
			if product *= n; product > entries {
				return n - 1
			}
		}
		if dimensions == 0 {
			return 0
		}
	}
}

// bits reads numbers of some bits, the lowest first. Past the end all are 0.
type bits struct {
	p  []byte
	at int
}

func (b *bits) read(n int) (x int) {
	for i := range n {
		if at := b.at + i; at < 8*len(b.p) {
			x |= int(b.p[at/8]>>(at%8)&1) << i
		}
	}
	b.at += n
	return x
}

// skipLengths skips the lengths of the code words.
func (b *bits) skipLengths(entries int) {
	if ordered := b.read(1) == 1; ordered {
		b.at += 5
		for done := 0; done < entries; {
			left := 0
			for n := entries - done; n > 0; n >>= 1 {
				left++
			}
			n := b.read(left)
			if done += n; n == 0 && b.at > 8*len(b.p) {
				return
			}
		}
		return
	}
	sparse := b.read(1) == 1
	for range entries {
		if !sparse || b.read(1) == 1 {
			b.at += 5
		}
	}
}
