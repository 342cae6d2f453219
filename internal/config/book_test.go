package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func same(a, b Settings) bool { return reflect.DeepEqual(a.clone(), b.clone()) }

func open(t *testing.T, base Settings, path string) (*Book, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	b, err := Open(base, path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return b, &log
}

func TestPatchIsKeptOverTheHandWrittenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	b, _ := open(t, DefaultSim(), path)
	change, err := b.Patch([]byte(`{"name":"Attic","head":{"pan":{"min":-30}},"climate":{"sensor":[{"driver":"sim","bus":"","address":0,"temperature_offset":-2}]},"access":{"allowed_origins":["https://ha.example"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"name", "head.pan.min", "climate.sensor", "access.allowed_origins"}
	if !slices.Equal(change.Keys, want) || !change.Restart {
		t.Errorf("change is %v, restart %v", change.Keys, change.Restart)
	}
	doc, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(doc), "speed") {
		t.Errorf("the overlay holds what nobody changed: %s %v", doc, err)
	}

	base := DefaultSim() // the hand-written file changes meanwhile
	base.Head.Speed, base.Name = 10, "Cellar"
	again, log := open(t, base, path)
	got := again.Get()
	if log.Len() > 0 || got.Name != "Attic" || got.Head.Speed != 10 || got.Head.Pan.Min != -30 || got.Climate.Sensors[0].Offset != -2 ||
		!slices.Equal(got.Access.AllowedOrigins, []string{"https://ha.example"}) {
		t.Errorf("in force: %+v; log %s", got, log)
	}
}

func TestPatchBackToTheFileLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	b, _ := open(t, Default(), path)
	for _, body := range []string{`{"name":"A"}`, `{"name":"Nursery"}`} {
		change, err := b.Patch([]byte(body))
		if err != nil || change.Restart || len(change.Keys) != 1 {
			t.Fatalf("%+v, %v", change, err)
		}
	}
	if b.RestartNeeded() {
		t.Error("a name needs a restart")
	}
	for _, step := range []struct {
		body string
		need bool
	}{{`{"camera":{"rotate":180}}`, true}, {`{"camera":{"rotate":0}}`, false}} {
		if _, err := b.Patch([]byte(step.body)); err != nil || b.RestartNeeded() != step.need {
			t.Errorf("%s: restart needed %v, %v", step.body, b.RestartNeeded(), err)
		}
	}
	doc, _ := os.ReadFile(path)
	if strings.Contains(string(doc), "name =") {
		t.Errorf("left: %s", doc)
	}
}

func TestPatchIsCheckedWhole(t *testing.T) {
	tests := []struct{ name, body, key string }{
		{"unknown", `{"name":"A","colour":"red"}`, "colour"},
		{"not for parents", `{"name":"A","camera":{"source":"v4l2"}}`, "camera.source"},
		{"type", `{"name":"A","audio":{"max_volume":"50"}}`, "audio.max_volume"},
		{"fraction", `{"name":"A","audio":{"max_volume":50.5}}`, "audio.max_volume"},
		{"null", `{"name":null}`, "name"},
		{"range", `{"name":"A","audio":{"max_volume":500}}`, "audio.max_volume"},
		{"together", `{"name":"A","ircut":{"night_below":500}}`, "ircut.night_below"},
		{"no such sensor", `{"name":"A","climate":{"sensor":[{"driver":"bme280","temperature_offset":1}]}}`, "climate.sensor[0]"},
		{"case", `{"Name":"A"}`, "Name"},
		{"huge", `{"head":{"speed":1e999}}`, "head.speed"},
		{"list", `[]`, ""},
		{"empty", ``, ""},
		{"two", `{} {}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "settings.toml")
			b, _ := open(t, DefaultSim(), path)
			_, err := b.Patch([]byte(tt.body))
			var faults Faults
			if !errors.As(err, &faults) || faults[0].Key != tt.key || faults[0].Do == "" {
				t.Fatalf("error is %v", err)
			}
			if _, err := os.Stat(path); err == nil || !same(b.Get(), DefaultSim()) {
				t.Error("a refused patch left something")
			}
		})
	}
}

func TestBrokenOverlayIsSetAside(t *testing.T) {
	for name, doc := range map[string]string{
		"not toml": "name = ", "unknown": "[camera]\nsource = \"sim\"\n", "range": "[head]\nspeed = -1\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "settings.toml")
			if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
				t.Fatal(err)
			}
			b, log := open(t, Default(), path)
			if !same(b.Get(), Default()) || !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "settings.toml:") {
				t.Errorf("in force %+v; log %s", b.Get(), log)
			}
			left, _ := filepath.Glob(filepath.Join(dir, "settings.toml.broken-*"))
			if len(left) != 1 {
				t.Errorf("set aside: %v", left)
			}
			if _, err := b.Patch([]byte(`{"name":"A"}`)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOverlayForgetsSensorsThatAreGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	b, _ := open(t, DefaultSim(), path)
	if _, err := b.Patch([]byte(`{"name":"A","climate":{"sensor":[{"driver":"sim","bus":"","address":0,"temperature_offset":1}]}}`)); err != nil {
		t.Fatal(err)
	}
	again, log := open(t, Default(), path)
	if again.Get().Name != "A" || !strings.Contains(log.String(), "sensor is gone") {
		t.Errorf("%+v; log %s", again.Get(), log)
	}
}

func TestPatchOnAFullOrReadOnlyDiskChangesNothing(t *testing.T) {
	b, _ := open(t, Default(), filepath.Join(t.TempDir(), "nowhere", "settings.toml"))
	if _, err := b.Patch([]byte(`{"name":"A"}`)); err == nil || b.Get().Name != "Nursery" {
		t.Errorf("%v, %q", err, b.Get().Name)
	}
}

func TestGetBelongsToTheCaller(t *testing.T) {
	b, _ := open(t, DefaultSim(), filepath.Join(t.TempDir(), "settings.toml"))
	b.Get().Climate.Sensors[0].Offset = 9
	if b.Get().Climate.Sensors[0].Offset != 0 {
		t.Error("a caller changed the settings in force")
	}
}

func FuzzPatch(f *testing.F) {
	f.Add(`{"name":"A","head":{"pan":{"min":-30}}}`)
	f.Add(`{"climate":{"sensor":[{"driver":"sim","temperature_offset":1}],"humidity":null}}`)
	f.Add(`{"access":{"allowed_origins":["http://a"]}}{`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, body string) {
		b := &Book{path: filepath.Join(dir, "settings.toml"), base: DefaultSim().clone(), now: DefaultSim().clone()}
		change, err := b.Patch([]byte(body))
		if err != nil {
			if !same(b.Get(), DefaultSim()) {
				t.Fatal("a refused patch changed the settings")
			}
			return
		}
		if !json.Valid([]byte(body)) || len(Check(change.Is)) > 0 {
			t.Fatalf("accepted %q", body)
		}
	})
}

func TestChangesAreAcceptedAsTheyWouldBeInForce(t *testing.T) {
	base := Default()
	base.IRCut.DayAbove = 10
	b, err := Open(base, filepath.Join(t.TempDir(), "settings.toml"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for doc, good := range map[string]bool{
		"": true, heading + "name = \"Attic\"\n": true, "[ircut]\nnight_below = 5": true,
		"[ircut]\nnight_below = 50": false, "nam = \"Attic\"": false, "name": false, "[camera]\nsource = \"file\"": false,
	} {
		if err := b.Accepts([]byte(doc)); (err == nil) != good {
			t.Errorf("%q: %v", doc, err)
		}
	}
	if b.Get().Name != base.Name {
		t.Error("it has changed something")
	}
}
