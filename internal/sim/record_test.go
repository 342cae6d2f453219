package sim

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"babymonitor/camera"
)

// recordTo names the folder that TestRecordLight writes to.
const recordTo = "BABYMONITOR_RECORD_LIGHT"

// daylight is the illuminance outside (lux) under a clear sky by the sun's
// height in degrees, between the usual figures for sunset and the twilights.
func daylight(height float64) float64 {
	at := [...]struct{ height, lux float64 }{{-18, 0.001}, {-12, 0.008}, {-6, 3.4}, {-3, 50}, {0, 400}, {5, 4000}, {15, 15000}}
	for i := 1; i < len(at); i++ {
		if height <= at[i].height || i == len(at)-1 {
			share := (height - at[i-1].height) / (at[i].height - at[i-1].height)
			return at[i-1].lux * math.Pow(at[i].lux/at[i-1].lux, min(max(share, 0), 1))
		}
	}
	return 0
}

// evening is the light in the nursery (lux) at a second.
type evening struct {
	seconds, every int
	lux            func(s float64) float64
}

// evenings are what the recordings are of. A fiftieth of the daylight comes in.
func evenings() map[string]evening {
	window := func(height float64) float64 { return 0.05 + daylight(height)/50 }
	return map[string]evening{
		"dusk": {4800, 4, func(s float64) float64 { return window(4 - s/300) }},
		"dawn": {4800, 4, func(s float64) float64 { return window(-12 + s/300) }},
		"headlights": {600, 1, func(s float64) float64 { // a car each two minutes, six seconds long
			return 0.1 + 40*math.Exp(-math.Pow((math.Mod(s, 120)-60)/2.5, 2))
		}},
		"nightlight": {900, 1, func(s float64) float64 { // a small one goes on, then the lamp on the ceiling, then neither
			return 0.1 + map[bool]float64{true: 1.8}[s >= 120] + map[bool]float64{true: 90}[s >= 400 && s < 700]
		}},
	}
}

// TestRecordLight records what a camera in the simulated nursery tells of the
// light, by day and by night, when it is told where to; see
// camera/ircut/testdata/README.md.
func TestRecordLight(t *testing.T) {
	dir := os.Getenv(recordTo)
	if dir == "" {
		t.Skip(recordTo + " does not name a folder")
	}
	for name, e := range evenings() {
		w, err := New(Options{Seed: 7, Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		p := newPainter(w, 160, 90)
		began := time.Now().Add(5 * time.Second)
		var b strings.Builder
		b.WriteString("second,day_lux,day_luma,night_lux,night_luma\n")
		for s := 0; s < e.seconds; s += e.every {
			lux := e.lux(float64(s))
			if err := w.Apply(Change{Lux: &lux}); err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(&b, s)
			for _, day := range []bool{true, false} {
				n := w.Night()
				if err := n.SetFilter(day); err != nil {
					t.Fatal(err)
				}
				if err := n.SetLamps(!day); err != nil {
					t.Fatal(err)
				}
				f := p.paint(began.Add(time.Duration(s) * time.Second))
				light, _ := w.Camera().Light()
				fmt.Fprintf(&b, ",%.3f,%.4f", light.Lux, camera.MeanLuma(f.Y, f.StrideY, f.Width, f.Height))
			}
			b.WriteByte('\n')
		}
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
