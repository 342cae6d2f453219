package rtc

import (
	"context"
	"sync"
	"time"
)

// again is how long to wait before a source that ended by itself is asked once
// more.
const again = 500 * time.Millisecond

// demand runs something only while somebody wants it.
type demand struct{ *demandState }

type demandState struct {
	mu      sync.Mutex
	wanted  int
	changed chan struct{} // holds one token after a change
	stop    context.CancelFunc
}

func newDemand() demand { return demand{&demandState{changed: make(chan struct{}, 1)}} }

// add changes by n how many want it. With the last one gone the run ends.
func (d demand) add(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted += n
	if d.wanted == 0 && d.stop != nil {
		d.stop()
	}
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// serve calls run each time that demand begins, and again after a pause when it
// ends although it is still wanted. It returns when ctx ends.
func (d demand) serve(ctx context.Context, run func(context.Context)) {
	for ctx.Err() == nil {
		if inner, ok := d.begin(ctx); ok {
			run(inner)
			if inner.Err() == nil {
				pause(ctx, again)
			}
			d.end()
			continue
		}
		select {
		case <-ctx.Done():
		case <-d.changed:
		}
	}
}

// begin returns the context of a run while there is demand.
func (d demand) begin(ctx context.Context) (context.Context, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wanted == 0 {
		return nil, false
	}
	inner, stop := context.WithCancel(ctx)
	d.stop = stop
	return inner, true
}

func (d demand) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stop()
	d.stop = nil
}

// pause waits, or less if ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
