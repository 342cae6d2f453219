package sensorstest

import (
	"context"
	"slices"
	"sync"

	"babymonitor/sensors"
)

// Fake is a Sensor that measures what it is told. Its methods may be called
// from any goroutine. The zero value measures nothing.
type Fake struct {
	mu       sync.Mutex
	readings []sensors.Reading
	failures []error
	always   error
	hang     chan struct{}
	reads    int
}

// New returns a Fake that measures these.
func New(readings ...sensors.Reading) *Fake {
	return &Fake{readings: readings}
}

// Set changes what is measured.
func (f *Fake) Set(readings ...sensors.Reading) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readings = readings
}

// Fail makes each later Read fail with err besides its readings, or work again
// for nil.
func (f *Fake) Fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.always = err
}

// FailNext makes the next Reads fail, one with each error and without
// readings.
func (f *Fake) FailNext(errs ...error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = errs
}

// Hang makes later Reads hang, deaf to their context, until free is called.
func (f *Fake) Hang() (free func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	hang := make(chan struct{})
	f.hang = hang
	return sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.hang = nil
		close(hang)
	})
}

// Reads returns how often Read was called.
func (f *Fake) Reads() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reads
}

// Read implements [sensors.Sensor].
func (f *Fake) Read(ctx context.Context) ([]sensors.Reading, error) {
	f.mu.Lock()
	f.reads++
	hang := f.hang
	f.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.failures) > 0 {
		err := f.failures[0]
		f.failures = f.failures[1:]
		return nil, err
	}
	return slices.Clone(f.readings), f.always
}
