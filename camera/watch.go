package camera

import (
	"context"
	"iter"
	"sync"
)

// Watch yields access units, beginning with a key unit, until ctx ends; leaving
// the loop unsubscribes. A watcher that is too slow loses pictures until the
// next key unit and disturbs nobody. The sequence goes on through failures of
// the source.
func (c *Camera) Watch(ctx context.Context) iter.Seq[AccessUnit] {
	return func(yield func(AccessUnit) bool) {
		l := c.units.Listen(watchDepth)
		defer l.Close()
		c.join(1)
		defer c.join(-1)
		c.RequestKey()
		waiting := true
		for {
			item, ok := l.Next(ctx)
			if !ok {
				return
			}
			if item.Missed > 0 && !waiting {
				waiting = true
				c.RequestKey()
			}
			if waiting && !item.Value.Key {
				continue
			}
			waiting = false
			if !yield(item.Value) {
				return
			}
		}
	}
}

// Keep makes the camera run, as a watcher does, until the returned function is
// called, so that it is ready by the time that somebody watches.
func (c *Camera) Keep() (release func()) {
	c.join(1)
	return sync.OnceFunc(func() { c.join(-1) })
}

func (c *Camera) watching() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.watchers > 0
}

func (c *Camera) join(n int) {
	c.mu.Lock()
	c.watchers += n
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
