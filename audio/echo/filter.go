package echo

import "gonum.org/v1/gonum/dsp/fourier"

// filter estimates the echo by the partitioned-block frequency-domain Kalman
// filter: the way from the speaker to the microphone is a state that wanders
// slowly, and each bin of each partition knows how uncertain it is. So it
// learns fast where it knows little, keeps still while somebody speaks in the
// room, and never needs to be told which of the two it is. See Enzner and Vary,
// Frequency-domain adaptive Kalman filter for acoustic echo control in
// hands-free telephones (2006), and Kuech, Mabande and Enzner, State-space
// architecture of the partitioned-block-based acoustic echo controller (2014).
//
// As in other filters of this kind only one partition in turn is kept causal in
// each block (Soo and Pang 1990), which costs nothing in practice.
type filter struct {
	fft *fourier.FFT

	// A partition p covers the far sound of p blocks ago. Spectra are of two
	// blocks, the older first.
	spectra [parts][]complex128 // of the far sound; a ring
	newest  int                 // in spectra
	weights [parts][]complex128
	doubt   [parts][]float64 // variance of the weights
	turn    int              // the partition that is kept causal next

	window   []float64    // the last two blocks of far sound
	echo     []complex128 // estimated
	left     []complex128 // what the estimate left of the microphone
	near     []float64    // power of what is no echo, smoothed
	leak     []float64    // power of the echo that is left, as the doubt has it
	gain     []float64
	time     []float64
	loud     float64 // power of the microphone, smoothed
	leftLoud float64 // power of what is left of it
}

const (
	parts     = 12 // of 20 ms
	bins      = block + 1
	stay      = 0.996 // how much of the room is the same a block later, squared
	nearKeeps = 0.8   // smoothing of near
	worse     = 4     // what is left may be so much louder than what came in
)

func newFilter() *filter {
	f := &filter{
		fft: fourier.NewFFT(2 * block), window: make([]float64, 2*block), time: make([]float64, 2*block),
		echo: make([]complex128, bins), left: make([]complex128, bins),
		near: make([]float64, bins), leak: make([]float64, bins), gain: make([]float64, bins),
	}
	for p := range parts {
		f.spectra[p] = make([]complex128, bins)
		f.weights[p] = make([]complex128, bins)
		f.doubt[p] = make([]float64, bins)
	}
	f.forget()
	return f
}

// forget makes the filter know nothing of the room.
func (f *filter) forget() {
	f.loud, f.leftLoud = 0, 0
	for p := range parts {
		clear(f.weights[p])
		for i := range f.doubt[p] {
			f.doubt[p][i] = 1
		}
	}
}

// spectrum is of the far sound that partition p covers.
func (f *filter) spectrum(p int) []complex128 { return f.spectra[(f.newest+p)%parts] }

// run takes a block of the microphone and of the far sound, and gives what is
// left without echo.
func (f *filter) run(mic, far, left []float64) {
	copy(f.window, f.window[block:])
	copy(f.window[block:], far)
	f.newest = (f.newest + parts - 1) % parts
	f.fft.Coefficients(f.spectra[f.newest], f.window)

	clear(f.echo)
	for p := range parts {
		w := f.weights[p]
		for i, x := range f.spectrum(p) {
			f.echo[i] += x * w[i]
		}
	}
	f.fft.Sequence(f.time, f.echo)
	for i, m := range mic {
		left[i] = m - f.time[block+i]/(2*block)
	}
	clear(f.time[:block])
	copy(f.time[block:], left)
	f.fft.Coefficients(f.left, f.time)
	f.adapt()
	f.guard(mic, left)
}

// adapt moves the weights by what was left.
func (f *filter) adapt() {
	clear(f.leak)
	for p := range parts {
		d := f.doubt[p]
		for i, x := range f.spectrum(p) {
			f.leak[i] += power(x) * d[i] / 2
		}
	}
	for i, e := range f.left {
		f.near[i] = nearKeeps*f.near[i] + (1-nearKeeps)*power(e)
		f.gain[i] = 1 / (2*f.leak[i] + 2*f.near[i] + 1e-12)
	}
	for p := range parts {
		w, d := f.weights[p], f.doubt[p]
		for i, x := range f.spectrum(p) {
			g := f.gain[i] * d[i]
			w[i] += complex(g*real(x), -g*imag(x)) * f.left[i]
			d[i] = stay*d[i]*(1-g*power(x)/2) + (1-stay)*power(w[i])
		}
	}
	f.turn = (f.turn + 1) % parts
	f.confine(f.weights[f.turn])
}

// confine makes the weights of a partition those of an answer of one block.
func (f *filter) confine(weights []complex128) {
	f.fft.Sequence(f.time, weights)
	for i := range block {
		f.time[i] /= 2 * block
	}
	clear(f.time[block:])
	f.fft.Coefficients(weights, f.time)
}

// guard starts anew when the filter makes things worse: the speaker or the
// microphone must have been changed.
func (f *filter) guard(mic, left []float64) {
	const keeps = 0.9
	var in, out float64
	for i, m := range mic {
		in += m * m
		out += left[i] * left[i]
	}
	f.loud = keeps*f.loud + (1-keeps)*in
	f.leftLoud = keeps*f.leftLoud + (1-keeps)*out
	if f.leftLoud > worse*f.loud+1e-6 {
		f.forget()
		copy(left, mic)
	}
}

func power(c complex128) float64 { return real(c)*real(c) + imag(c)*imag(c) }
