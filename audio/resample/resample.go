// Package resample changes the sample rate of mono sound. The ratio may be any
// and may be steered while sound runs, so that two devices whose clocks differ
// by some parts per million stay together.
package resample

import "math"

// Resampler filters with a windowed sinc in polyphase form: a table holds the
// filter for many positions between two input samples, and what lies between
// two of these is interpolated. See J. O. Smith, Digital Audio Resampling. It
// belongs to one goroutine.
type Resampler struct {
	nominal float64 // input samples an output sample
	step    float64 // nominal, steered
	taps    int
	table   []float32 // phases+1 rows of taps
	ring    []float32 // input, twice in a row, so that any window is contiguous
	at      int       // where the next input sample goes in ring
	ahead   float64   // from the middle of the window to the next output, in input samples; >= 1: input is needed
	fed     int64     // input samples taken, with those made up
	drain   int       // input samples still to be made up after the end
}

const (
	zeroCrossings = 16   // of the sinc on each side
	phases        = 240  // whole for the ratios 2, 3, 4, 5 and 6
	passband      = 0.92 // of the lower Nyquist frequency
	mostSteering  = 0.01
	onRow         = 1e-4 // so near to a row of the table is on it
)

// New returns a resampler between two rates in Hz. Its first output sample
// stands at the first input sample.
func New(from, to float64) *Resampler {
	stretch := max(1, from/to)
	half := int(math.Ceil(zeroCrossings * stretch))
	r := &Resampler{nominal: from / to, step: from / to, taps: 2 * half, drain: half}
	r.ring = make([]float32, 2*r.taps)
	r.table = make([]float32, 0, (phases+1)*r.taps)
	for i := range phases + 1 {
		r.table = append(r.table, sinc(float64(i)/phases, half, stretch)...)
	}
	r.ahead = float64(half + 1)
	return r
}

// sinc is the filter for a position at fraction after the middle input sample.
func sinc(fraction float64, half int, stretch float64) []float32 {
	row := make([]float32, 2*half)
	weights := make([]float64, len(row))
	var sum float64
	for i := range weights {
		x := float64(i-half+1) - fraction
		if math.Abs(x) >= float64(half) {
			continue
		}
		w := 0.5 + 0.5*math.Cos(math.Pi*x/float64(half))
		if arg := math.Pi * x / stretch * passband; arg != 0 {
			w *= math.Sin(arg) / arg
		}
		weights[i] = w
		sum += w
	}
	for i, w := range weights {
		row[i] = float32(w / sum)
	}
	return row
}

// Steer sets how much faster than by its nominal rate the input is used up:
// 1.0001 by 100 parts per million. It is limited to a hundredth.
func (r *Resampler) Steer(factor float64) {
	r.step = r.nominal * max(1-mostSteering, min(1+mostSteering, factor))
}

// Position is where the next output sample stands, in input samples.
func (r *Resampler) Position() float64 {
	return float64(r.fed) - float64(r.taps/2) - 1 + r.ahead
}

// Run takes input and makes output until one of them is used up. last says that
// nothing follows input.
func (r *Resampler) Run(input, output []float32, last bool) (used, made int) {
	for made < len(output) {
		for r.ahead >= 1 {
			x := float32(0)
			switch {
			case used < len(input):
				x = input[used]
				used++
			case last && r.drain > 0:
				r.drain--
			default:
				return used, made
			}
			r.ring[r.at], r.ring[r.at+r.taps] = x, x
			if r.at++; r.at == r.taps {
				r.at = 0
			}
			r.fed++
			r.ahead--
		}
		output[made] = r.sample()
		made++
		r.ahead += r.step
	}
	return used, made
}

// sample is the sound at ahead.
func (r *Resampler) sample() float32 {
	phase := r.ahead * phases
	i := int(phase + onRow)
	rest := float32(phase - float64(i))
	window := r.ring[r.at : r.at+r.taps]
	low := dot(r.table[i*r.taps:(i+1)*r.taps], window)
	if rest < onRow {
		return low
	}
	return low + (dot(r.table[(i+1)*r.taps:(i+2)*r.taps], window)-low)*rest
}

// dot is the sum of products, in several sums at once, because a small processor
// waits for one addition to end before it begins the next.
func dot(a, b []float32) float32 {
	var s, t, u, v float32
	b = b[:len(a)]
	for k := 3; k < len(a); k += 4 {
		s += a[k-3] * b[k-3]
		t += a[k-2] * b[k-2]
		u += a[k-1] * b[k-1]
		v += a[k] * b[k]
	}
	for k := len(a) &^ 3; k < len(a); k++ {
		s += a[k] * b[k]
	}
	return s + t + u + v
}
