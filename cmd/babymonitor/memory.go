package main

import (
	"context"
	"time"

	"babymonitor/internal/run"
	"babymonitor/internal/story"
)

// sampleEvery is how often the diary is told what is measured and what is true.
const sampleEvery = 500 * time.Millisecond

// memory makes the rooms that remember.
func (h *house) memory() {
	h.rooms.Add("history", h.diary)
	h.rooms.Add("history notes", run.Func(h.remember))
}

// remember tells the diary what is worth keeping.
func (h *house) remember(ctx context.Context) error {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			now := h.store.Get()
			for series, value := range story.Measures(now) {
				h.diary.Measure(series, value)
			}
			h.diary.True(story.Now(now))
		}
	}
}
