package packets

import "sync"

// MaxPayload is the size of the largest payload in bytes. With RTP header,
// extension, retransmission header and SRTP tag a packet stays below 1200
// bytes, which passes every usual network uncut.
const MaxPayload = 1152

// Depth is how many packets a History remembers: a power of two, four seconds
// at 2 Mb/s.
const Depth = 1024

// Packet is one RTP packet without what is each viewer's own.
type Packet struct {
	Seq       uint16
	Timestamp uint32 // 90 kHz
	Marker    bool   // the last packet of its picture
	Payload   []byte // owned by the History; see there for how long it is valid
}

// History is the newest packets of one track. One goroutine at a time packs
// pictures; Get may be called from any goroutine meanwhile.
type History struct {
	mu   sync.RWMutex
	ring [Depth]slot
	next uint64 // index of the next packet; its sequence number is seq(next)
	base uint16 // sequence number of index 0
	key  uint64 // index of the newest keyframe's first packet
	keys bool   // whether there has been a keyframe
}

type slot struct {
	timestamp uint32
	marker    bool
	size      int
	data      [MaxPayload]byte
}

// NewHistory returns an empty history whose first packet gets this sequence
// number.
func NewHistory(first uint16) *History { return &History{base: first} }

// Next is the index that the next packet will get. Indices count up from zero
// and never wrap.
func (h *History) Next() uint64 { return h.next }

// At returns the packet of an index that is one of the newest [Depth]. It is
// for the goroutine that packs: the payload is valid until Depth further
// packets have been packed.
func (h *History) At(index uint64) Packet {
	s := &h.ring[index%Depth]
	return Packet{Seq: h.seq(index), Timestamp: s.timestamp, Marker: s.marker, Payload: s.data[:s.size]}
}

// SinceKey returns the index of the newest keyframe's first packet, and false
// when there was none or it is no longer remembered. It is for the goroutine
// that packs.
func (h *History) SinceKey() (uint64, bool) {
	return h.key, h.keys && h.next-h.key <= Depth
}

// Get copies the payload of the newest packet with this sequence number to the
// end of buf. It returns false when it is not remembered.
func (h *History) Get(seq uint16, buf []byte) (Packet, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	back := uint64(h.seq(h.next) - seq) // 1 for the newest
	if back == 0 || back > Depth || back > h.next {
		return Packet{}, false
	}
	p := h.At(h.next - back)
	p.Payload = append(buf, p.Payload...)
	return p, true
}

func (h *History) seq(index uint64) uint16 { return h.base + uint16(index) }
