package h264

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxNALU bounds the memory that a broken stream can claim.
const maxNALU = 8 << 20

// ErrNotH264 says that a stream has no start code where one must be.
var ErrNotH264 = errors.New("not an H.264 byte stream (Annex B): it does not begin with a start code")

// Reader reads access units from an Annex-B byte stream.
type Reader struct {
	nalus *bufio.Scanner
	next  []byte // read ahead: the first NALU of the next access unit
}

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxNALU)
	first := true
	s.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if first {
			lead := len(data) - len(bytes.TrimLeft(data, "\x00"))
			switch {
			case lead == len(data) && !atEOF && lead < 1024:
				return 0, nil, nil
			case lead < 2 || lead == len(data) || data[lead] != 1:
				return 0, nil, ErrNotH264
			}
			first = false
			return lead + 1, nil, nil
		}
		return scanNALU(data, atEOF)
	})
	return &Reader{nalus: s}
}

// scanNALU is a bufio.SplitFunc: data begins right behind a start code.
func scanNALU(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.Index(data, startCode); i >= 0 {
		return i + len(startCode), bytes.TrimRight(data[:i], "\x00"), nil
	}
	if !atEOF {
		return 0, nil, nil
	}
	if len(data) == 0 {
		return 0, nil, nil
	}
	return len(data), bytes.TrimRight(data, "\x00"), nil
}

// Next returns the NALUs of the next access unit, in memory of their own, or
// io.EOF after the last one.
func (r *Reader) Next() ([][]byte, error) {
	var unit [][]byte
	var picture bool
	if r.next != nil {
		unit, picture = append(unit, r.next), isSlice(r.next)
		r.next = nil
	}
	for r.nalus.Scan() {
		if len(r.nalus.Bytes()) == 0 {
			continue
		}
		nalu := bytes.Clone(r.nalus.Bytes())
		if picture && startsPicture(nalu) {
			r.next = nalu
			return unit, nil
		}
		picture = picture || isSlice(nalu)
		unit = append(unit, nalu)
	}
	if err := r.nalus.Err(); err != nil {
		return nil, fmt.Errorf("cannot read H.264: %w", err)
	}
	if !picture {
		return nil, io.EOF
	}
	return unit, nil
}
