package packets

// NALU types of H.264 (ITU-T H.264, table 7-1) and of its RTP payload format
// (RFC 6184, table 1).
const (
	typeSEI  = 6
	typeSPS  = 7
	typePPS  = 8
	typeAUD  = 9
	typeFill = 12
	typeSTAP = 24
	typeFU   = 28

	typeMask = 0x1f
	nriMask  = 0x60

	fuStart = 0x80
	fuEnd   = 0x40
)

// Pack cuts one picture into packets: parameter sets together in one (STAP-A),
// what fits as it is, the rest in fragments of equal size (FU-A). key says that
// the picture begins a new group of pictures. It returns the indices of the
// packets, from first up to but without end; a picture that holds nothing to
// send gives none.
func (h *History) Pack(nalus [][]byte, timestamp uint32, key bool) (first, end uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first = h.next
	w := packer{h: h, timestamp: timestamp}
	for _, n := range nalus {
		w.add(n)
	}
	w.endSTAP()
	if h.next == first {
		return first, first
	}
	h.ring[(h.next-1)%Depth].marker = true
	if key {
		h.key, h.keys = first, true
	}
	return first, h.next
}

// packer writes the packets of one picture.
type packer struct {
	h         *History
	timestamp uint32
	stap      *slot // parameter sets being gathered
	gathered  int   // how many
}

func (w *packer) add(nalu []byte) {
	if len(nalu) < 2 {
		return
	}
	switch nalu[0] & typeMask {
	case typeAUD, typeFill: // the marker bit says the same; filling is not worth sending
		return
	case typeSPS, typePPS, typeSEI:
		if w.gather(nalu) {
			return
		}
	}
	w.endSTAP()
	if len(nalu) <= MaxPayload {
		s := w.slot()
		s.size = copy(s.data[:], nalu)
		return
	}
	w.fragment(nalu)
}

// slot takes the next place in the ring.
func (w *packer) slot() *slot {
	s := &w.h.ring[w.h.next%Depth]
	w.h.next++
	s.timestamp, s.marker, s.size = w.timestamp, false, 0
	return s
}

// gather puts a small NALU into an aggregation packet (RFC 6184, 5.7.1). It
// returns false when it does not fit into one at all.
func (w *packer) gather(nalu []byte) bool {
	if 1+2+len(nalu) > MaxPayload {
		return false
	}
	if w.stap != nil && w.stap.size+2+len(nalu) > MaxPayload {
		w.endSTAP()
	}
	if w.stap == nil {
		w.stap, w.gathered = w.slot(), 0
		w.stap.data[0], w.stap.size = typeSTAP, 1
	}
	s := w.stap
	if nri := nalu[0] & nriMask; nri > s.data[0]&nriMask {
		s.data[0] = nri | typeSTAP
	}
	s.data[s.size], s.data[s.size+1] = byte(len(nalu)>>8), byte(len(nalu))
	s.size += 2
	s.size += copy(s.data[s.size:], nalu)
	w.gathered++
	return true
}

// endSTAP closes the aggregation packet. One NALU alone needs no aggregation.
func (w *packer) endSTAP() {
	if w.stap != nil && w.gathered == 1 {
		w.stap.size = copy(w.stap.data[:], w.stap.data[3:w.stap.size])
	}
	w.stap = nil
}

// fragment cuts a large NALU into fragments (RFC 6184, 5.8), all of one size
// but the last, which is not larger.
func (w *packer) fragment(nalu []byte) {
	const room = MaxPayload - 2
	indicator, kind := nalu[0]&nriMask|typeFU, nalu[0]&typeMask
	rest := nalu[1:]
	count := (len(rest) + room - 1) / room
	size := (len(rest) + count - 1) / count
	start := byte(fuStart)
	for len(rest) > 0 {
		n := min(size, len(rest))
		s := w.slot()
		s.data[0], s.data[1] = indicator, start|kind
		s.size = 2 + copy(s.data[2:], rest[:n])
		if rest = rest[n:]; len(rest) == 0 {
			s.data[1] |= fuEnd
		}
		start = 0
	}
}
