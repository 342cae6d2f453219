package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"babymonitor/audio/lullaby"
	"babymonitor/servo"
	"babymonitor/web"
	"babymonitor/web/access"
)

func TestAFamilyMovesToANewCard(t *testing.T) {
	old, _ := simulated(t)
	people, err := access.OpenPeople(old.place.data)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.book.Patch([]byte(`{"name": "Attic", "camera": {"flip_h": true}}`))
	for _, err := range []error{
		err, people.Add(t.Context(), access.User{Name: "Anna", Role: access.Parent}, "a long password"),
		old.head.SavePreset("cot", servo.Pose{Pan: 12, Tilt: -3}), old.setNight("day"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	song, err := os.ReadFile("../../audio/soundfile/testdata/tone44.mp3")
	if err != nil {
		t.Fatal(err)
	}
	own, err := old.library.Add(t.Context(), "song.mp3", bytes.NewReader(song))
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := (parentsCare{old}).Backup(&file); err != nil {
		t.Fatal(err)
	}

	fresh, _ := simulated(t)
	fresh.rebuild = func(error) {}
	if err := (parentsCare{fresh}).Restore(bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	if fresh.doors.SetupCode() == "" {
		t.Error("it is set up before its rooms are built anew")
	}
	again, _ := simulatedIn(t, fresh.place.data)
	if s := again.book.Get(); s.Name != "Attic" || !s.Camera.FlipH {
		t.Errorf("the settings are %+v", s)
	}
	if at := again.head.Presets()["cot"]; at != (servo.Pose{Pan: 12, Tilt: -3}) {
		t.Errorf("the cot is at %v", at)
	}
	if mode := again.kept.night("auto"); mode != "day" {
		t.Errorf("the night mode is %s", mode)
	}
	if _, err := again.library.Find(own.ID); err != nil {
		t.Error(err)
	}
	if again.doors.SetupCode() != "" {
		t.Error("it wants to be set up")
	}
	roots := [2][]byte{}
	for i, h := range []*house{old, again} {
		if roots[i], err = os.ReadFile(filepath.Join(h.place.data, "tls", "root.pem")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(roots[0], roots[1]) {
		t.Error("phones would have to trust it anew")
	}
}

func TestAWrongBackUpIsRefusedInWords(t *testing.T) {
	h, _ := simulated(t)
	for _, file := range []string{"", "meow", "\x1f\x8b\x08\x00"} {
		var p *web.Problem
		if err := (parentsCare{h}).Restore(strings.NewReader(file)); !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %v", file, err)
		}
	}
	for _, p := range h.family().Parts {
		for _, text := range []string{"{", `{"users": [{"name": "Eve", "role": "viewer", "hash": "x"}]}`, "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"} {
			if p.Name == "chosen.json" && strings.Contains(text, "users") {
				continue // what it does not know it leaves out
			}
			if p.Check([]byte(text)) == nil {
				t.Errorf("%s may be %q", p.Name, text)
			}
		}
		if !p.Must && p.Check([]byte(p.None)) != nil {
			t.Errorf("%s may not be missing", p.Name)
		}
	}
}

func TestABackUpLeavesOutWhatIsLarge(t *testing.T) {
	h, _ := simulated(t)
	song, err := os.ReadFile("../../audio/soundfile/testdata/tone44.mp3")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := h.library.Add(t.Context(), "song.mp3", bytes.NewReader(song)); err != nil {
			t.Fatal(err)
		}
	}
	for most, want := range map[int]int{len(song): 0, len(song) + 1000: 2, 3 * len(song): 4} {
		files := h.library.Files(int64(most))
		if len(files) != want {
			t.Errorf("%d bytes: %v", most, files)
		}
		for _, name := range files {
			if !lullaby.OwnFile(name) {
				t.Errorf("%s would not be taken back", name)
			}
		}
	}
	for _, name := range []string{"", "own-1.mp3", "own-0123456789ab.sh", "../own-0123456789ab.mp3", "own-0123456789ab.mp3\n"} {
		if lullaby.OwnFile(name) {
			t.Errorf("%q would be taken", name)
		}
	}
}
