package packets

import "encoding/hex"

// Profile is the first three bytes of a sequence parameter set: profile_idc,
// the constraint flags and level_idc; profile-level-id of RFC 6184, 8.1.
type Profile [3]byte

// Baseline is constrained baseline at level 3.1, which every browser decodes:
// what is assumed while the stream's own parameter set is not yet known.
func Baseline() Profile { return Profile{0x42, 0xe0, 0x1f} }

// ParseProfile reads a profile-level-id, six hexadecimal digits.
func ParseProfile(s string) (Profile, bool) {
	var p Profile
	if len(s) != 6 {
		return p, false
	}
	_, err := hex.Decode(p[:], []byte(s))
	return p, err == nil
}

// ProfileOf finds the profile in a picture's sequence parameter set.
func ProfileOf(nalus [][]byte) (Profile, bool) {
	for _, n := range nalus {
		if len(n) >= 4 && n[0]&typeMask == typeSPS {
			return Profile(n[1:4]), true
		}
	}
	return Profile{}, false
}

// String is the profile-level-id.
func (p Profile) String() string { return hex.EncodeToString(p[:]) }

// Level is the level byte: ten times the level, 31 for 3.1.
func (p Profile) Level() byte { return p[2] }

// Fit tells how well a decoder that promises profile q suits pictures of profile
// p, levels aside: 3 exactly, 2 when q allows more than p may use, 1 when it
// promises less or something else (ITU-T H.264, A.2).
func (p Profile) Fit(q Profile) int {
	switch a, b := p.rank(), q.rank(); {
	case a == b && p.constrained() == q.constrained():
		return 3
	case b >= a && a > 0:
		return 2
	}
	return 1
}

// constrained tells baseline without flexible macroblock order (constraint_set1)
// from plain baseline.
func (p Profile) constrained() bool { return p.rank() == 1 && p[1]&0x40 != 0 }

// rank orders the profiles that contain each other: baseline is within main (no
// live encoder uses the part of it that is not), main within high. Zero is any
// other.
func (p Profile) rank() int {
	switch p[0] {
	case 66:
		return 1
	case 77, 88:
		if p[1]&0x80 != 0 { // constraint_set0: obeys baseline too
			return 1
		}
		return 2
	case 100:
		return 3
	}
	return 0
}
