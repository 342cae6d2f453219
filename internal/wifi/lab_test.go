package wifi_test

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"babymonitor/internal/wifi"
)

// TestLabEvening runs in the virtual lab (scripts/lab-wifi), against a real
// NetworkManager with a simulated radio, and a router whose Wi-Fi is "Home". The
// card that the monitor was started with had a wrong password for it.
func TestLabEvening(t *testing.T) {
	if os.Getenv("WIFI_LAB") == "" {
		t.Skip("scripts/lab-wifi runs it")
	}
	var m *wifi.NetworkManager
	for begun := time.Now(); m == nil; {
		var err error
		if m, err = wifi.Connect(t.Context(), "unix:path=/run/dbus/system_bus_socket", "Babymonitor-TEST"); err != nil && time.Since(begun) > time.Minute {
			t.Fatal(err)
		} else if err != nil {
			<-time.After(time.Second)
		}
	}
	defer m.Close()
	waits := wifi.Usual()
	waits.Retry, waits.Visitor = 30*time.Second, time.Second
	k := wifi.NewKeeper(wifi.Options{Own: wifi.Own{SSID: "Babymonitor-TEST", Password: "own password"}, Log: quiet(), Waits: waits})
	status := make(chan wifi.Status, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx, m, func(s wifi.Status) { status <- s }) }()
	defer func() { cancel(); <-done }()
	until := func(what string, so func(wifi.Status) bool) {
		t.Helper()
		for deadline := time.After(6 * time.Minute); ; {
			select {
			case s := <-status:
				t.Logf("%+v (%v)", s, s.Problem)
				if so(s) {
					t.Logf("so: %s", what)
					return
				}
			case err := <-done:
				t.Fatalf("%s: ended with %v", what, err)
			case <-deadline:
				t.Fatalf("not so: %s", what)
			}
		}
	}
	at := func(way, ssid string, why wifi.Why) func(wifi.Status) bool {
		return func(s wifi.Status) bool {
			is := wifi.None
			if s.Problem != nil {
				is = s.Problem.Why
			}
			return s.Way == way && s.SSID == ssid && s.Joining == "" && is == why
		}
	}
	choose := func(ssid, password string) {
		t.Helper()
		if err := k.Choose(wifi.Choice{SSID: ssid, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	router := func(is string) {
		t.Helper()
		if out, err := exec.Command("sh", "/tmp/router", is).CombinedOutput(); err != nil {
			t.Fatalf("router %s: %v: %s", is, err, out)
		}
	}
	until("the mistyped password of the card has it open its own Wi-Fi", at("own", "Babymonitor-TEST", wifi.Password))
	if found, err := k.Networks(ctx); err != nil || !slices.ContainsFunc(found, func(n wifi.Network) bool { return n.SSID == "Home" && n.Security == wifi.WPA }) {
		t.Errorf("around: %+v, %v", found, err)
	}
	choose("Home", "another wrong one")
	until("it goes away to try", func(s wifi.Status) bool { return s.Way == "none" })
	until("another wrong one brings it back", at("own", "Babymonitor-TEST", wifi.Password))
	choose("Home", "simulated home")
	until("the right one joins", at("wifi", "Home", wifi.None))
	choose("Nowhere", "long enough")
	until("one that is not there brings it back", at("wifi", "Home", wifi.Missing))
	router("off")
	until("without a router it opens its own", at("own", "Babymonitor-TEST", wifi.Missing))
	router("on")
	until("the router is back", at("wifi", "Home", wifi.None))
}
