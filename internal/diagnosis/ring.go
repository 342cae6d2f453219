package diagnosis

import (
	"bytes"
	"slices"
	"sync"
)

// Ring keeps the last lines that are written to it, within a number of bytes. It
// may be used by many goroutines. Make it with [NewRing].
type Ring struct {
	most int

	mu    sync.Mutex
	lines [][]byte
	size  int
}

// NewRing returns one that keeps so many bytes.
func NewRing(most int) *Ring { return &Ring{most: most} }

// Write keeps one line or more; it never fails.
func (r *Ring) Write(text []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if len(line) > r.most {
			line = line[:r.most]
		}
		r.lines = append(r.lines, bytes.Clone(line))
		r.size += len(line)
	}
	drop := 0
	for ; r.size > r.most; drop++ {
		r.size -= len(r.lines[drop])
	}
	r.lines = slices.Delete(r.lines, 0, drop)
	return len(text), nil
}

// Lines returns what is kept, oldest first.
func (r *Ring) Lines() [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lines)
}
