package sim

import (
	"testing"

	"babymonitor/internal/wifi"
	"babymonitor/internal/wifi/wifitest"
)

func TestRadio(t *testing.T) {
	wifitest.Manager(t, func(t *testing.T) (wifi.Manager, wifitest.Air) {
		w, err := New(Options{Seed: 1, Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		return w.Radio(), func(is string) {
			if err := w.Apply(Change{Network: &is}); err != nil {
				t.Error(err)
			}
		}
	})
}
