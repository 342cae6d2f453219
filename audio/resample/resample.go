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
	zeroCrossings = 16 // of the sinc on each side
	phases        = 256
	passband      = 0.92 // of the lower Nyquist frequency
	mostSteering  = 0.01
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
	i := int(phase)
	rest := float32(phase - float64(i))
	window := r.ring[r.at : r.at+r.taps]
	low := r.table[i*r.taps : (i+1)*r.taps][:len(window)]
	high := r.table[(i+1)*r.taps : (i+2)*r.taps][:len(window)]
	var a, b, c, d float32 // two sums each, as a small processor waits for one to end
	for k := 1; k < len(window); k += 2 {
		x, y := window[k-1], window[k]
		a += low[k-1] * x
		b += high[k-1] * x
		c += low[k] * y
		d += high[k] * y
	}
	a, b = a+c, b+d
	return a + (b-a)*rest
}
