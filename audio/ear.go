package audio

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync/atomic"

	"babymonitor/internal/fanout"
)

// EarOptions is what an [Ear] is made of. The functions are called from the
// Ear's goroutines and must return at once.
type EarOptions struct {
	Log        *slog.Logger            // nil: nothing is logged
	Microphone Microphone              // nil: there is none, and Run just waits
	Encoder    func() (Encoder, error) // opens the one encoder that all share
	Health     func(Health)            // told of each change; may be nil
	Level      func(Level)             // told five times a second while sound arrives; may be nil
}

// Ear hears one microphone on behalf of many. Its listeners survive a failure
// of the microphone: they hear nothing until it works again.
type Ear struct {
	options EarOptions
	device  device
	pcm     fanout.Fanout[PCM]
	packets fanout.Fanout[Packet]
	ducked  atomic.Bool

	// The rest belongs to the microphone's goroutine.
	meter   meter
	duck    ducker
	encoder Encoder
	odd     bool // a frame of the wrong size was complained about
	dull    bool // the encoder failed and was complained about
}

// How much of the past a slow listener may hold, in frames.
const listenerFrames = 25

// NewEar returns an Ear that hears once it runs.
func NewEar(o EarOptions) *Ear {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e := &Ear{options: o, duck: ducker{gain: 1}}
	e.device = device{
		log: o.Log, name: "microphone", report: e.health,
		stalled: errors.New("no sound arrives from the microphone"),
	}
	return e
}

// Run keeps the microphone open until ctx ends and returns ctx's error. A
// microphone that fails, or that yields nothing for two seconds (ten until its
// first frame), is opened again after half a second, later after up to five.
func (e *Ear) Run(ctx context.Context) error {
	defer e.mute()
	if e.options.Microphone == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	return e.device.run(ctx, func(ctx context.Context) error {
		e.meter = meter{}
		return e.options.Microphone.Listen(ctx, e.emit)
	})
}

// Hear yields the room's sound as it is until ctx ends; leaving the loop
// unsubscribes. A listener that is half a second behind loses frames.
func (e *Ear) Hear(ctx context.Context) iter.Seq[PCM] { return listen(ctx, &e.pcm) }

// Packets yields the room's sound as Opus until ctx ends; leaving the loop
// unsubscribes. The encoder runs only while somebody is in such a loop. A
// listener that is half a second behind loses packets.
func (e *Ear) Packets(ctx context.Context) iter.Seq[Packet] { return listen(ctx, &e.packets) }

func listen[T any](ctx context.Context, f *fanout.Fanout[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		l := f.Listen(listenerFrames)
		defer l.Close()
		for {
			item, ok := l.Next(ctx)
			if !ok || !yield(item.Value) {
				return
			}
		}
	}
}

// Duck lowers what goes to [Ear.Packets] by 18 dB while somebody talks into the
// room, so that a phone does not hear itself and nothing howls. After the last
// Duck(false) it takes 300 ms until the room is heard in full again.
func (e *Ear) Duck(on bool) { e.ducked.Store(on) }

// emit takes one frame from the microphone.
func (e *Ear) emit(p PCM) {
	if len(p.Samples) != FrameSize {
		if !e.odd {
			e.odd = true
			e.options.Log.Error("the microphone's driver yields frames of a wrong size", "samples", len(p.Samples))
		}
		return
	}
	e.device.beat()
	if level, ok := e.meter.add(p.Samples); ok && e.options.Level != nil {
		e.options.Level(level)
	}
	e.pcm.Publish(p)
	ducked := e.duck.apply(p.Samples, e.ducked.Load())
	if e.packets.Len() == 0 {
		e.mute()
		return
	}
	e.encode(p, ducked)
}

func (e *Ear) encode(p PCM, samples []int16) {
	packet, err := e.encoded(samples)
	if err != nil {
		if !e.dull {
			e.options.Log.Error("the room's sound cannot be encoded", "error", err)
		}
		e.dull = true
		e.mute()
		return
	}
	e.dull = false
	e.packets.Publish(Packet{At: p.At, Data: packet})
}

func (e *Ear) encoded(samples []int16) ([]byte, error) {
	if e.encoder == nil {
		encoder, err := e.options.Encoder()
		if err != nil {
			return nil, err
		}
		e.encoder = encoder
	}
	return e.encoder.Encode(samples)
}

// mute closes the encoder.
func (e *Ear) mute() {
	if e.encoder == nil {
		return
	}
	if err := e.encoder.Close(); err != nil {
		e.options.Log.Warn("the sound encoder did not close well", "error", err)
	}
	e.encoder = nil
}

func (e *Ear) health(h Health) {
	if e.options.Health != nil {
		e.options.Health(h)
	}
	if !h.OK && e.options.Level != nil {
		e.options.Level(Level{DBFS: Silence})
	}
}

// How the room is lowered while somebody talks.
const (
	duckDB     = -18
	duckHold   = 15          // frames (300 ms) after the talk
	duckAttack = 20          // ms from full to low
	duckReturn = 100         // ms from low to full
	perMS      = Rate / 1000 // samples
)

// ducker lowers frames with ramps. It belongs to one goroutine.
type ducker struct {
	gain  float32
	hold  int
	frame [FrameSize]int16
}

// apply returns the frame to encode: samples itself at full level, else the
// ducker's own frame, which is good until the next call.
func (d *ducker) apply(samples []int16, on bool) []int16 {
	low := decibels(duckDB)
	if on {
		d.hold = duckHold
	} else if d.hold > 0 {
		d.hold--
	}
	target, step := float32(1), (1-low)/(duckReturn*perMS)
	if on || d.hold > 0 {
		target, step = low, (1-low)/(duckAttack*perMS)
	}
	if d.gain == 1 && target == 1 {
		return samples
	}
	for i, s := range samples {
		d.gain = approach(d.gain, target, step)
		d.frame[i] = int16(float32(s) * d.gain)
	}
	return d.frame[:]
}

// approach moves from towards to by at most step.
func approach(from, to, step float32) float32 {
	if from < to {
		return min(from+step, to)
	}
	return max(from-step, to)
}
