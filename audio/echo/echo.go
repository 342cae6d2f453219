// Package echo takes out of the microphone what the speaker plays into the
// room, so that both sides can speak at once and a lullaby is not taken for the
// child.
//
// A [Canceller] learns how the room changes what is played (an adaptive filter,
// 240 ms long, in the frequency domain) and subtracts it; what the filter cannot
// know is then lowered, frequency by frequency, as far as the child is not
// louder. It works up to 8 kHz; above that the microphone is only lowered. The
// two sides are brought together by the stamps of the microphone's frames and
// the moments at which the speaker's sound. While nothing is played the
// microphone passes as it is, 4 ms later.
package echo

import (
	"sync"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/resample"
)

// The filter runs at a third of the house's rate.
const (
	third = audio.Rate / 3
	block = audio.FrameSize / 3
)

// delay is by how many samples of the house the microphone is late: each change
// of the rate takes a millisecond, and the last filter two.
const (
	prime = 48 // samples of the house, for a change to or from the third
	delay = prime + 3*reach + prime
)

// Canceller removes one speaker's sound from one microphone's. [Canceller.Render]
// and [Canceller.Capture] may each be called from a goroutine of their own.
type Canceller struct {
	mu        sync.Mutex
	reference reference // what was rendered

	// The rest belongs to the goroutine of Capture.
	line   [delay + audio.FrameSize]float32 // the microphone, late by delay
	last   []int16                          // the frame before, nil: none
	next   int64                            // where the next frame is expected, in thirds
	active bool
	down   *resample.Resampler
	up     *resample.Resampler
	filter *filter
	gain   *suppressor
	high   float32 // gain above 8 kHz at the end of the last frame

	mic, far, clean []float64
	quiet           []float64 // stays zero
	thin, wide      []float32
	late            [reach + block]float32 // the microphone at the third, late like clean
}

// New returns a canceller that knows nothing of the room yet; it learns within
// one or two seconds of sound.
func New() *Canceller {
	c := &Canceller{
		reference: newReference(),
		down:      primed(audio.Rate, third, prime),
		up:        primed(third, audio.Rate, prime/3),
		filter:    newFilter(),
		gain:      newSuppressor(),
		high:      1,
		mic:       make([]float64, block), far: make([]float64, block), clean: make([]float64, block), quiet: make([]float64, block),
		thin: make([]float32, block), wide: make([]float32, audio.FrameSize),
	}
	return c
}

// primed is a resampler that makes as much of a frame as fits into one.
func primed(from, to float64, zeros int) *resample.Resampler {
	r := resample.New(from, to)
	var room [1]float32
	r.Run(make([]float32, zeros), room[:], false)
	return r
}

// Render takes samples that the speaker will play from the moment at.
func (c *Canceller) Render(at time.Time, samples []int16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reference.write(at, samples)
}

// Capture takes a frame of the microphone and returns it without echo, in
// memory of its own, stamped 4 ms earlier. Frames of another size are returned
// as they are.
func (c *Canceller) Capture(p audio.PCM) audio.PCM {
	if len(p.Samples) != audio.FrameSize {
		return p
	}
	copy(c.line[:], c.line[audio.FrameSize:])
	for i, s := range p.Samples {
		c.line[delay+i] = float32(s) / 32768
	}
	played := c.align(p.At)
	if played && !c.active && c.last != nil {
		c.work(c.last, c.quiet) // so that the filters know what was before
	}
	out := audio.PCM{At: p.At.Add(-delay * time.Second / audio.Rate), Samples: make([]int16, audio.FrameSize)}
	if c.active = played; played {
		c.work(p.Samples, c.far)
		c.mix(out.Samples)
	} else {
		for i, x := range c.line[:audio.FrameSize] {
			out.Samples[i] = round(x)
		}
	}
	c.last = p.Samples
	return out
}

// align gets into far what was played when the frame of this moment was heard,
// and says whether any of what the filter covers was sound.
func (c *Canceller) align(at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	here := c.reference.index(at)
	if off := here - c.next; off > slack || off < -slack {
		c.next = here
	}
	played := c.reference.read(c.next+lead, c.far)
	c.next += block
	return played
}

// work filters a frame, given what was played then: afterwards clean is what stays of it and late is what
// there was.
func (c *Canceller) work(samples []int16, far []float64) {
	for i, s := range samples {
		c.wide[i] = float32(s) / 32768
	}
	c.down.Run(c.wide, c.thin, false)
	copy(c.late[:], c.late[block:])
	for i, x := range c.thin {
		c.late[reach+i] = x
		c.mic[i] = float64(x)
	}
	c.filter.run(c.mic, far, c.clean)
	c.gain.run(c.filter, c.clean)

	// The same signal at the third and at the full rate differ by what is above
	// 8 kHz; that alone is to be lowered to high.
	high := float32(c.gain.treble())
	for i, x := range c.clean {
		g := c.high + (high-c.high)*float32(i)/block
		c.thin[i] = float32(x) - g*c.late[i]
	}
	c.up.Run(c.thin, c.wide, false)
}

// mix puts the frame together, after work.
func (c *Canceller) mix(out []int16) {
	high := float32(c.gain.treble())
	for i, x := range c.wide {
		g := c.high + (high-c.high)*float32(i)/audio.FrameSize
		out[i] = round(g*c.line[i] + x)
	}
	c.high = high
}

func round(x float32) int16 {
	x *= 32768
	if x < 0 {
		return int16(max(-32768, x-0.5))
	}
	return int16(min(32767, x+0.5))
}
