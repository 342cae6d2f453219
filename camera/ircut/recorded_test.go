package ircut

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// moment is a line of a recording: what the meters tell by day and by night.
type moment struct {
	second     int
	day, night struct{ lux, luma float64 }
}

// recording reads testdata/NAME.csv; README.md there tells how it was made.
func recording(t *testing.T, name string) (all []moment) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for _, line := range lines[1:] {
		var v [5]float64
		for i := range v {
			if v[i], err = strconv.ParseFloat(line[i], 64); err != nil {
				t.Fatal(err)
			}
		}
		m := moment{second: int(v[0])}
		m.day.lux, m.day.luma, m.night.lux, m.night.luma = v[1], v[2], v[3], v[4]
		all = append(all, m)
	}
	return all
}

// TestRecordedLight plays recordings to the decision, which sees by day what
// the filter lets through and by night what the lamps and infrared light add.
func TestRecordedLight(t *testing.T) {
	meters := map[string]func(m moment, night bool) float64{
		"lux": func(m moment, night bool) float64 {
			if night {
				return m.night.lux
			}
			return m.day.lux
		},
		"luma": func(m moment, night bool) float64 {
			if night {
				return DefaultRules().OfLuma(m.night.luma)
			}
			return DefaultRules().OfLuma(m.day.luma)
		},
	}
	for name, want := range map[string]map[string][]string{
		"dusk":       {"lux": {"night"}, "luma": {"night"}},
		"dawn":       {"lux": {"night", "day"}, "luma": {"night", "day"}},
		"headlights": {"lux": {"night"}, "luma": {"night"}},
		// By a small light a camera still sees, so that by luma it stays day.
		"nightlight": {"lux": {"night", "day", "night"}, "luma": {"night", "day"}},
	} {
		all := recording(t, name)
		for meter, read := range meters {
			began := time.Date(2026, 1, 1, 17, 0, 0, 0, time.UTC)
			var s State
			var got []string
			for _, m := range all {
				next := DefaultRules().Decide(s, read(m, s.Night), began.Add(time.Duration(m.second)*time.Second))
				if next.Night != s.Night {
					word := map[bool]string{true: "night", false: "day"}[next.Night]
					got = append(got, word)
					t.Logf("%s by %s: %s at second %d", name, meter, word, m.second)
				}
				s = next
			}
			if !slices.Equal(got, want[meter]) {
				t.Errorf("%s by %s: %q, want %q", name, meter, got, want[meter])
			}
		}
	}
}
