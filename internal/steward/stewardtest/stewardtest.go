// Package stewardtest is what every installer of updates must do, the pretended
// one too.
package stewardtest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"babymonitor/internal/steward"
)

// Bundles are files of each kind, for the installer under test.
type Bundles struct {
	Good    string // version 1.2.3
	Forged  string // signed by somebody else
	Foreign string // well signed, for another device
}

// Run tries an installer. Where installs is false it is only asked to check.
func Run(t *testing.T, i steward.Installer, b Bundles, installs bool) {
	dir := t.TempDir()
	whole, err := os.ReadFile(b.Good)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tt := range []struct {
		name, path string
		why        steward.Why
	}{
		{"good", b.Good, ""},
		{"forged", b.Forged, steward.BadSignature},
		{"for another device", b.Foreign, steward.OtherDevice},
		{"cut off", file("half", whole[:len(whole)/2]), steward.Broken},
		{"no update", file("junk", []byte("a picture of a cat")), steward.Broken},
		{"empty", file("empty", nil), steward.Broken},
		{"missing", filepath.Join(dir, "nowhere"), steward.Broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			version, err := i.Check(t.Context(), tt.path)
			if got := why(err); got != tt.why {
				t.Fatalf("it is refused for %q, want %q: %v", got, tt.why, err)
			}
			if tt.why == "" && version != "1.2.3" {
				t.Errorf("its version is %q", version)
			}
			if !installs {
				return
			}
			var steps []int
			err = i.Install(t.Context(), tt.path, func(p int) { steps = append(steps, p) })
			if got := why(err); got != tt.why {
				t.Fatalf("installing is refused for %q, want %q: %v", got, tt.why, err)
			}
			if tt.why == "" && (len(steps) == 0 || steps[len(steps)-1] != 100 || !slices.IsSorted(steps)) {
				t.Errorf("progress was %v", steps)
			}
		})
	}
}

// why returns the reason of a refusal, "" without an error.
func why(err error) steward.Why {
	if err == nil {
		return ""
	}
	if r := (*steward.Refusal)(nil); errors.As(err, &r) {
		return r.Why
	}
	return "no words: " + steward.Why(err.Error())
}
