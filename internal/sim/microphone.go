package sim

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"babymonitor/audio"
)

// Microphone is the simulated microphone. It implements [audio.Microphone].
type Microphone struct{ w *World }

// Microphone returns the microphone.
func (w *World) Microphone() *Microphone { return &Microphone{w} }

// The way from the speaker to the microphone.
const (
	echoDelay = 8 * time.Millisecond
	echoGain  = 0.0316 // -30 dB
)

// Listen implements [audio.Microphone]: the room's noise, the cry, some rustle
// when the baby stirs, and faintly what the speaker plays.
func (m *Microphone) Listen(ctx context.Context, emit func(audio.PCM)) error {
	beat := newPace(audio.FrameTime, late)
	beat.next = beat.next.Add(audio.FrameTime) // the first frame takes its time
	e := newEar(m.w.seed)
	for {
		at, err := beat.wait(ctx)
		if err != nil {
			return err
		}
		if err := m.w.unplugged(microphoneDevice); err != nil {
			return err
		}
		if m.w.has(freeze, microphoneDevice) {
			continue
		}
		pcm := audio.PCM{At: at.Add(-audio.FrameTime), Samples: make([]int16, audio.FrameSize)}
		if !m.w.has(mute, microphoneDevice) {
			e.hear(m.w, pcm)
		}
		emit(pcm)
	}
}

// An ear makes the sound of one listening.
type ear struct {
	noise  []float32 // of unit loudness, repeated
	at     int
	throat throat
	rustle float32 // loudness of the last frame
	mix    [audio.FrameSize]float32
	chance *rand.Rand
}

func newEar(seed uint64) *ear {
	chance := rand.New(rand.NewPCG(seed, 3))
	return &ear{noise: pinkNoise(5*audio.Rate, chance), chance: chance}
}

// pinkNoise returns n samples of noise that falls by 3 dB an octave, with an
// RMS of 1 (Paul Kellet's economy filter).
func pinkNoise(n int, chance *rand.Rand) []float32 {
	out := make([]float32, n)
	var a, b, c, sum float64
	for i := range out {
		white := chance.NormFloat64()
		a = 0.99765*a + white*0.0990460
		b = 0.96300*b + white*0.2965164
		c = 0.57000*c + white*1.0526913
		v := a + b + c + white*0.1848
		out[i] = float32(v)
		sum += v * v
	}
	norm := float32(1 / math.Sqrt(sum/float64(n)))
	for i := range out {
		out[i] *= norm
	}
	return out
}

// hear writes what is to be heard during pcm.
func (e *ear) hear(w *World, pcm audio.PCM) {
	w.mu.Lock()
	m := w.mood(pcm.At)
	later := w.mood(pcm.At.Add(audio.FrameTime))
	noise := float32(32768 * math.Pow(10, w.noise/20))
	w.mu.Unlock()

	mix := e.mix[:]
	for i := range mix {
		mix[i] = noise * e.noise[e.at]
		if e.at++; e.at == len(e.noise) {
			e.at = 0
		}
	}
	e.addRustle(mix, float32(max(m.stirring, m.crying)))
	if max(m.crying, later.crying) > 0 {
		t := pcm.At.Sub(w.began).Seconds()
		e.throat.sing(mix, func(k float64) (voice, float64) {
			return voiceAt(t+k*audio.FrameTime.Seconds(), w.seed), m.crying + (later.crying-m.crying)*k
		})
	}
	w.tape.hear(mix, pcm.At.Add(-echoDelay), echoGain)
	for i, v := range mix {
		pcm.Samples[i] = int16(min(max(v, -32768), 32767))
	}
}

// addRustle adds cloth on cloth, in irregular strokes.
func (e *ear) addRustle(mix []float32, stirring float32) {
	goal := float32(0)
	if stirring > 0.05 {
		stroke := max(0, e.chance.Float32()*1.6-0.6)
		goal = 0.7*e.rustle + 0.3*stirring*stroke*560
	}
	if goal == 0 && e.rustle < 0.5 {
		e.rustle = 0
		return
	}
	step := (goal - e.rustle) / float32(len(mix))
	from := e.chance.IntN(len(e.noise) - len(mix) - 1)
	loop := e.noise[from : from+len(mix)+1]
	for i := range mix {
		e.rustle += step
		mix[i] += e.rustle * (loop[i+1] - loop[i]) // the difference is the brighter part
	}
}
