package fanout

import (
	"context"
	"sync"
	"testing"
)

func TestEveryListenerGetsEverythingInOrder(t *testing.T) {
	var f Fanout[int]
	var all sync.WaitGroup
	for range 5 {
		l := f.Listen(100)
		all.Go(func() {
			defer l.Close()
			for want := range 100 {
				item, ok := l.Next(t.Context())
				if !ok || item.Value != want || item.Missed != 0 {
					t.Errorf("got %+v, %v; want %d", item, ok, want)
					return
				}
			}
		})
	}
	for i := range 100 {
		f.Publish(i)
	}
	all.Wait()
	if n := f.Len(); n != 0 {
		t.Errorf("%d listeners left", n)
	}
}

func TestSlowListenerLosesAloneAndIsTold(t *testing.T) {
	var f Fanout[int]
	slow, quick := f.Listen(2), f.Listen(10)
	for i := range 5 {
		f.Publish(i)
	}
	for _, want := range []Item[int]{{0, 0}, {1, 0}} {
		if got, _ := slow.Next(t.Context()); got != want {
			t.Errorf("slow listener got %+v, want %+v", got, want)
		}
	}
	f.Publish(5)
	if got, _ := slow.Next(t.Context()); got != (Item[int]{5, 3}) {
		t.Errorf("after the gap: %+v, want 5 with 3 missed", got)
	}
	if n := slow.Dropped(); n != 3 {
		t.Errorf("dropped %d, want 3", n)
	}
	if n := quick.Dropped(); n != 0 {
		t.Errorf("the quick listener lost %d", n)
	}
}

func TestEnd(t *testing.T) {
	var f Fanout[string]
	l := f.Listen(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := l.Next(ctx); ok {
		t.Error("an item after the context's end")
	}
	f.Publish("last")
	f.Close()
	if item, ok := l.Next(t.Context()); !ok || item.Value != "last" {
		t.Errorf("queued item lost: %+v, %v", item, ok)
	}
	if _, ok := l.Next(t.Context()); ok {
		t.Error("an item after the end")
	}
	l.Close()
	if _, ok := f.Listen(1).Next(t.Context()); ok {
		t.Error("a late listener got an item")
	}
}

func BenchmarkPublish(b *testing.B) {
	var f Fanout[[]byte]
	for range 50 {
		f.Listen(1)
	}
	b.ReportAllocs()
	for b.Loop() {
		f.Publish(nil)
	}
}
