package h264_test

import (
	"bytes"
	"testing"

	"babymonitor/camera/h264"
)

// stream is three access units: an IDR picture with its parameter sets, one in
// two slices and one in a single slice.
func stream() (whole []byte, ends []int) {
	for _, unit := range [][]byte{
		{0, 0, 0, 1, 0x67, 66, 7, 0, 0, 0, 1, 0x68, 3, 0, 0, 1, 0x65, 0x88, 9},
		{0, 0, 0, 1, 0x41, 0x9a, 1, 2, 0, 0, 1, 0x41, 0x22, 4},
		{0, 0, 0, 1, 0x41, 0x9a, 5},
	} {
		whole = append(whole, unit...)
		ends = append(ends, len(whole))
	}
	return whole, ends
}

// TestUnitEnd cuts the stream behind a unit and everything up to a byte of the
// rest, as if the rest were on its way.
func TestUnitEnd(t *testing.T) {
	b, ends := stream()
	from := 0
	for n, end := range ends {
		for more := end; more <= len(b); more++ {
			got, ok := h264.UnitEnd(b[from:more], true)
			if !ok || bytes.TrimRight(b[from:from+got], "\x00")[0] != 0 || len(bytes.TrimRight(b[from:from+got], "\x00")) != end-from {
				t.Errorf("unit %d and %d bytes: ends at %d, %v, want %d", n, more-end, got, ok, end-from)
			}
		}
		for less := from; less < end; less++ {
			if got, ok := h264.UnitEnd(b[from:less], false); ok {
				t.Errorf("unit %d of which %d bytes lack: ends at %d", n, end-less, got)
			}
		}
		if got, ok := h264.UnitEnd(b[from:], false); ok != (n < 2) || ok && got != end-from && got != end-from+1 {
			t.Errorf("unit %d: ends at %d, %v, want %d", n, got, ok, end-from)
		}
		from = end
	}
}

func TestUnits(t *testing.T) {
	b, _ := stream()
	nalus := h264.Split(b)
	var u h264.Units
	if got := u.Add(nalus[:2]); got != nil {
		t.Errorf("parameter sets alone are %d units", len(got))
	}
	got := u.Add(nalus[2:3])
	if len(got) != 1 || len(got[0]) != 3 || !h264.HasParameterSets(got[0]) {
		t.Errorf("the picture after its parameter sets: %v", got)
	}
	if got := u.Add(nalus[3:]); len(got) != 2 || len(got[0]) != 2 {
		t.Errorf("two pictures at once: %v", got)
	}
	for range 1000 {
		u.Add([][]byte{{0x67, 1}})
	}
	if got := u.Add([][]byte{{0x65, 0x88}}); len(got) != 1 || len(got[0]) > 100 {
		t.Error("what comes without pictures is kept forever")
	}
}

func TestParameterSetsAreRepeated(t *testing.T) {
	var p h264.ParameterSets
	sps, pps, idr, p1 := []byte{0x67, 1}, []byte{0x68, 1}, []byte{0x65, 0x88}, []byte{0x41, 0x9a}
	for i, c := range []struct{ in, want int }{{3, 3}, {1, 3}, {1, 1}} {
		unit := [][][]byte{{sps, pps, idr}, {idr}, {p1}}[i]
		if got := p.Complete(unit); len(unit) != c.in || len(got) != c.want {
			t.Errorf("%d: %d NALUs, want %d", i, len(got), c.want)
		}
	}
}

func FuzzUnitEnd(f *testing.F) {
	b, _ := stream()
	f.Add(b, true)
	f.Fuzz(func(t *testing.T, b []byte, whole bool) {
		end, ok := h264.UnitEnd(b, whole)
		if ok && (end <= 0 || end > len(b)) {
			t.Errorf("ends at %d of %d", end, len(b))
		}
	})
}
