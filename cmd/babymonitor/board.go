package main

import (
	"context"
	"math"
	"time"

	"babymonitor/internal/state"
	"babymonitor/sensors/sysfs"
)

// How the computer itself is watched.
const (
	boardEvery = 10 * time.Second
	weakFor    = 5 * time.Minute // so long a moment of too little power is told
)

// watchBoard makes the temperature of the processor and the state of the power
// supply facts.
func (h *house) watchBoard(ctx context.Context) error {
	tick := time.NewTicker(boardEvery)
	defer tick.Stop()
	w := boardWatch{read: func() (sysfs.Board, error) { return sysfs.ReadBoard("") }}
	for {
		if now, known := w.look(time.Now()); known {
			if was := h.store.Get().Board; was == nil || *was != now {
				h.store.Update(func(s *state.State) { s.Board = &now })
				if now.UnderVoltage && (was == nil || !was.UnderVoltage) {
					h.room("board").Warn("the power supply is too weak: use one with 5.1 V and 2.5 A or more, and a short cable")
				}
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// boardWatch turns what the board tells into a fact.
type boardWatch struct {
	read func() (sysfs.Board, error)
	weak time.Time // when the power was too weak last
}

// look returns the fact of now, and whether the board tells anything.
func (w *boardWatch) look(now time.Time) (state.Board, bool) {
	b, err := w.read()
	if err != nil || b == (sysfs.Board{}) {
		return state.Board{}, false
	}
	if b.UnderVoltage {
		w.weak = now
	}
	return state.Board{
		Temperature:  math.Round(b.Temperature),
		UnderVoltage: !w.weak.IsZero() && now.Sub(w.weak) < weakFor,
	}, true
}
