package portaudio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/resample"
)

// Speaker is an [audio.Speaker].
type Speaker struct {
	host *Host
	name string
}

// Speaker returns the speaker of this name (see [Host.Devices]; "" or "auto"
// chooses one). It is looked for when it is played on.
func (h *Host) Speaker(name string) *Speaker { return &Speaker{host: h, name: name} }

const (
	// queue is how much sound waits in the device: a busy machine may come so
	// much too late. It is also most of the speaker's delay. With each time that
	// it was not enough it grows by a block.
	queue        = 40 * time.Millisecond
	longestQueue = 100 * time.Millisecond
	outputBuffer = 120 * time.Millisecond
)

// Play implements [audio.Speaker].
func (s *Speaker) Play(ctx context.Context, fill func(samples []int16)) error {
	return s.PlayTimed(ctx, func(_ time.Time, samples []int16) { fill(samples) })
}

// PlayTimed is Play for those who want to know when the samples that they fill
// in will sound, on the clock that stamps the microphone's frames. The moments
// are 20 ms apart for as long as the device does not stumble.
func (s *Speaker) PlayTimed(ctx context.Context, fill func(at time.Time, samples []int16)) error {
	return s.host.run(ctx, wish{name: s.name, is: sounding, most: 2}, func(line stream, f format) error {
		p := newPlayout(f, fill)
		return s.host.pump(ctx, f, func() (time.Duration, error) { return p.step(line, s.host.log) })
	})
}

// playout turns even frames of the house into what a device takes.
type playout struct {
	format   format
	fill     func(time.Time, []int16)
	pace     pace
	resample *resample.Resampler
	size     int   // of the device's buffer, frames
	full     int   // frames that may wait in it
	written  int64 // frames to the device so far
	fed      int64 // samples that were filled in so far
	made     int64 // frames that came of them so far
	losses   losses

	frame [audio.FrameSize]int16
	input [audio.FrameSize]float32
	left  []float32 // of input
	block []int16   // interleaved, for the device
	mono  []float32
}

func newPlayout(f format, fill func(time.Time, []int16)) *playout {
	n := f.frames(block)
	return &playout{
		format: f, fill: fill, size: -1, full: f.frames(queue),
		pace:     pace{clock: clock{rate: float64(f.rate)}},
		resample: resample.New(audio.Rate, float64(f.rate)),
		block:    make([]int16, n*f.channels), mono: make([]float32, n),
	}
}

// step writes blocks until enough sound waits in the device, and returns when
// the next is due.
func (p *playout) step(s stream, log *slog.Logger) (time.Duration, error) {
	for {
		space, err := available(s, func() { p.losses.add(log, p.format); p.pace.clock.again() })
		if err != nil {
			return 0, err
		}
		p.size = max(p.size, space)
		waiting := p.size - space
		now := time.Now()
		if played := p.written - int64(waiting); played > 0 {
			p.pace.clock.observe(played, now)
		}
		if waiting+len(p.mono) > p.full || space < len(p.mono) {
			return p.pace.clock.pause(p.written+int64(len(p.mono)-p.full), now), nil
		}
		p.make(now.Add(seconds(float64(waiting) / float64(p.format.rate))))
		err = s.transfer(p.block)
		if errors.Is(err, errLost) {
			p.losses.add(log, p.format)
			p.full = min(p.full+len(p.mono), p.format.frames(longestQueue))
			p.pace.clock.again()
			err = nil
		}
		if err != nil {
			return 0, err
		}
		p.written += int64(len(p.mono))
	}
}

// make fills block, which will sound at about at.
func (p *playout) make(at time.Time) {
	for n := 0; n < len(p.mono); {
		if len(p.left) == 0 {
			p.next(at.Add(seconds(float64(n) / float64(p.format.rate))))
		}
		used, made := p.resample.Run(p.left, p.mono[n:], false)
		p.left, n, p.made = p.left[used:], n+made, p.made+int64(made)
	}
	for i, x := range p.mono {
		sample := int16(max(-32768, min(32767, x*32768)))
		for c := range p.format.channels {
			p.block[i*p.format.channels+c] = sample
		}
	}
}

// next asks for a frame, which will sound at about at if the clock knows no
// better.
func (p *playout) next(at time.Time) {
	if p.pace.clock.begun {
		var factor float64
		delay := (float64(p.fed) - p.resample.Position()) / audio.Rate * float64(p.format.rate)
		at, factor = p.pace.frame(float64(p.made) + delay)
		p.resample.Steer(1 / factor)
	}
	p.fill(at, p.frame[:])
	for i, s := range p.frame {
		p.input[i] = float32(s) / 32768
	}
	p.left, p.fed = p.input[:], p.fed+audio.FrameSize
}

// failed says in words that a device failed.
func failed(f format, err error) error {
	return fmt.Errorf("the %v %q fails: %w; is it still plugged in?", f.is, f.device.Name, err)
}

// losses counts when the machine was too busy for sound.
type losses struct {
	n    int
	told time.Time
}

// add notes one; the log is told at most once a minute.
func (l *losses) add(log *slog.Logger, f format) {
	l.n++
	if now := time.Now(); now.Sub(l.told) > time.Minute {
		l.told = now
		log.Warn("the machine was too busy for sound, some was lost", "device", f.device.Name, "for", f.is.String(), "times", l.n)
	}
}
