package wifi_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/internal/sim"
	"babymonitor/internal/wifi"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// evening is a keeper in the simulated nursery, in simulated time.
type evening struct {
	t     *testing.T
	world *sim.World
	*wifi.Keeper

	mu   sync.Mutex
	told []wifi.Status
}

// heard returns what has been shown so far.
func (e *evening) heard() []wifi.Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.told)
}

func (e *evening) hear(s wifi.Status) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.told = append(e.told, s)
}

// spend runs what happens in a nursery whose network is so.
func spend(t *testing.T, network string, happens func(e *evening)) {
	synctest.Test(t, func(t *testing.T) {
		w, err := sim.New(sim.Options{Seed: 1, Quiet: true, Start: sim.Change{Network: &network}})
		if err != nil {
			t.Fatal(err)
		}
		e := &evening{t: t, world: w}
		e.Keeper = wifi.NewKeeper(wifi.Options{Own: wifi.Own{SSID: "Babymonitor-TEST", Password: "own password"},
			Waits: wifi.Usual(), Log: quiet()})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx, w.Radio(), e.hear) }()
		happens(e)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

func (e *evening) becomes(network string) {
	e.t.Helper()
	if err := e.world.Apply(sim.Change{Network: &network}); err != nil {
		e.t.Fatal(err)
	}
}

// after lets time pass and returns what is shown then.
func (e *evening) after(d time.Duration) wifi.Status {
	e.t.Helper()
	time.Sleep(d)
	synctest.Wait()
	told := e.heard()
	return told[len(told)-1]
}

func (e *evening) wants(s wifi.Status, way, ssid string, why wifi.Why) {
	e.t.Helper()
	got := wifi.None
	if s.Problem != nil {
		got = s.Problem.Why
	}
	if s.Way != way || s.SSID != ssid || got != why || s.Joining != "" {
		e.t.Errorf("it shows %+v (%v), want %s %s %q", s, s.Problem, way, ssid, why)
	}
}

const ownSSID = "Babymonitor-TEST"

func TestNewMonitorOpensItsOwn(t *testing.T) {
	spend(t, "new", func(e *evening) {
		e.wants(e.after(14*time.Second), "none", "", wifi.None)
		e.wants(e.after(6*time.Second), "own", ownSSID, wifi.None)
		if !e.OwnOpen() {
			t.Error("it is open and does not say so")
		}
		e.wants(e.after(time.Hour), "own", ownSSID, wifi.None)
	})
}

func TestChoosing(t *testing.T) {
	spend(t, "new", func(e *evening) {
		e.after(20 * time.Second)
		if err := e.Choose(wifi.Choice{SSID: "Home", Password: "mistyped one"}); err != nil {
			t.Fatal(err)
		}
		if s := e.after(time.Second); s.Joining != "Home" || s.Way != "own" {
			t.Errorf("before the answer has gone: %+v", s)
		}
		if err := e.Choose(wifi.Choice{SSID: "Home", Password: "simulated home"}); err != nil {
			t.Errorf("while another is being joined: %v", err) // it waits its turn
		}
		if err := e.Choose(wifi.Choice{SSID: "Other", Password: "simulated home"}); !errors.Is(err, wifi.ErrBusy) {
			t.Errorf("a third: %v", err)
		}
		if err := e.Choose(wifi.Choice{SSID: "", Password: ""}); !errors.Is(err, wifi.ErrChoice) {
			t.Errorf("nonsense: %v", err)
		}
		e.wants(e.after(20*time.Second), "wifi", "Home", wifi.None)
		if !slices.ContainsFunc(e.heard(), func(s wifi.Status) bool { return s.Problem != nil && s.Problem.Why == wifi.Password }) {
			t.Error("it never said that the password was wrong")
		}
		if e.OwnOpen() {
			t.Error("its own Wi-Fi is still open")
		}
	})
}

func TestWrongPasswordComesBackToItsOwn(t *testing.T) {
	spend(t, "new", func(e *evening) {
		e.after(20 * time.Second)
		if err := e.Choose(wifi.Choice{SSID: "Home", Password: "mistyped one"}); err != nil {
			t.Fatal(err)
		}
		e.wants(e.after(15*time.Second), "own", ownSSID, wifi.Password)
	})
}

func TestWrongPasswordGoesBackToTheOldWiFi(t *testing.T) {
	spend(t, "wifi", func(e *evening) {
		e.wants(e.after(5*time.Second), "wifi", "Home", wifi.None)
		if err := e.Choose(wifi.Choice{SSID: "Upstairs 5G", Password: "a good guess"}); err != nil {
			t.Fatal(err)
		}
		e.wants(e.after(20*time.Second), "wifi", "Home", wifi.Password)
		e.wants(e.after(11*time.Minute), "wifi", "Home", wifi.None)
	})
}

func TestRouterOffAndOnAgain(t *testing.T) {
	spend(t, "wifi", func(e *evening) {
		e.after(5 * time.Second)
		e.becomes("down")
		e.wants(e.after(55*time.Second), "none", "", wifi.None)
		e.wants(e.after(15*time.Second), "own", ownSSID, wifi.None)
		e.Visited()
		e.wants(e.after(2*time.Minute), "own", ownSSID, wifi.None)
		before := len(e.heard())
		e.wants(e.after(8*time.Minute), "own", ownSSID, wifi.Missing)
		if !slices.ContainsFunc(e.heard()[before:], func(s wifi.Status) bool { return s.Way == "none" }) {
			t.Error("it never tried the Wi-Fi that it knows")
		}
		e.becomes("wifi")
		e.wants(e.after(10*time.Second), "wifi", "Home", wifi.None)
	})
}

func TestVisitorsAreNotThrownOut(t *testing.T) {
	spend(t, "down", func(e *evening) {
		e.after(70 * time.Second)
		before := len(e.heard())
		for range 20 {
			e.Visited()
			e.after(time.Minute)
		}
		if len(e.heard()) != before {
			t.Errorf("it changed: %+v", e.heard()[before:])
		}
	})
}

func TestCable(t *testing.T) {
	spend(t, "wired", func(e *evening) {
		e.wants(e.after(time.Hour), "wired", "", wifi.None)
		found, err := e.Networks(e.t.Context())
		if err != nil || len(found) == 0 {
			t.Errorf("around: %+v, %v", found, err)
		}
	})
}
