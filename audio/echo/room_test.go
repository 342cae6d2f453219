package echo

import (
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/dsp/fourier"

	"babymonitor/audio"
	"babymonitor/audio/resample"
)

// speech is sound with the pace and the spectrum of somebody who speaks with
// this pitch: pulses or noise through three formants that change with each
// syllable. Its peak is half of full scale.
func speech(seconds, pitch float64, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 7))
	var formants [3]struct{ a1, a2, y1, y2 float64 }
	var phase, hz, loud, target float64
	voiced := true
	out := make([]float64, int(seconds*audio.Rate))
	for i := range out {
		if i%(audio.Rate*3/20) == 0 {
			for k, f := range [3]float64{300 + 500*random.Float64(), 900 + 1400*random.Float64(), 2400 + 1000*random.Float64()} {
				radius := math.Exp(-math.Pi * (60 + 40*float64(k)) / audio.Rate)
				formants[k].a1, formants[k].a2 = 2*radius*math.Cos(2*math.Pi*f/audio.Rate), -radius*radius
			}
			target = random.Float64() * math.Ceil(random.Float64()-0.25)
			voiced = random.Float64() < 0.8
			hz = pitch * (0.8 + 0.4*random.Float64())
		}
		loud += (target - loud) * 0.0008
		x := 0.002 * random.NormFloat64()
		if phase += hz / audio.Rate; phase >= 1 {
			phase--
			if voiced {
				x++
			}
		}
		if !voiced {
			x += 0.05 * random.NormFloat64()
		}
		for k := range formants {
			f := &formants[k]
			f.y1, f.y2 = x+f.a1*f.y1+f.a2*f.y2, f.y1
			out[i] += loud * f.y1
		}
	}
	var peak float64
	for _, x := range out {
		peak = max(peak, math.Abs(x))
	}
	return scale(out, 0.5/peak)
}

func scale(x []float64, by float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i] * by
	}
	return out
}

// answer is how a room answers to an impulse: after delay the direct sound, then
// reverberation that dies within 0.3 s (60 dB) and is 6 dB weaker in all. half
// of the amplitude arrives.
func answer(delay time.Duration, seed uint64) []float64 {
	const reverberation = 0.3
	random := rand.New(rand.NewPCG(seed, 3))
	first := int(delay.Seconds() * audio.Rate)
	h := make([]float64, first+int(0.8*reverberation*audio.Rate))
	for i := range h[first:] {
		h[first+i] = 0.0155 * random.NormFloat64() * math.Exp(-6.9*float64(i)/(reverberation*audio.Rate))
	}
	h[first] = 1
	var energy float64
	for _, x := range h {
		energy += x * x
	}
	return scale(h, 0.5/math.Sqrt(energy))
}

// through is what is heard of x in a room with this answer.
func through(x, answer []float64) []float64 {
	n := 1
	for n < len(x)+len(answer) {
		n *= 2
	}
	fft := fourier.NewFFT(n)
	pad := func(x []float64) []float64 {
		return append(make([]float64, 0, n), append(x, make([]float64, n-len(x))...)...)
	}
	a, b := fft.Coefficients(nil, pad(x)), fft.Coefficients(nil, pad(answer))
	for i := range a {
		a[i] *= b[i] / complex(float64(n), 0)
	}
	return fft.Sequence(nil, a)[:len(x)]
}

// fast is x on a clock that is so much faster.
func fast(x []float64, ppm float64) []float64 {
	in, out := make([]float32, len(x)), make([]float32, len(x))
	for i := range x {
		in[i] = float32(x[i])
	}
	r := resample.New(audio.Rate, audio.Rate)
	r.Steer(1 + ppm*1e-6)
	r.Run(in, out, true)
	y := make([]float64, len(x))
	for i := range y {
		y[i] = float64(out[i])
	}
	return y
}

// bent is x from a speaker that follows large amplitudes less.
func bent(x []float64, cubic float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = x[i] - cubic*x[i]*x[i]*x[i]
	}
	return y
}

func pcm(x []float64) []int16 {
	out := make([]int16, len(x))
	for i := range x {
		out[i] = int16(math.Round(max(-1, min(1, x[i])) * 32767))
	}
	return out
}

// scene is what happens in a room.
type scene struct {
	far    []float64 // what is played
	echo   []float64 // what of it arrives
	near   []float64 // what else is heard
	jitter float64   // of the moments at which the speaker is said to sound, seconds
	loose  bool      // the speaker does not know when it sounds
}

// play has a canceller hear a scene, and returns what comes out, from where the
// microphone began.
func (s scene) play() []float64 {
	c := New()
	if s.loose {
		c.reference.slack = looseSlack
	}
	random := rand.New(rand.NewPCG(5, 5))
	far, mic := pcm(s.far), make([]float64, len(s.far))
	for i := range mic {
		mic[i] = s.echo[i] + 0.0001*random.NormFloat64()
		if s.near != nil {
			mic[i] += s.near[i]
		}
	}
	heard := pcm(mic)
	var out []float64
	const ahead = 3 // frames that the speaker is asked for early
	for i := 0; i+audio.FrameSize <= len(heard); i += audio.FrameSize {
		frame := func(n int) time.Time {
			return c.reference.epoch.Add(time.Duration(n) * time.Second / audio.Rate)
		}
		if i == 0 {
			for k := range ahead {
				c.Render(frame(k*audio.FrameSize), far[k*audio.FrameSize:(k+1)*audio.FrameSize])
			}
		}
		if k := i + ahead*audio.FrameSize; k+audio.FrameSize <= len(far) {
			at := frame(k).Add(time.Duration(s.jitter * (random.Float64() - 0.5) * float64(time.Second)))
			c.Render(at, far[k:k+audio.FrameSize])
		}
		for _, x := range c.Capture(audio.PCM{At: frame(i), Samples: heard[i : i+audio.FrameSize]}).Samples {
			out = append(out, float64(x)/32767)
		}
	}
	return out[delay:]
}

// loudness of some seconds, as a power.
func loudness(x []float64, from, to float64) float64 {
	part := x[int(from*audio.Rate):int(to*audio.Rate)]
	var sum float64
	for _, v := range part {
		sum += v * v
	}
	return sum/float64(len(part)) + 1e-15
}

func decibels(ratio float64) float64 { return 10 * math.Log10(ratio) }
