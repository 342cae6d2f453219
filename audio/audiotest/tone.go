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
func Amplitude(samples []int16, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/audio.Rate)
	var a, b float64
	for i, x := range samples {
		hann := 1 - math.Cos(2*math.Pi*float64(i)/float64(len(samples)))
		a, b = c*a-b+float64(x)/math.MaxInt16*hann, a
	}
	power := a*a + b*b - c*a*b
	return 2 * math.Sqrt(max(power, 0)) / float64(len(samples))
}

// Pitch returns the frequency between low and high (Hz) that is strongest in
// samples, to a fraction of a Hz if there are enough of them.
func Pitch(samples []int16, low, high float64) float64 {
	step := float64(audio.Rate) / float64(len(samples)) / 2
	best, at := -1.0, low
	for hz := low; hz <= high; hz += step {
		if a := Amplitude(samples, hz); a > best {
			best, at = a, hz
		}
	}
	for step > 0.01 { // the window has one peak there: climb it
		step /= 2
		for _, hz := range [...]float64{at - step, at + step} {
			if a := Amplitude(samples, hz); a > best {
				best, at = a, hz
			}
		}
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
