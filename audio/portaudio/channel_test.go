package portaudio

import (
	"math"
	"math/rand/v2"
	"testing"
)

// array makes blocks of a microphone with three channels: each hears a tone and
// has noise of its own, with these amplitudes.
func array(m *mono, seconds float64, tones, noises [3]float64, random *rand.Rand) (last []float32) {
	samples := make([]int16, 480*3)
	for range int(seconds * 100) {
		for i := range 480 {
			s := math.Sin(2 * math.Pi * 500 * float64(i) / 48000)
			for c := range 3 {
				samples[i*3+c] = int16(32767 * (tones[c]*s + noises[c]*random.NormFloat64()))
			}
		}
		last = m.mix(samples, last)
	}
	return last
}

func TestBestChannel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	m := newMono(3, Best)
	quiet := [3]float64{0.001, 0.001, 0.02} // the third hisses
	array(m, 5, [3]float64{}, quiet, random)
	if m.current != 0 {
		t.Fatalf("in a quiet room it changes to %d", m.current)
	}
	array(m, 5, [3]float64{0.05, 0.1, 0}, quiet, random)
	if m.current != 1 {
		t.Errorf("takes channel %d, not the one that hears most", m.current)
	}
	array(m, 5, [3]float64{0.09, 0.1, 0}, quiet, random)
	array(m, 5, [3]float64{0.1, 0.09, 0}, quiet, random)
	if m.current != 1 {
		t.Errorf("changes to %d for a little", m.current)
	}
	array(m, 0.3, [3]float64{0.3, 0.05, 0}, quiet, random)
	if m.current != 1 {
		t.Errorf("changes to %d at once", m.current)
	}
	array(m, 5, [3]float64{0.3, 0.05, 0}, quiet, random)
	if m.current != 0 {
		t.Errorf("stays at %d although another is much better", m.current)
	}
}

func TestMix(t *testing.T) {
	samples := []int16{100, 200, -300, 1000, -2000, 4000}
	for _, c := range []struct {
		channels int
		choice   Channel
		want     []float32
	}{
		{1, Best, []float32{100, 200, -300, 1000, -2000, 4000}},
		{3, Best, []float32{100, 1000}},
		{3, Sum, []float32{0, 1000}},
		{3, 2, []float32{200, -2000}},
		{2, 7, []float32{200, 1000, 4000}}, // which has no seventh
	} {
		got := newMono(c.channels, c.choice).mix(samples, nil)
		if len(got) != len(c.want) {
			t.Errorf("%+v: %v", c, got)
			continue
		}
		for i := range got {
			if math.Abs(float64(got[i]*32768-c.want[i])) > 0.01 {
				t.Errorf("%+v: sample %d is %v", c, i, got[i]*32768)
			}
		}
	}
}

func TestParseChannel(t *testing.T) {
	for text, want := range map[string]Channel{"": Best, "best": Best, "sum": Sum, "1": 1, "8": 8} {
		if got, err := ParseChannel(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "-1", "9", "left", "1.5"} {
		if _, err := ParseChannel(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
