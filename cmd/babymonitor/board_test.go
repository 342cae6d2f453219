package main

import (
	"errors"
	"testing"
	"time"

	"babymonitor/internal/state"
	"babymonitor/sensors/sysfs"
)

func TestBoardTellsWeakPowerForAWhile(t *testing.T) {
	var b sysfs.Board
	var err error
	w := boardWatch{read: func() (sysfs.Board, error) { return b, err }}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, known := w.look(at); known {
		t.Error("a board that tells nothing is known")
	}
	for _, step := range []struct {
		after time.Duration
		is    sysfs.Board
		want  state.Board
	}{
		{0, sysfs.Board{Temperature: 51.4}, state.Board{Temperature: 51}},
		{time.Second, sysfs.Board{Temperature: 51.4, UnderVoltage: true}, state.Board{Temperature: 51, UnderVoltage: true}},
		{time.Minute, sysfs.Board{Temperature: 60}, state.Board{Temperature: 60, UnderVoltage: true}},
		{6 * time.Minute, sysfs.Board{Temperature: 60}, state.Board{Temperature: 60}},
	} {
		b = step.is
		if got, known := w.look(at.Add(step.after)); !known || got != step.want {
			t.Errorf("after %v: %+v, want %+v", step.after, got, step.want)
		}
	}
	err = errors.New("broken")
	if _, known := w.look(at); known {
		t.Error("knows what cannot be read")
	}
}
