package audiotest

import (
	"math"

	"babymonitor/audio"
)

// Tone returns n samples of a sine of hz with this amplitude (1 is full scale).
func Tone(hz, amplitude float64, n int) []int16 {
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(math.Round(amplitude * math.MaxInt16 * math.Sin(2*math.Pi*hz*float64(i)/audio.Rate)))
	}
	return samples
}

// Amplitude returns how much of hz is in samples, 0 to 1 of full scale, by
// Goertzel's algorithm with a Hann window.
func Amplitude(samples []int16, hz float64) float64 { return goertzel(hann(samples), hz) }

// hann returns samples under a Hann window whose mean is 1.
func hann(samples []int16) []float64 {
	windowed := make([]float64, len(samples))
	for i, x := range samples {
		windowed[i] = float64(x) / math.MaxInt16 * (1 - math.Cos(2*math.Pi*float64(i)/float64(len(samples))))
	}
	return windowed
}

func goertzel(windowed []float64, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/audio.Rate)
	var a, b float64
	for _, x := range windowed {
		a, b = c*a-b+x, a
	}
	return 2 * math.Sqrt(max(a*a+b*b-c*a*b, 0)) / float64(len(windowed))
}

// Pitch returns the frequency between low and high (Hz) that is strongest in
// the first half second of samples.
func Pitch(samples []int16, low, high float64) float64 {
	windowed := hann(samples[:min(len(samples), audio.Rate/2)])
	best, at := -1.0, low
	try := func(hz float64) {
		if a := goertzel(windowed, hz); a > best {
			best, at = a, hz
		}
	}
	step := float64(audio.Rate) / float64(len(windowed)) / 2
	for hz := low; hz <= high; hz += step {
		try(hz)
	}
	for step > 0.01 { // the window has one peak there: climb it
		step /= 2
		up, down := at+step, at-step
		try(up)
		try(down)
	}
	return at
}

// RMS returns the root mean square of samples, 0 to 1 of full scale.
func RMS(samples []int16) float64 {
	var sum float64
	for _, x := range samples {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum/float64(max(len(samples), 1))) / math.MaxInt16
}
