package portaudio

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/resample"
)

// Microphone is an [audio.Microphone].
type Microphone struct {
	host    *Host
	name    string
	channel Channel
}

// Microphone returns the microphone of this name (see [Host.Devices]; "" or
// "auto" chooses one). It is looked for when it is listened to.
func (h *Host) Microphone(name string, c Channel) *Microphone {
	return &Microphone{host: h, name: name, channel: c}
}

// inputBuffer is how long the program may be busy elsewhere without loss. It is
// no delay: what is there is read at once.
const inputBuffer = 120 * time.Millisecond

// Listen implements [audio.Microphone].
func (m *Microphone) Listen(ctx context.Context, emit func(audio.PCM)) error {
	most := mostChannels
	if m.channel > 0 {
		most = int(m.channel)
	}
	return m.host.run(ctx, wish{name: m.name, is: hearing, most: most}, func(s stream, f format) error {
		c := newCapture(f, m.channel, emit)
		return m.host.pump(ctx, f, func() (time.Duration, error) { return c.step(s, m.host.log) })
	})
}

// pump calls step, which says when it wants to be called again.
func (h *Host) pump(ctx context.Context, f format, step func() (time.Duration, error)) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		if h.stale.Load() {
			return errRelist
		}
		pause, err := step()
		if err != nil {
			return failed(f, err)
		}
		timer.Reset(pause)
	}
}

// capture turns what a device hears into even frames of the house.
type capture struct {
	format   format
	emit     func(audio.PCM)
	mono     *mono
	pace     pace
	resample *resample.Resampler
	read     int64 // frames from the device so far, with those that were lost
	losses   losses

	block  []int16 // interleaved, from the device
	single []float32
	room   [audio.FrameSize]float32
	filled int // of room

	at      time.Time // of the frame in room
	stamped bool      // at is right
}

func newCapture(f format, c Channel, emit func(audio.PCM)) *capture {
	return &capture{
		format: f, emit: emit, mono: newMono(f.channels, c),
		pace:     pace{clock: clock{rate: float64(f.rate)}},
		resample: resample.New(float64(f.rate), audio.Rate),
		block:    make([]int16, 2*f.frames(block)*f.channels),
	}
}

// step reads what there is and returns when there will be a block again.
func (c *capture) step(s stream, log *slog.Logger) (time.Duration, error) {
	enough := c.format.frames(block)
	for {
		n, err := available(s, func() { c.losses.add(log, c.format); c.pace.clock.again() })
		if err != nil {
			return 0, err
		}
		if n > 0 {
			c.pace.clock.observe(c.read+int64(n), time.Now())
		}
		if n < enough {
			return c.pace.clock.pause(c.read+int64(enough), time.Now()), nil
		}
		samples := c.block[:min(len(c.block), n*c.format.channels)]
		err = s.transfer(samples)
		if errors.Is(err, errLost) {
			c.losses.add(log, c.format)
			c.pace.clock.again()
			err = nil
		}
		if err != nil {
			return 0, err
		}
		c.read += int64(len(samples) / c.format.channels)
		c.take(samples)
	}
}

// take takes a block from the device and emits the frames that are whole.
func (c *capture) take(samples []int16) {
	c.single = c.mono.mix(samples, c.single)
	for left := c.single; ; {
		if !c.stamped {
			var factor float64
			c.at, factor = c.pace.frame(c.resample.Position())
			c.resample.Steer(factor)
			c.stamped = true
		}
		used, made := c.resample.Run(left, c.room[c.filled:], false)
		left, c.filled = left[used:], c.filled+made
		if c.filled < len(c.room) {
			return
		}
		c.filled, c.stamped = 0, false
		c.emit(audio.PCM{At: c.at, Samples: pcm(c.room[:])})
	}
}

// pcm is 16-bit samples, in memory of their own.
func pcm(x []float32) []int16 {
	samples := make([]int16, len(x))
	for i, v := range x {
		samples[i] = int16(max(-32768, min(32767, v*32768)))
	}
	return samples
}
