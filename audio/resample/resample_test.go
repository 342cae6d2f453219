package resample

import (
	"fmt"
	"math"
	"testing"
)

// tone is n samples of a sine.
func tone(hz, rate float64, n int) []float32 {
	samples := make([]float32, n)
	for i := range samples {
		samples[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/rate))
	}
	return samples
}

// feed runs input through r in odd pieces.
func feed(r *Resampler, input []float32) (output []float32) {
	var room [333]float32
	for size := 1; ; size = size*7%101 + 1 {
		n := min(size, len(input))
		used, made := r.Run(input[:n], room[:size], n == len(input))
		input = input[used:]
		output = append(output, room[:made]...)
		if len(input) == 0 && made == 0 && used == 0 {
			return output
		}
	}
}

func TestToneKeepsItsPlaceAndShape(t *testing.T) {
	for _, c := range []struct{ from, to, hz, worst float64 }{
		{8000, 48000, 1000, -75},
		{16000, 48000, 3000, -75},
		{44100, 48000, 1000, -75},
		{44100, 48000, 15000, -60},
		{48000, 48000, 15000, -70},
		{48000, 44100, 10000, -70},
		{96000, 48000, 1000, -75},
		{48000, 16000, 3000, -70},
		{48003.7, 48000, 5000, -75},
	} {
		t.Run(fmt.Sprint(c.from, " to ", c.to, " at ", c.hz), func(t *testing.T) {
			got := feed(New(c.from, c.to), tone(c.hz, c.from, int(c.from)))
			if math.Abs(float64(len(got))-c.to) > 1 {
				t.Fatalf("one second is %d samples", len(got))
			}
			want := tone(c.hz, c.to, len(got))
			var wrong, right float64
			for i := 2000; i < len(got)-2000; i++ {
				d := float64(got[i] - want[i])
				wrong += d * d
				right += float64(want[i]) * float64(want[i])
			}
			if db := 10 * math.Log10(wrong/right); db > c.worst {
				t.Errorf("the tone is off by %.0f dB", db)
			}
		})
	}
}

func TestCutsWhatTheLowerRateCannotHold(t *testing.T) {
	var power float64
	for _, x := range feed(New(48000, 16000), tone(12000, 48000, 48000))[1000:15000] {
		power += float64(x) * float64(x) / 14000
	}
	if db := 10 * math.Log10(power/0.125); db > -60 {
		t.Errorf("12 kHz comes out of 16000 samples a second with %.0f dB", db)
	}
}

func TestSteering(t *testing.T) {
	r := New(48000, 48000)
	var room [960]float32
	input := make([]float32, 960)
	made, used := 0, 0
	for i := range 2000 {
		if i == 1000 {
			r.Steer(1 + 200e-6)
			made, used = 0, 0
		}
		for left := input; len(left) > 0; {
			u, m := r.Run(left, room[:], false)
			left = left[u:]
			used, made = used+u, made+m
		}
	}
	if ppm := (float64(used)/float64(made) - 1) * 1e6; math.Abs(ppm-200) > 2 {
		t.Errorf("200 ppm faster is %.1f", ppm)
	}
	r.Steer(5)
	if r.step > 1.011 {
		t.Errorf("steered to %v", r.step)
	}
}

func TestPosition(t *testing.T) {
	r := New(44100, 48000)
	var room [480]float32
	input := make([]float32, 44100)
	for made := 0; ; {
		if want := float64(made) * 44100 / 48000; math.Abs(r.Position()-want) > 1e-6 {
			t.Fatalf("after %d samples: position %v, want %v", made, r.Position(), want)
		}
		u, m := r.Run(input, room[:], false)
		if input, made = input[u:], made+m; m < len(room) {
			return
		}
	}
}

func BenchmarkRun(b *testing.B) {
	for _, c := range []struct{ from, to, steer float64 }{{48000, 48000, 1.00005}, {44100, 48000, 1}, {48000, 16000, 1}, {16000, 48000, 1}} {
		b.Run(fmt.Sprintf("20 ms from %v to %v steered %v", c.from, c.to, c.steer), func(b *testing.B) {
			r := New(c.from, c.to)
			r.Steer(c.steer)
			input, output := tone(440, c.from, int(c.from/50)), make([]float32, 960)
			b.ReportAllocs()
			for b.Loop() {
				r.Run(input, output, false)
			}
		})
	}
}
