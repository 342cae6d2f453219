package soundfile

import "math"

// resampler changes the sample rate with a windowed sinc in polyphase form: for
// each position between two input samples that occurs there is a row of filter
// taps (or, for odd ratios, for the nearest of 1024 positions). See J. O.
// Smith, Digital Audio Resampling.
type resampler struct {
	up, down int // the ratio in lowest terms: output to input
	taps     int
	table    [][]float32
	ring     []float32 // input, twice in a row, so that any window is contiguous
	at       int       // where the next input sample goes in ring
	phase    int       // of the next output sample between inputs, in 1/up; >= up: input is needed
	drain    int       // input samples still to be made up after the end
}

const (
	zeroCrossings = 16 // of the sinc on each side
	mostPhases    = 1024
	passband      = 0.92 // of the lower Nyquist frequency
)

func newResampler(from, to int) *resampler {
	g := gcd(from, to)
	r := &resampler{up: to / g, down: from / g}
	stretch := max(1, float64(from)/float64(to))
	half := int(math.Ceil(zeroCrossings * stretch))
	r.taps = 2 * half
	r.ring = make([]float32, 2*r.taps)
	r.table = make([][]float32, min(r.up, mostPhases))
	for i := range r.table {
		r.table[i] = sinc(float64(i)/float64(len(r.table)), half, stretch)
	}
	r.drain = half
	r.phase = r.up * (half + 1) // the first output stands at the first input
	return r
}

// sinc is the filter for a position at fraction after the middle input sample.
func sinc(fraction float64, half int, stretch float64) []float32 {
	row := make([]float32, 2*half)
	var sum float64
	for i := range row {
		x := float64(i-half+1) - fraction
		w := 0.5 + 0.5*math.Cos(math.Pi*x/float64(half))
		if math.Abs(x) >= float64(half) {
			w = 0
		}
		y := w
		if arg := math.Pi * x / stretch * passband; arg != 0 {
			y *= math.Sin(arg) / arg
		}
		row[i] = float32(y)
		sum += y
	}
	for i := range row {
		row[i] /= float32(sum)
	}
	return row
}

// run takes input and makes output until one of them is used up. last says
// that nothing follows input.
func (r *resampler) run(input, output []float32, last bool) (used, made int) {
	for made < len(output) {
		for r.phase >= r.up {
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
			r.at = (r.at + 1) % r.taps
			r.phase -= r.up
		}
		row := r.table[r.phase*len(r.table)/r.up]
		window := r.ring[r.at : r.at+r.taps]
		var sum float32
		for i, c := range row[:len(window)] {
			sum += c * window[i]
		}
		output[made] = sum
		made++
		r.phase += r.down
	}
	return used, made
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
