package echo

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// suppressor lowers what the filter has left of the echo, by Wiener's rule: each
// band by how much of it is echo. How much there is, it takes from the doubt of
// the filter and from what small speakers distort. The gains become a short
// filter of symmetric taps, so that it delays by reach and no more.
type suppressor struct {
	fft    *fourier.FFT
	echo   []float64 // power that is left of it, smoothed
	all    []float64 // power of all, smoothed
	gains  []float64
	shape  []complex128
	time   []float64
	window [reach + 1]float64

	before, now [2*reach + 1]float64 // taps
	line        [2*reach + block]float64
}

const (
	reach    = 32   // taps on each side: 2 ms
	keeps    = 0.5  // smoothing from block to block
	strict   = 2.0  // the echo is taken to be so much more than it seems
	distorts = 0.01 // power of the echo that no linear filter finds
	lowest   = 0.02 // gain
	spread   = 5    // bins on each side that are one band
	fade     = 80   // samples from the old taps to the new
)

func newSuppressor() *suppressor {
	s := &suppressor{
		fft: fourier.NewFFT(2 * block), time: make([]float64, 2*block), shape: make([]complex128, bins),
		echo: make([]float64, bins), all: make([]float64, bins), gains: make([]float64, bins),
	}
	for i := range s.gains {
		s.gains[i] = 1
	}
	s.now[reach] = 1
	for i := range s.window {
		s.window[i] = 0.5 + 0.5*math.Cos(math.Pi*float64(i)/(reach+1))
	}
	return s
}

// run lowers the echo in the block that f has left, in place.
func (s *suppressor) run(f *filter, left []float64) {
	for i, e := range f.left {
		s.echo[i] = keeps*s.echo[i] + (1-keeps)*(f.leak[i]+distorts*power(f.echo[i]))
		s.all[i] = keeps*s.all[i] + (1-keeps)*power(e)
	}
	s.weigh()
	s.fft.Sequence(s.time, s.shape)
	s.before = s.now
	for i, w := range s.window {
		tap := s.time[i] / (2 * block) * w
		s.now[reach+i], s.now[reach-i] = tap, tap
	}
	copy(s.line[:], s.line[block:])
	copy(s.line[2*reach:], left)
	for i := range left {
		span := s.line[i : i+len(s.now)]
		left[i] = dot(span, s.now[:])
		if i < fade {
			old := dot(span, s.before[:])
			left[i] = old + (left[i]-old)*float64(i)/fade
		}
	}
}

// weigh finds the gain of each bin.
func (s *suppressor) weigh() {
	var echo, all float64
	for i := range min(spread, bins) {
		echo += s.echo[i]
		all += s.all[i]
	}
	for i := range s.gains {
		if j := i + spread; j < bins {
			echo += s.echo[j]
			all += s.all[j]
		}
		if j := i - spread - 1; j >= 0 {
			echo -= s.echo[j]
			all -= s.all[j]
		}
		s.gains[i] = 1
		if echo > 1e-15 {
			s.gains[i] = max(lowest, 1-strict*echo/max(all, 1e-15))
		}
		s.shape[i] = complex(s.gains[i], 0)
	}
}

// treble is the gain for what is above the bins: that of the upper half.
func (s *suppressor) treble() float64 {
	var sum float64
	for _, g := range s.gains[bins/2:] {
		sum += g
	}
	return sum / float64(bins-bins/2)
}

func dot(a, b []float64) float64 {
	var s, t float64
	b = b[:len(a)]
	for i := 1; i < len(a); i += 2 {
		s += a[i-1] * b[i-1]
		t += a[i] * b[i]
	}
	if len(a)%2 == 1 {
		s += a[len(a)-1] * b[len(a)-1]
	}
	return s + t
}
