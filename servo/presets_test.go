package servo_test

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

func newHead(t *testing.T, dir string) *servo.Head {
	t.Helper()
	h, err := servo.NewHead(servo.Options{Actuator: new(servotest.Fake), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPresetsAreKept(t *testing.T) {
	dir := t.TempDir()
	h := newHead(t, dir)
	want := map[string]servo.Pose{"home": {Pan: 1}, "crib": {Pan: -30, Tilt: -10}, "Tür & Fenster": {Pan: 80, Tilt: 45}}
	for name, p := range want {
		if err := h.SavePreset(name, p); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.SavePreset("gone", servo.Pose{}); err != nil {
		t.Fatal(err)
	}
	if err := h.DeletePreset("gone"); err != nil {
		t.Fatal(err)
	}
	for _, h := range []*servo.Head{h, newHead(t, dir)} {
		if got := h.Presets(); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestHomeAlwaysExists(t *testing.T) {
	h := newHead(t, "")
	if _, ok := h.Presets()[servo.Home]; !ok {
		t.Error("no home")
	}
	if err := h.DeletePreset(servo.Home); !errors.Is(err, servo.ErrInvalid) {
		t.Errorf("removed home: %v", err)
	}
}

func TestBadPresetsAreRefused(t *testing.T) {
	h := newHead(t, "")
	for _, name := range []string{"", " ", "x ", strings.Repeat("ä", 41), "a\nb", "\x00", "\xff"} {
		if err := h.SavePreset(name, servo.Pose{}); !errors.Is(err, servo.ErrInvalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	for _, p := range []servo.Pose{{Pan: 81}, {Tilt: -46}, {Pan: math.NaN()}} {
		if err := h.SavePreset("x", p); !errors.Is(err, servo.ErrInvalid) {
			t.Errorf("%v: %v", p, err)
		}
	}
	if err := h.DeletePreset("x"); !errors.Is(err, servo.ErrNoPreset) {
		t.Errorf("removed what is not there: %v", err)
	}
	if err := h.GoToPreset("x"); !errors.Is(err, servo.ErrNoPreset) {
		t.Errorf("goes to what is not there: %v", err)
	}
	if err := h.SavePreset(strings.Repeat("ä", 40), servo.Pose{}); err != nil {
		t.Error(err)
	}
}

func TestThereAreNotTooManyPresets(t *testing.T) {
	h := newHead(t, "")
	for i := range servo.MaxPresets - 1 {
		if err := h.SavePreset(fmt.Sprint(i), servo.Pose{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.SavePreset("more", servo.Pose{}); !errors.Is(err, servo.ErrInvalid) {
		t.Errorf("saved one too many: %v", err)
	}
	if err := h.SavePreset("0", servo.Pose{Pan: 1}); err != nil {
		t.Errorf("cannot change one: %v", err)
	}
}

func TestPresetThatCannotBeWrittenChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	h := newHead(t, dir)
	err := h.SavePreset("crib", servo.Pose{Pan: 5})
	if err == nil || errors.Is(err, servo.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	if len(h.Presets()) != 1 {
		t.Errorf("presets %v", h.Presets())
	}
}

func TestBrokenPresetsAreSetAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "presets.json")
	if err := os.WriteFile(path, []byte(`{"crib": {"pan": 1`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pose.json"), []byte(`{"pan": 1e9, "tilt": 0}`), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHead(t, dir)
	if got := h.Presets(); len(got) != 1 {
		t.Errorf("presets %v", got)
	}
	if h.Pose() != (servo.Pose{}) {
		t.Errorf("pose %v", h.Pose())
	}
	if kept, err := os.ReadFile(path + ".broken"); err != nil || !strings.Contains(string(kept), "crib") {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestPresetIsGoneTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		file := []byte(`{"crib": {"pan": 30, "tilt": 10}, "far": {"pan": 170, "tilt": 0}}`)
		if err := os.WriteFile(filepath.Join(dir, "presets.json"), file, 0o600); err != nil {
			t.Fatal(err)
		}
		s := play(t, servo.Options{Dir: dir})
		for name, want := range map[string]servo.Pose{"crib": {Pan: 30, Tilt: 10}, "far": {Pan: 80}} {
			if err := s.GoToPreset(name); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if s.Pose() != want {
				t.Errorf("%s: at %v", name, s.Pose())
			}
		}
		if err := s.SavePreset("here", s.Pose()); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.status().Presets["here"]; !ok {
			t.Errorf("told %+v", s.status())
		}
	})
}
