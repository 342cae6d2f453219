// Package ircuttest holds what every [ircut.Filter] must do, as a suite of
// tests, and a [Fake] that does it and remembers what it was told.
package ircuttest

import (
	"sync"
	"testing"

	"babymonitor/camera/ircut"
)

// Known is a Filter that can tell how it is. The suite looks closer at one that
// has it.
type Known interface {
	// Is returns whether the filter is in front of the sensor and whether the
	// lamps are on.
	Is() (day, lamps bool)
}

// TestFilter tests that what open returns keeps the contract of
// [ircut.Filter]. open is called once for each test and cleans up after itself
// with t.Cleanup.
func TestFilter(t *testing.T, open func(t *testing.T) ircut.Filter) {
	check := func(t *testing.T, f ircut.Filter, day, lamps bool) {
		t.Helper()
		if err := f.SetFilter(day); err != nil {
			t.Fatalf("SetFilter(%v): %v", day, err)
		}
		if err := f.SetLamps(lamps); err != nil {
			t.Fatalf("SetLamps(%v): %v", lamps, err)
		}
		if k, ok := f.(Known); ok {
			if d, l := k.Is(); d != day || l != lamps {
				t.Errorf("filter %v and lamps %v, want %v and %v", d, l, day, lamps)
			}
		}
	}
	t.Run("Switches", func(t *testing.T) {
		f := open(t)
		for range 2 {
			check(t, f, true, false)
			check(t, f, false, true)
		}
		check(t, f, true, false)
	})
	t.Run("FilterAndLampsAreApart", func(t *testing.T) {
		f := open(t)
		check(t, f, false, false)
		check(t, f, true, true)
		check(t, f, true, false)
	})
	t.Run("SwitchesToWhatItIs", func(t *testing.T) {
		f := open(t)
		for range 3 {
			check(t, f, false, true)
		}
		for range 3 {
			check(t, f, true, false)
		}
	})
}

// Fake is a Filter that remembers what it was told. The zero value is ready to
// use, from any goroutine.
type Fake struct {
	mu         sync.Mutex
	calls      []string
	day, lamps bool
	badFilter  error
	badLamps   error
}

// Fail makes SetFilter and SetLamps fail with these, or work for nil.
func (f *Fake) Fail(filter, lamps error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.badFilter, f.badLamps = filter, lamps
}

// Take returns what the Fake was told since the last Take, in words: "filter
// night", "lamps on", with " fails" behind it if it did.
func (f *Fake) Take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

// Is implements [Known].
func (f *Fake) Is() (day, lamps bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.day, f.lamps
}

// SetFilter implements [ircut.Filter].
func (f *Fake) SetFilter(day bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.set(&f.day, day, f.badFilter, map[bool]string{true: "filter day", false: "filter night"}[day])
}

// SetLamps implements [ircut.Filter].
func (f *Fake) SetLamps(on bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.set(&f.lamps, on, f.badLamps, map[bool]string{true: "lamps on", false: "lamps off"}[on])
}

// set notes a call and does it unless it fails.
func (f *Fake) set(what *bool, to bool, err error, words string) error {
	if err != nil {
		f.calls = append(f.calls, words+" fails")
		return err
	}
	f.calls = append(f.calls, words)
	*what = to
	return nil
}
