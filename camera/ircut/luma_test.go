package ircut

import (
	"math"
	"slices"
	"testing"
	"time"
)

// exposing plays a room with a camera that tells luma alone: it exposes for
// 0.45 and comes to its end at 25 lux. By night its lamps add as much light as
// these lux.
func exposing(lamps float64, room func(int) float64, seconds int) (switches []string) {
	began := time.Date(2026, 1, 1, 17, 0, 0, 0, time.UTC)
	var s State
	for i := range seconds {
		light := room(i)
		if s.Night {
			light = 1.5*light + lamps
		}
		luma := min(0.45, 0.45*math.Pow(light/25, 1/2.2)) // pictures are gamma-encoded
		next := DefaultRules().Decide(s, DefaultRules().OfLuma(luma), began.Add(time.Duration(i)*time.Second))
		if next.Night != s.Night {
			word := "day"
			if next.Night {
				word = "night"
			}
			switches = append(switches, word)
		}
		s = next
	}
	return switches
}

func TestLumaIsALightMeter(t *testing.T) {
	passing := func(i int) float64 {
		if i%300 < 8 {
			return 60 // headlights
		}
		return 0.1
	}
	for name, c := range map[string]struct {
		lamps   float64
		room    func(int) float64
		seconds int
		want    []string
	}{
		"a light day":               {10, steps(0, 200), 3600, nil},
		"dusk":                      {10, fade(300, 0.05, 3600), 7200, []string{"night"}},
		"a night without lamps":     {0, steps(0, 0), 3600, []string{"night"}},
		"dawn with usual lamps":     {5, fade(0.05, 300, 3600), 7200, []string{"night", "day"}},
		"dawn without lamps":        {0, fade(0.05, 300, 3600), 7200, []string{"night", "day"}},
		"headlights":                {5, passing, 3600, []string{"night"}},
		"a night light":             {5, steps(0, 0.1, 600, 2), 3600, []string{"night"}},
		"the ceiling lamp":          {5, steps(0, 0.1, 600, 80, 1200, 0.1), 3600, []string{"night", "day", "night"}},
		"lamps too strong for dawn": {100, fade(0.05, 300, 3600), 7200, []string{"night"}},
	} {
		if got := exposing(c.lamps, c.room, c.seconds); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestOfLumaMeetsTheEdges(t *testing.T) {
	r := Rules{NightBelow: 2, DayAbove: 12}
	for luma, want := range map[float64]float64{0: 0, lumaNight: 2, lumaNight + lumaMore: 14} {
		if got := r.OfLuma(luma); math.Abs(got-want) > 1e-9 {
			t.Errorf("luma %v is %v lux, want %v", luma, got, want)
		}
	}
}
