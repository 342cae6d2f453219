// Package fanout hands what one publisher makes to any number of listeners and
// never blocks the publisher.
//
// Each listener has a bounded queue. When it is full the new item is dropped
// for that listener alone, and the drop is counted, so that the listener knows
// that its sequence has a gap.
package fanout

import (
	"context"
	"sync"
)

// Fanout is one publisher's side. The zero value is ready to use.
type Fanout[T any] struct {
	mu        sync.Mutex
	listeners map[*Listener[T]]struct{}
	closed    bool
}

// Listen adds a listener whose queue holds up to depth items (at least one).
// The caller calls [Listener.Close] when done.
func (f *Fanout[T]) Listen(depth int) *Listener[T] {
	l := &Listener[T]{from: f, queue: make(chan Item[T], max(depth, 1))}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listeners == nil {
		f.listeners = make(map[*Listener[T]]struct{})
	}
	if f.closed {
		close(l.queue)
		return l
	}
	f.listeners[l] = struct{}{}
	return l
}

// Publish offers v to every listener and returns at once.
func (f *Fanout[T]) Publish(v T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for l := range f.listeners {
		select {
		case l.queue <- Item[T]{Value: v, Missed: l.missed}:
			l.missed = 0
		default:
			l.missed++
			l.dropped++
		}
	}
}

// Len returns how many listeners there are.
func (f *Fanout[T]) Len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.listeners)
}

// Close ends every listener: they get what is queued and then the end. Later
// listeners get the end at once.
func (f *Fanout[T]) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for l := range f.listeners {
		close(l.queue)
	}
	f.listeners = nil
}

// Item is one published value as a listener gets it.
type Item[T any] struct {
	Value  T
	Missed int // how many values right before this one were dropped
}

// Listener is one listener's side. It belongs to one goroutine.
type Listener[T any] struct {
	from    *Fanout[T]
	queue   chan Item[T]
	missed  int // guarded by from.mu
	dropped int // guarded by from.mu
}

// Next waits for the next item. It returns false when ctx or the publisher has
// ended.
func (l *Listener[T]) Next(ctx context.Context) (Item[T], bool) {
	select {
	case <-ctx.Done():
		return Item[T]{}, false
	case it, ok := <-l.queue:
		return it, ok
	}
}

// Dropped returns how many items this listener has lost in all.
func (l *Listener[T]) Dropped() int {
	l.from.mu.Lock()
	defer l.from.mu.Unlock()
	return l.dropped
}

// Close takes the listener out. It may be called more than once.
func (l *Listener[T]) Close() {
	l.from.mu.Lock()
	defer l.from.mu.Unlock()
	delete(l.from.listeners, l)
}
