package audio

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"
)

// Part is what a sound is for. It decides how the sound is mixed.
type Part int

// The parts.
const (
	// Talk is somebody who speaks to the child. It keeps little sound queued and
	// lowers the lullaby by 15 dB for as long as it lasts.
	Talk Part = iota
	// Lullaby waits while the speaker does not work.
	Lullaby
	// Chime is a short signal.
	Chime
)

// VoiceOptions is what a [Voice] is made of. The functions are called from the
// Voice's goroutines and must return at once.
type VoiceOptions struct {
	Log     *slog.Logger            // nil: nothing is logged
	Speaker Speaker                 // nil: there is none
	Decoder func() (Decoder, error) // opens a decoder for each talk
	Health  func(Health)            // told of each change; may be nil
	Talking func(names []string)    // told of each change in who talks now, sorted; may be nil
}

// Voice is the one mixer of the speaker.
type Voice struct {
	options VoiceOptions
	device  device

	mu      sync.Mutex // held for the time of one mix at most
	sources []*source
	fault   error // why the speaker does not work; nil while it does or starts
	mix     mixer

	talkMu  sync.Mutex // also held while Talking is told, which keeps the order
	talkers []string
}

// ErrNoSpeaker says that the monitor has no speaker.
var ErrNoSpeaker = errors.New("this monitor has no speaker; choose one in the settings")

// NewVoice returns a Voice that sounds once it runs.
func NewVoice(o VoiceOptions) *Voice {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	v := &Voice{options: o, mix: mixer{lullaby: 1}}
	v.device = device{
		log: o.Log, name: "speaker", report: v.health,
		stalled: errors.New("the speaker takes no sound"),
	}
	if o.Speaker == nil {
		v.fault = ErrNoSpeaker
	}
	return v
}

// Run keeps the speaker open until ctx ends and returns ctx's error. A speaker
// that fails, or that asks for nothing for two seconds (ten until the first
// time), is opened again after half a second, later after up to five.
func (v *Voice) Run(ctx context.Context) error {
	if v.options.Speaker == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	return v.device.run(ctx, func(ctx context.Context) error {
		return v.options.Speaker.Play(ctx, v.fill)
	})
}

// Say plays sound and returns when all of it was played. It pulls frames (of
// any length) from sound only a little ahead of time; while sound yields
// nothing there is silence. When ctx ends it returns ctx's error at once and
// the sound fades. While the speaker does not work a lullaby waits, anything
// else ends with the reason in words for a parent.
func (v *Voice) Say(ctx context.Context, part Part, sound iter.Seq[PCM]) error {
	s, err := v.add(part)
	if err != nil {
		return err
	}
	defer v.cut(s)
	for frame := range sound {
		select {
		case s.queue <- frame.Samples:
		case <-s.failed:
			return s.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	close(s.queue)
	select {
	case <-s.done:
		return nil
	case <-s.failed:
		return s.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (v *Voice) add(part Part) (*source, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fault != nil && (part != Lullaby || v.options.Speaker == nil) {
		return nil, v.fault
	}
	s := newSource(part)
	v.sources = append(v.sources, s)
	return s, nil
}

// cut ends a source wherever it is; what it last sounded fades within 5 ms.
func (v *Voice) cut(s *source) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s.cut = true
	if v.fault != nil {
		v.sources = slices.DeleteFunc(v.sources, func(other *source) bool { return other == s })
	}
}

// fill gives the speaker its next samples.
func (v *Voice) fill(out []int16) {
	v.device.beat()
	v.mu.Lock()
	defer v.mu.Unlock()
	for len(out) > 0 {
		n := min(len(out), FrameSize)
		v.sources = v.mix.frame(out[:n], v.sources)
		out = out[n:]
	}
}

func (v *Voice) health(h Health) {
	v.mu.Lock()
	v.fault = nil
	if !h.OK && h.Detail != "" {
		v.fault = fmt.Errorf("the speaker does not work, so nobody in the room would hear it: %s", h.Detail)
		for _, s := range v.sources {
			s.fail(v.fault)
		}
	}
	v.mu.Unlock()
	if v.options.Health != nil {
		v.options.Health(h)
	}
}

// talks tells that name has begun or ended to talk.
func (v *Voice) talks(name string, on bool) {
	v.talkMu.Lock()
	defer v.talkMu.Unlock()
	if i := slices.Index(v.talkers, name); on {
		v.talkers = append(v.talkers, name)
		slices.Sort(v.talkers)
	} else if i >= 0 {
		v.talkers = slices.Delete(v.talkers, i, i+1)
	}
	if v.options.Talking != nil {
		v.options.Talking(slices.Clone(v.talkers))
	}
}
