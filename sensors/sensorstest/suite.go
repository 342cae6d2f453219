// Package sensorstest holds what every [sensors.Sensor] must do, as a suite of
// tests, and a [Fake] that does it and can be told to fail.
package sensorstest

import (
	"context"
	"testing"
	"time"

	"babymonitor/sensors"
)

// soon is far longer than any Read may take, and short enough not to hold up
// the tests when one hangs.
const soon = 20 * time.Second

// TestSensor tests that what open returns keeps the contract of
// [sensors.Sensor]. open is called once for each test and cleans up after
// itself with t.Cleanup.
func TestSensor(t *testing.T, open func(t *testing.T) sensors.Sensor) {
	t.Run("Reads", func(t *testing.T) {
		s := open(t)
		first := read(t, s)
		for range 3 {
			if again := read(t, s); len(again) != len(first) {
				t.Errorf("measures %v and then %v", first, again)
			}
		}
	})
	t.Run("GivesUpWithItsContext", func(t *testing.T) {
		s := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Read(ctx); err == nil {
			t.Error("a Read whose time was over is no error")
		}
		read(t, s)
	})
}

// read reads s, without fail.
func read(t *testing.T, s sensors.Sensor) map[sensors.Quantity]float64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	readings, err := s.Read(ctx)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	if len(readings) == 0 {
		t.Fatal("Read measured nothing")
	}
	values := make(map[sensors.Quantity]float64)
	for _, r := range readings {
		if _, twice := values[r.Quantity]; twice {
			t.Errorf("%s is measured twice in %v", r.Quantity, readings)
		}
		if err := r.Plausible(); err != nil {
			t.Error(err)
		}
		values[r.Quantity] = r.Value
	}
	return values
}
