package lullaby

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"babymonitor/audio"
)

// PlayerOptions is what a [Player] is made of.
type PlayerOptions struct {
	Log       *slog.Logger // nil: nothing is logged
	Library   *Library
	Voice     *audio.Voice
	StateFile string        // where the player remembers what it did; "": nowhere
	MaxVolume int           // 0 to 100, see SetMaxVolume
	FadeOut   time.Duration // at the end of the sleep timer; 0: 20 s
	Changed   func(Status)  // told of each change from one goroutine; may be nil
}

// Status is what the player does.
type Status struct {
	Playing      bool
	Track        string // id, "" when none was chosen yet
	Title        string
	Volume       int // 0 to 100, of MaxVolume
	MaxVolume    int // 0 to 100
	Loop         bool
	TimerMinutes int        // of the sleep timer, 0: none
	EndsAt       *time.Time // when the timer ends it; nil while stopped or without a timer
	Fading       bool       // the timer is about to end it
	Fault        string     // why nothing is heard, for a parent
}

// Order is what to play. What is nil stays as it is.
type Order struct {
	Track        *string
	Volume       *int // 0 to 100
	TimerMinutes *int // 0 (none) to 720; starts the timer anew
	Loop         *bool
}

// ErrOrder says that an order cannot be carried out; what wraps it says why.
var ErrOrder = errors.New("this cannot be played")

const longestTimer = 12 * 60 // minutes

// Player plays one track at a time. It is a service; orders may be given from
// any goroutine, also while it does not run: then it carries them out when it
// does.
type Player struct {
	options PlayerOptions
	wake    chan struct{}

	mu        sync.Mutex
	is        memory
	title     string
	maxVolume int
	deaf      string // why the speaker does not work
	broken    string // why the track cannot be played
	number    int    // counts what was started, so that a restart of a track is one
}

// NewPlayer returns a player that remembers what it did before. It plays when
// it runs.
func NewPlayer(o PlayerOptions) *Player {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.FadeOut <= 0 {
		o.FadeOut = 20 * time.Second
	}
	p := &Player{options: o, wake: make(chan struct{}, 1), maxVolume: clamp(o.MaxVolume)}
	p.is = p.recall(time.Now())
	if t, err := o.Library.Find(p.is.Track); err == nil {
		p.title = t.Title
	} else {
		p.is.Track, p.is.Playing, p.is.EndsAt = "", false, nil
	}
	return p
}

// Play starts, or changes what plays: without a track it goes on with the last
// one; a track that plays already plays on, with the order's other changes. A
// sleep timer runs from the start, or from an order that sets it. Errors wrap
// [ErrUnknown] or [ErrOrder]; then nothing has changed.
func (p *Player) Play(o Order) (Status, error) {
	var track Track
	if o.Track != nil {
		var err error
		if track, err = p.options.Library.Find(*o.Track); err != nil {
			return p.Status(), err
		}
	}
	if err := o.check(); err != nil {
		return p.Status(), err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if o.Track == nil && p.is.Track == "" {
		return p.status(), fmt.Errorf("%w: choose a lullaby first", ErrOrder)
	}
	if o.Track != nil && (track.ID != p.is.Track || !p.is.Playing) {
		p.is.Track, p.title = track.ID, track.Title
		p.number++
	}
	if o.Loop != nil {
		p.is.Loop = *o.Loop
	}
	if o.Volume != nil {
		p.is.Volume = *o.Volume
	}
	if o.TimerMinutes != nil {
		p.is.TimerMinutes = *o.TimerMinutes
	}
	if o.TimerMinutes != nil || !p.is.Playing {
		p.is.setTimer(time.Now())
	}
	p.is.Playing, p.broken = true, ""
	p.poke()
	return p.status(), nil
}

func (o Order) check() error {
	if o.Volume != nil && (*o.Volume < 0 || *o.Volume > 100) {
		return fmt.Errorf("%w: the volume goes from 0 to 100, not %d", ErrOrder, *o.Volume)
	}
	if o.TimerMinutes != nil && (*o.TimerMinutes < 0 || *o.TimerMinutes > longestTimer) {
		return fmt.Errorf("%w: the timer goes from 0 (none) to %d minutes, not %d", ErrOrder, longestTimer, *o.TimerMinutes)
	}
	return nil
}

// Stop fades what plays within a third of a second.
func (p *Player) Stop() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.is.stop()
	p.broken = ""
	p.poke()
	return p.status()
}

// SetVolume changes the volume, 0 to 100, and nothing else. Errors wrap
// [ErrOrder].
func (p *Player) SetVolume(volume int) (Status, error) {
	if err := (Order{Volume: &volume}).check(); err != nil {
		return p.Status(), err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.is.Volume = volume
	p.poke()
	return p.status(), nil
}

// SetMaxVolume sets the ceiling that a parent chose, 0 to 100: what volume 100
// sounds like.
func (p *Player) SetMaxVolume(ceiling int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.maxVolume = clamp(ceiling)
	p.poke()
}

// SpeakerHealth tells the player how the speaker does. While it does not work
// the track waits and the sleep timer runs on.
func (p *Player) SpeakerHealth(h audio.Health) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = ""
	if !h.OK {
		p.deaf = h.Detail
	}
	p.poke()
}

// Status returns what the player does now.
func (p *Player) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status()
}

func (p *Player) status() Status {
	s := Status{
		Playing: p.is.Playing, Track: p.is.Track, Title: p.title,
		Volume: p.is.Volume, MaxVolume: p.maxVolume,
		Loop: p.is.Loop, TimerMinutes: p.is.TimerMinutes, Fault: p.broken,
	}
	if p.is.EndsAt != nil {
		at := *p.is.EndsAt
		s.EndsAt = &at
		s.Fading = time.Until(at) <= p.options.FadeOut
	}
	if p.is.Playing && p.deaf != "" {
		s.Fault = p.deaf
	}
	return s
}

func (p *Player) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func clamp(percent int) int { return max(0, min(100, percent)) }

// Run plays until ctx ends and returns ctx's error. What plays then goes on
// after a restart, unless its timer has ended by then.
func (p *Player) Run(ctx context.Context) error {
	r := runner{player: p}
	defer r.end()
	for {
		r.step(ctx)
		timer := time.NewTimer(r.next())
		select {
		case <-ctx.Done():
		case <-p.wake:
		case <-r.over():
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
