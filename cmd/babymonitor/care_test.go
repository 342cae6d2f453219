package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"babymonitor/internal/config"
	"babymonitor/internal/diagnosis"
	"babymonitor/internal/diary"
	"babymonitor/internal/sim"
	"babymonitor/internal/state"
	"babymonitor/internal/steward"
	"babymonitor/web"
)

// simulated builds a house in the simulated nursery that does not run.
func simulated(t *testing.T) (*house, *slog.Logger) {
	t.Helper()
	return simulatedIn(t, t.TempDir())
}

// simulatedIn builds it over the data in a folder.
func simulatedIn(t *testing.T, data string) (*house, *slog.Logger) {
	t.Helper()
	world, err := sim.New(sim.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	p := place{sim: true, data: data, http: "127.0.0.1:0", https: "127.0.0.1:0"}
	recent := diagnosis.NewRing(recentLog)
	log := slog.New(slog.NewJSONHandler(recent, nil))
	last := lasting{world: world, care: openCare(p, log, recent), diary: diary.New(filepath.Join(p.data, "history.db"), log)}
	h, err := build(p, config.DefaultSim(), last, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.doors.Close()
		h.phones.Close()
		h.devices.close()
	})
	return h, log
}

func TestDiagnosticsHoldNoSecret(t *testing.T) {
	h, log := simulated(t)
	code := h.doors.SetupCode()
	planted := []string{"Ada Lovelace", "HomeSweetHome", "correct horse", "sessiontoken_sessiontoken_sessiontoken_1234", code}
	h.store.Update(func(s *state.State) {
		s.Viewers = []state.Viewer{{ID: "1", Name: "Ada Lovelace", Role: "parent"}}
		s.Network = &state.Network{Way: "wifi", SSID: "HomeSweetHome", Problem: &state.WiFiProblem{SSID: "HomeSweetHome", Detail: "HomeSweetHome is gone"}}
	})
	log.Info("Ada Lovelace came in", "token", "sessiontoken_sessiontoken_sessiontoken_1234", "password", "correct horse")
	log.Warn("the Wi-Fi HomeSweetHome is weak")
	var file bytes.Buffer
	if err := (parentsCare{h}).Diagnose(t.Context(), &file, []string{"Ada Lovelace", code}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
		for _, secret := range planted {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s holds %q:\n%s", f.Name, secret, text)
			}
		}
	}
	for name, words := range map[string]string{
		"monitor.txt": "version", "log.txt": "is weak", "settings.toml": "max_bitrate", "state.json": `"role": "parent"`,
		"board.txt": "/proc/meminfo", "devices.json": "camera", "events.json": "", "read-me.txt": "Look through it",
	} {
		if text, ok := all[name]; !ok || !strings.Contains(text, words) {
			t.Errorf("%s does not say %q:\n%s", name, words, text)
		}
	}
}

func TestAnUpdateOfThePretendedBoard(t *testing.T) {
	h, _ := simulated(t)
	c := h.care
	for _, tt := range []struct {
		version, key   string
		stage, outcome string
		why            string
	}{
		{"7.0.0", "somebody else", "failed", "failed", "signature"},
		{"7.0.1", "simulated nursery", "installed", "updated", ""},
		{"7.0.2-broken", "simulated nursery", "installed", "failed", "rolledback"},
	} {
		bundle := steward.PretendBundle(tt.version, "simulation", tt.key)
		if err := (parentsCare{h}).Update(bytes.NewReader(bundle), int64(len(bundle))); err != nil {
			t.Fatal(err)
		}
		if now := c.now(); now.Stage != "checking" {
			t.Errorf("%s: at first it is %+v", tt.version, now)
		}
		c.helper.Installer = steward.Pretend{Pace: time.Millisecond}
		if err := c.helper.Serve(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now := c.now(); now.Stage != tt.stage {
			t.Errorf("%s: installing yields %+v", tt.version, now)
		}
		before := c.now().Why
		if tt.stage == "installed" {
			if err := (parentsCare{h}).Restart(); err != nil {
				t.Fatal(err)
			}
			if err := c.helper.Serve(t.Context()); err != nil || !c.board.restarting {
				t.Fatalf("it does not restart: %v", err)
			}
			c.restarted()
			before = c.now().Why
		}
		if now := c.now(); now.Stage != tt.outcome || before != tt.why {
			t.Errorf("%s: in the end it is %+v", tt.version, now)
		}
	}
	if c.version() != "7.0.1" {
		t.Errorf("it runs %s", c.version())
	}
}

func TestAPackageSaysWhoUpdatesIt(t *testing.T) {
	h, _ := simulated(t)
	for _, way := range []string{byApt, ""} {
		h.care.way = way
		for _, err := range []error{(parentsCare{h}).Update(strings.NewReader("x"), 1), (parentsCare{h}).Reset()} {
			var p *web.Problem
			if !errors.As(err, &p) || p.Status != 409 || len(p.Detail) < 20 {
				t.Errorf("%q: %v", way, err)
			}
		}
		if now := h.care.now(); now.Way != way || now.Stage != "idle" {
			t.Errorf("%+v", now)
		}
	}
}

func TestSystemVersion(t *testing.T) {
	file := filepath.Join(t.TempDir(), "appliance")
	if got := systemVersion(file); got != version {
		t.Errorf("without a file it is %q, want the program's", got)
	}
	if err := os.WriteFile(file, []byte("VERSION=1.2\nBUILD=1.2+7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := systemVersion(file); got != "1.2" {
		t.Errorf("it is %q", got)
	}
}
