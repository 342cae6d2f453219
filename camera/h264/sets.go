package h264

// ParameterSets remembers the SPS and PPS that a stream carries, for streams
// that do not repeat them. Its zero value is ready.
type ParameterSets struct{ sps, pps []byte }

// Complete returns the access unit with parameter sets in front if it is an IDR
// picture without. The NALUs that it remembers must not be modified.
func (p *ParameterSets) Complete(unit [][]byte) [][]byte {
	has := false
	for _, nalu := range unit {
		switch Type(nalu) {
		case TypeSPS:
			p.sps, has = nalu, true
		case TypePPS:
			p.pps = nalu
		}
	}
	if has || !Key(unit) || p.sps == nil || p.pps == nil {
		return unit
	}
	return append([][]byte{p.sps, p.pps}, unit...)
}

// Units joins the NALUs of a device, which hands out whole NALUs, to access
// units. Its zero value is ready.
type Units struct{ pending [][]byte }

// Add returns the access units that nalus complete. A picture is taken to be
// complete at the end of nalus; what stands there without a picture, such as
// parameter sets in a buffer of their own, is kept for the next one.
func (u *Units) Add(nalus [][]byte) (units [][][]byte) {
	picture := false
	for _, nalu := range nalus {
		if picture && startsPicture(nalu) {
			units = append(units, u.pending)
			u.pending, picture = nil, false
		}
		picture = picture || isSlice(nalu)
		u.pending = append(u.pending, nalu)
	}
	switch {
	case picture:
		units = append(units, u.pending)
		u.pending = nil
	case len(u.pending) > maxPending:
		u.pending = nil
	}
	return units
}

// maxPending bounds what a stream without pictures can claim.
const maxPending = 64

// HasParameterSets reports whether the access unit carries an SPS and a PPS.
func HasParameterSets(unit [][]byte) bool {
	has := 0
	for _, nalu := range unit {
		switch Type(nalu) {
		case TypeSPS:
			has |= 1
		case TypePPS:
			has |= 2
		}
	}
	return has == 3
}
