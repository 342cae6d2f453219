package camera

import (
	"sync"
	"time"
)

// keySpacing is the least time between two keyframes that were asked for.
const keySpacing = 500 * time.Millisecond

// keyGate merges requests for a keyframe: at most one each keySpacing reaches
// the source, and a request that comes too early is kept until it is due.
type keyGate struct {
	request func() // nil where the source cannot be asked

	mu      sync.Mutex
	last    time.Time // when the last one was asked for or came
	pending bool
}

// want asks for a keyframe at the time now.
func (g *keyGate) want(now time.Time) {
	if g.request == nil {
		return
	}
	g.mu.Lock()
	due := now.Sub(g.last) >= keySpacing
	g.pending = !due
	if due {
		g.last = now
	}
	g.mu.Unlock()
	if due {
		g.request()
	}
}

// sent takes note of an access unit on its way out and makes the request that
// has become due.
func (g *keyGate) sent(u AccessUnit) {
	now := time.Now()
	g.mu.Lock()
	if u.Key {
		g.last = now
	}
	due := g.pending && now.Sub(g.last) >= keySpacing
	if due {
		g.pending, g.last = false, now
	}
	g.mu.Unlock()
	if due {
		g.request()
	}
}
