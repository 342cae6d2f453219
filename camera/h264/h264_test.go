package h264

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want [][]byte
	}{
		{"nothing", nil, nil},
		{"no start code", []byte{1, 2, 3}, nil},
		{"short and long start codes", []byte{0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2}, [][]byte{{0x67, 1}, {0x68, 2}}},
		{"trailing zeros", []byte{0, 0, 1, 0x67, 1, 0, 0, 0, 0, 1, 0x68, 2, 0, 0}, [][]byte{{0x67, 1}, {0x68, 2}}},
		{"empty units", []byte{0, 0, 1, 0, 0, 1, 0x65}, [][]byte{{0x65}}},
	} {
		if got := Split(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// stream joins NALUs with start codes.
func stream(nalus ...[]byte) []byte {
	var b []byte
	for _, n := range nalus {
		b = append(append(b, 0, 0, 0, 1), n...)
	}
	return b
}

func TestReaderFindsPictures(t *testing.T) {
	sps, pps, idr := []byte{0x67, 1}, []byte{0x68, 1}, []byte{0x65, 0x88}
	more, p, aud := []byte{0x65, 0x40}, []byte{0x61, 0x9a}, []byte{0x09, 0xf0}
	r := NewReader(bytes.NewReader(stream(sps, pps, idr, more, p, aud, sps, pps, idr)))
	want := [][][]byte{{sps, pps, idr, more}, {p}, {aud, sps, pps, idr}}
	for i, w := range want {
		got, err := r.Next()
		if err != nil || !reflect.DeepEqual(got, w) {
			t.Errorf("picture %d: %v, %v; want %v", i, got, err, w)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("after the last: %v", err)
	}
}

func TestReaderRefusesOtherFiles(t *testing.T) {
	for _, in := range []string{"RIFF....WAVE", "\x00\x00\x00\x18ftypmp42", "x"} {
		if _, err := NewReader(bytes.NewReader([]byte(in))).Next(); !errors.Is(err, ErrNotH264) {
			t.Errorf("%q: %v, want ErrNotH264", in, err)
		}
	}
}

// FuzzReader: whatever a file holds, reading it ends and agrees with Split.
func FuzzReader(f *testing.F) {
	f.Add(stream([]byte{0x67, 1}, []byte{0x68, 1}, []byte{0x65, 0x88}, []byte{0x61, 0x9a}))
	f.Add([]byte{0, 0, 1})
	f.Add([]byte("no video"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewReader(bytes.NewReader(b))
		var read [][]byte
		for {
			unit, err := r.Next()
			if err != nil {
				break
			}
			read = append(read, unit...)
		}
		all := Split(b)
		if len(read) > len(all) {
			t.Fatalf("read %d NALUs of %d", len(read), len(all))
		}
		for i := range read {
			if !bytes.Equal(read[i], all[i]) {
				t.Fatalf("NALU %d: %v, want %v", i, read[i], all[i])
			}
		}
	})
}
