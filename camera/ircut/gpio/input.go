package gpio

import (
	"fmt"
	"sync"
)

// Input is a line that is read, such as that of a light switch: an LDR with a
// comparator. It may be used from any goroutine.
type Input struct {
	line   Line
	invert bool
	open   opener

	mu   sync.Mutex
	pins pins // nil while the line is not requested
}

// NewInput returns a line to read, turned round if invert is set.
func NewInput(line Line, invert bool) *Input {
	return &Input{line: line, invert: invert, open: request}
}

// Read returns whether the line is high (or, inverted, low).
func (i *Input) Read() (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.pins == nil {
		got, err := i.open([]Line{i.line}, nil)
		if err != nil {
			return false, err
		}
		i.pins = got
	}
	var value [1]int
	if err := i.pins.Values(value[:]); err != nil {
		i.pins.Close()
		i.pins = nil
		return false, fmt.Errorf("the GPIO line %v cannot be read: %w", i.line, err)
	}
	return (value[0] != 0) != i.invert, nil
}

// Close gives the line back to the kernel. The input may be used again.
func (i *Input) Close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.pins == nil {
		return nil
	}
	err := i.pins.Close()
	i.pins = nil
	return err
}
