package wifi_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"babymonitor/internal/wifi"
	"babymonitor/internal/wifi/wifitest"
)

func connect(t *testing.T, address string) *wifi.NetworkManager {
	t.Helper()
	m, err := wifi.Connect(t.Context(), address, "Babymonitor-TEST")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func TestNetworkManager(t *testing.T) {
	wifitest.Manager(t, func(t *testing.T) (wifi.Manager, wifitest.Air) {
		address := wifitest.Bus(t)
		nm := wifitest.Start(t, address)
		return connect(t, address), nm.Set
	})
}

func TestNoNetworkManager(t *testing.T) {
	if m, err := wifi.Connect(t.Context(), wifitest.Bus(t), "x"); err == nil {
		m.Close()
		t.Error("found one")
	}
	if _, err := wifi.Connect(t.Context(), "unix:path=/nowhere", "x"); err == nil {
		t.Error("found a bus")
	}
}

func TestSecurityOfWhatIsAround(t *testing.T) {
	address := wifitest.Bus(t)
	wifitest.Start(t, address).Set("new")
	found, err := connect(t, address).Networks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]wifi.Security{}
	for _, n := range wifi.Merge(found) {
		got[n.SSID] = n.Security
	}
	for ssid, want := range map[string]wifi.Security{"Home": wifi.WPA, "Modern": wifi.SAE, "Office": wifi.Enterprise, "Café": wifi.Open} {
		if got[ssid] != want {
			t.Errorf("%s is %q, want %q", ssid, got[ssid], want)
		}
	}
}

// TestKeeperAtNetworkManager is the first evening with the real client.
func TestKeeperAtNetworkManager(t *testing.T) {
	address := wifitest.Bus(t)
	nm := wifitest.Start(t, address)
	nm.Set("new")
	status := make(chan wifi.Status, 100)
	m, tick := connect(t, address), 20*time.Millisecond
	k := wifi.NewKeeper(wifi.Options{
		Own: wifi.Own{SSID: "Babymonitor-TEST", Password: "own password"}, Log: quiet(),
		Waits: wifi.Waits{Known: 10 * tick, Nothing: tick, Wrong: tick, Retry: time.Hour, Visitor: tick, Join: 3 * time.Second, Look: tick},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx, m, func(s wifi.Status) { status <- s }) }()
	defer func() { cancel(); <-done }()
	until := func(what string, so func(wifi.Status) bool) {
		t.Helper()
		for deadline := time.After(30 * time.Second); ; {
			select {
			case s := <-status:
				if s.Joining == "Babymonitor-TEST" {
					t.Error("it says that it joins its own Wi-Fi")
				}
				if so(s) {
					return
				}
			case err := <-done:
				t.Fatalf("ended: %v", err)
			case <-deadline:
				t.Fatalf("not so: %s", what)
			}
		}
	}
	until("its own Wi-Fi", func(s wifi.Status) bool { return s.Way == "own" && s.SSID == "Babymonitor-TEST" })
	found, err := k.Networks(t.Context())
	if err != nil || !slices.ContainsFunc(found, func(n wifi.Network) bool { return n.SSID == "Home" }) {
		t.Errorf("around: %+v, %v", found, err)
	}
	if err := k.Choose(wifi.Choice{SSID: "Home", Password: "mistyped password"}); err != nil {
		t.Fatal(err)
	}
	until("its own Wi-Fi again, and why", func(s wifi.Status) bool {
		return s.Way == "own" && s.Joining == "" && s.Problem != nil && s.Problem.Why == wifi.Password
	})
	if err := k.Choose(wifi.Choice{SSID: wifitest.Mute, Password: "long enough"}); err != nil {
		t.Fatal(err)
	}
	until("no address", func(s wifi.Status) bool {
		return s.Way == "own" && s.Joining == "" && s.Problem != nil && *s.Problem == wifi.Problem{SSID: wifitest.Mute, Why: wifi.Address}
	})
	if err := k.Choose(wifi.Choice{SSID: "Home", Password: wifitest.HomePassword}); err != nil {
		t.Fatal(err)
	}
	until("Home", func(s wifi.Status) bool {
		return s.Way == "wifi" && s.SSID == "Home" && s.Joining == "" && s.Problem == nil
	})
	if saved := nm.Saved(); !slices.Equal(saved, []string{"Home"}) {
		t.Errorf("saved: %q", saved)
	}
}

func TestAnnouncedName(t *testing.T) {
	address := wifitest.Bus(t)
	if name, err := wifi.Announced(t.Context(), address); err == nil {
		t.Errorf("nobody announces %q", name)
	}
	wifitest.StartAvahi(t, address, "babymonitor-2.local")
	if name, err := wifi.Announced(t.Context(), address); err != nil || name != "babymonitor-2.local" {
		t.Errorf("%q, %v", name, err)
	}
}
