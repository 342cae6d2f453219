package packets

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/pion/rtp/codecs"
)

// nalu makes a NALU of this type and size with content that tells it apart.
func nalu(kind byte, size int) []byte {
	n := make([]byte, size)
	for i := range n {
		n[i] = byte(i*7) ^ kind
	}
	n[0] = 0x60 | kind
	return n
}

// unpack puts a picture together again with an independent depacketizer.
func unpack(t *testing.T, h *History, first, end uint64) [][]byte {
	t.Helper()
	var stream []byte
	d := codecs.H264Packet{}
	for i := first; i < end; i++ {
		p := h.At(i)
		if len(p.Payload) > MaxPayload {
			t.Fatalf("a payload has %d bytes", len(p.Payload))
		}
		if p.Marker != (i == end-1) {
			t.Errorf("packet %d of %d to %d: marker %v", i, first, end, p.Marker)
		}
		b, err := d.Unmarshal(p.Payload)
		if err != nil {
			t.Fatal(err)
		}
		stream = append(stream, b...)
	}
	parts := bytes.Split(stream, []byte{0, 0, 0, 1})
	return parts[1:]
}

func TestPack(t *testing.T) {
	sps, pps := nalu(7, 12), nalu(8, 6)
	for name, c := range map[string]struct {
		in, out [][]byte
		packets int
	}{
		"small picture":           {[][]byte{nalu(1, 300)}, [][]byte{nalu(1, 300)}, 1},
		"fits exactly":            {[][]byte{nalu(1, MaxPayload)}, [][]byte{nalu(1, MaxPayload)}, 1},
		"one byte too many":       {[][]byte{nalu(1, MaxPayload+1)}, [][]byte{nalu(1, MaxPayload+1)}, 2},
		"keyframe":                {[][]byte{sps, pps, nalu(5, 9000)}, [][]byte{sps, pps, nalu(5, 9000)}, 1 + 8},
		"slices":                  {[][]byte{nalu(1, 3000), nalu(1, 2000)}, [][]byte{nalu(1, 3000), nalu(1, 2000)}, 3 + 2},
		"one parameter set":       {[][]byte{sps, nalu(5, 100)}, [][]byte{sps, nalu(5, 100)}, 2},
		"delimiter and filling":   {[][]byte{nalu(9, 2), sps, pps, nalu(5, 100), nalu(12, 50)}, [][]byte{sps, pps, nalu(5, 100)}, 2},
		"large parameter set":     {[][]byte{nalu(7, 2*MaxPayload), nalu(5, 10)}, [][]byte{nalu(7, 2*MaxPayload), nalu(5, 10)}, 4},
		"more than one aggregate": {[][]byte{nalu(6, 800), nalu(6, 801), nalu(1, 9)}, [][]byte{nalu(6, 800), nalu(6, 801), nalu(1, 9)}, 3},
		"nothing":                 {[][]byte{nil, {0x09}}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := NewHistory(65530)
			first, end := h.Pack(c.in, 90, name == "keyframe")
			if got := int(end - first); got != c.packets {
				t.Errorf("%d packets, want %d", got, c.packets)
			}
			if c.packets == 0 {
				return
			}
			got := unpack(t, h, first, end)
			if len(got) != len(c.out) {
				t.Fatalf("%d NALUs, want %d", len(got), len(c.out))
			}
			for i := range got {
				if !bytes.Equal(got[i], c.out[i]) {
					t.Errorf("NALU %d differs", i)
				}
			}
		})
	}
}

func TestFragmentsAreEqual(t *testing.T) {
	h := NewHistory(0)
	first, end := h.Pack([][]byte{nalu(1, 8300)}, 0, false)
	for i := first; i < end-1; i++ {
		if a, b := len(h.At(i).Payload), len(h.At(first).Payload); a != b {
			t.Errorf("fragment %d has %d bytes, the first %d", i, a, b)
		}
	}
	if a, b := len(h.At(end-1).Payload), len(h.At(first).Payload); a > b {
		t.Errorf("the last fragment has %d bytes, more than %d", a, b)
	}
}

func TestHistory(t *testing.T) {
	h := NewHistory(65000) // sequence numbers wrap on the way
	if _, ok := h.Get(65000, nil); ok {
		t.Error("an empty history has a packet")
	}
	if _, ok := h.SinceKey(); ok {
		t.Error("an empty history has a keyframe")
	}
	for i := range 3000 {
		h.Pack([][]byte{{0x41, byte(i), byte(i >> 8)}}, uint32(i), i%500 == 0)
		seq := uint16(65000 + i)
		for _, back := range []int{0, 1, 500, Depth - 1, Depth, Depth + 1, 2000} {
			p, ok := h.Get(seq-uint16(back), []byte{1, 2})
			if want := back < Depth && back <= i; ok != want {
				t.Fatalf("after %d packets, %d back: remembered %v, want %v", i+1, back, ok, want)
			}
			if ok && (p.Timestamp != uint32(i-back) || !bytes.Equal(p.Payload, []byte{1, 2, 0x41, byte(i - back), byte((i - back) >> 8)})) {
				t.Fatalf("after %d packets, %d back: %v", i+1, back, p)
			}
		}
		key, ok := h.SinceKey()
		if want := uint64(i / 500 * 500); !ok || key != want {
			t.Fatalf("after %d packets the keyframe is at %d (%v), want %d", i+1, key, ok, want)
		}
	}
	for range Depth {
		h.Pack([][]byte{{0x41, 0}}, 0, false)
	}
	if _, ok := h.SinceKey(); ok {
		t.Error("a forgotten keyframe is offered")
	}
}

func TestPackAllocatesNothing(t *testing.T) {
	h := NewHistory(0)
	in := [][]byte{nalu(7, 12), nalu(8, 6), nalu(5, 9000)}
	if n := testing.AllocsPerRun(100, func() { h.Pack(in, 0, true) }); n > 0 {
		t.Errorf("a picture costs %v allocations", n)
	}
}

func FuzzPack(f *testing.F) {
	f.Add(uint64(1), 3, 4000)
	f.Fuzz(func(t *testing.T, seed uint64, count, size int) {
		r := rand.New(rand.NewPCG(seed, 0))
		var in, want [][]byte
		for range min(max(count, 0), 12) {
			n := nalu(byte(1+r.IntN(12)), 2+r.IntN(min(max(size, 1), 50_000)))
			for i := range n[1:] { // no start codes inside
				n[1+i] |= 1
			}
			in = append(in, n)
			if k := n[0] & typeMask; k != typeAUD && k != typeFill {
				want = append(want, n)
			}
		}
		h := NewHistory(uint16(seed))
		first, end := h.Pack(in, 1, false)
		if end-first > Depth || len(want) == 0 {
			return
		}
		got := unpack(t, h, first, end)
		if len(got) != len(want) {
			t.Fatalf("%d NALUs, want %d", len(got), len(want))
		}
		for i := range got {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("NALU %d differs", i)
			}
		}
	})
}
