package ircut

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options make a [Keeper].
type Options struct {
	Filter Filter
	Rules  Rules // the zero Rules mean DefaultRules
	Mode   Mode  // "" means Auto
	Log    *slog.Logger
	// OnFacts is called from Run, at its start and when something has changed.
	// A change of the light alone is told at most once a second. It must not
	// block.
	OnFacts func(Facts)
}

// Facts are what is true of the filter and the lamps.
type Facts struct {
	Mode  Mode
	Night bool      // what is in force, or is being put in force while there is a fault
	Lamps bool      // the lamps are on
	Lux   *float64  // light in the room without the lamps'; nil while unknown. Never changed, only replaced
	Fault string    // why the filter or the lamps do not obey; "" while they do
	Tries int       // how often that was tried again in vain
	Since time.Time // when the fault began, or when it ended
}

const (
	sampleEvery = 200 * time.Millisecond // readings that come faster are left out
	luxEvery    = time.Second
	firstRetry  = 500 * time.Millisecond // after a fault; doubled each time
	lastRetry   = 30 * time.Second
)

// Keeper keeps the filter and the lamps as the light or a parent wants them.
// Its methods may be called from any goroutine and return at once; [Keeper.Run]
// does the work.
type Keeper struct {
	opts Options
	wake chan struct{} // holds one: there is something new for Run

	mu      sync.Mutex
	mode    Mode
	light   reading // the newest
	unread  bool    // Run has not taken it yet
	state   State   // written by Run alone
	current Mode    // the mode that state follows, written by Run alone
}

type reading struct {
	lux float64
	at  time.Time
}

// NewKeeper returns a Keeper, or says what is wrong with the options.
func NewKeeper(opts Options) (*Keeper, error) {
	if opts.Filter == nil {
		return nil, errors.New("night mode needs a filter")
	}
	opts.Rules = cmp.Or(opts.Rules, DefaultRules())
	opts.Mode = cmp.Or(opts.Mode, Auto)
	opts.Log = cmp.Or(opts.Log, slog.New(slog.DiscardHandler))
	if opts.OnFacts == nil {
		opts.OnFacts = func(Facts) {}
	}
	if err := errors.Join(opts.Mode.Check(), opts.Rules.Check()); err != nil {
		return nil, err
	}
	return &Keeper{opts: opts, mode: opts.Mode, current: Auto, wake: make(chan struct{}, 1)}, nil
}

// SetMode says who decides. Day and Night are put in force at once.
func (k *Keeper) SetMode(m Mode) error {
	if err := m.Check(); err != nil {
		return err
	}
	k.mu.Lock()
	k.mode = m
	k.mu.Unlock()
	k.nudge()
	return nil
}

// Mode returns who decides.
func (k *Keeper) Mode() Mode {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.mode
}

// Light tells what the meter reads now (lux): the camera's own estimate or an
// ambient sensor's. It should come about once a second, and at least every 20 s.
func (k *Keeper) Light(lux float64) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Sub(k.light.at) < sampleEvery {
		return
	}
	k.light, k.unread = reading{lux, now}, true
	k.nudge()
}

// nudge makes Run look around.
func (k *Keeper) nudge() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends and returns ctx's error with the lamps off. When the
// device fails, that is told and tried again after 0.5 to 30 s. Without news it
// sleeps. It may be called again after it has returned, but not twice at a
// time.
func (k *Keeper) Run(ctx context.Context) error {
	h := &hand{Keeper: k, stale: true}
	h.facts.Since = time.Now()
	defer h.end()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-k.wake:
		case <-timer.C:
		}
		now := time.Now()
		if next := h.work(now); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(next.Sub(now))
		}
	}
}

// decide brings the state up to date with the mode and the light.
func (k *Keeper) decide(now time.Time) State {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.mode != k.current {
		k.current = k.mode
		if k.mode == Auto {
			k.state = k.opts.Rules.Free(k.state, now)
		} else {
			k.state = k.opts.Rules.Force(k.state, k.mode == Night, now)
		}
	}
	if k.unread {
		k.unread = false
		if k.mode == Auto {
			k.state = k.opts.Rules.Decide(k.state, k.light.lux, k.light.at)
		} else {
			k.state = k.opts.Rules.Observe(k.state, k.light.lux, k.light.at)
		}
	}
	return k.state
}

// position is where a part of the device has been put.
type position int

const (
	unknown position = iota
	off
	on
)

// hand is what Run knows about the device. It belongs to Run's goroutine.
type hand struct {
	*Keeper
	filter, lamps position
	want          State
	pause         time.Duration
	retryAt       time.Time // zero while there is no fault

	facts Facts     // told last or, if stale is set, to be told next
	stale bool      //
	luxAt time.Time // when the light may be told again
}

// end switches the lamps off: nobody is left to see by them.
func (h *hand) end() {
	if h.lamps == off {
		return
	}
	if err := h.opts.Filter.SetLamps(false); err != nil {
		h.opts.Log.Warn("the infrared lamps could not be switched off", "error", err)
	}
}

// work does what is due and returns when the next thing is, or zero.
func (h *hand) work(now time.Time) time.Time {
	was := h.want.Night
	h.want = h.decide(now)
	if h.want.Night != was {
		h.opts.Log.Info("day or night has changed", "night", h.want.Night, "mode", string(h.Mode()))
	}
	if h.retryAt.IsZero() || h.want.Night != was || !now.Before(h.retryAt) {
		h.apply(now)
	}
	return h.tell(now)
}

// apply moves what is not yet where it belongs: the lamps burn only while the
// filter is away.
func (h *hand) apply(now time.Time) {
	filter := func() error { return put(&h.filter, !h.want.Night, h.opts.Filter.SetFilter) }
	lamps := func() error { return put(&h.lamps, h.want.Night, h.opts.Filter.SetLamps) }
	first, second := lamps, filter
	if h.want.Night {
		first, second = filter, lamps
	}
	err := errors.Join(first(), second())
	switch {
	case err != nil:
		h.fail(err, now)
	case !h.retryAt.IsZero():
		h.opts.Log.Info("the IR filter and the lamps obey again", "tries", h.facts.Tries+1)
		h.retryAt = time.Time{}
		h.facts.Fault, h.facts.Tries, h.facts.Since, h.stale = "", 0, now, true
	}
}

// put moves one part, unless it is there already.
func put(at *position, want bool, set func(bool) error) error {
	to := off
	if want {
		to = on
	}
	if *at == to {
		return nil
	}
	*at = unknown
	if err := set(want); err != nil {
		return err
	}
	*at = to
	return nil
}

// fail notes a fault and when to try again.
func (h *hand) fail(err error, now time.Time) {
	if h.retryAt.IsZero() {
		h.opts.Log.Error("the IR filter or the lamps do not obey", "error", err)
		h.facts.Since, h.facts.Tries, h.pause = now, 0, firstRetry
	} else {
		h.facts.Tries++
		h.pause = min(2*h.pause, lastRetry)
	}
	h.retryAt = now.Add(h.pause)
	h.facts.Fault = fmt.Sprintf("the night mode cannot be switched (%v); check the wiring of the IR filter and the lamps, it is tried again in %v", err, h.pause)
	h.stale = true
}

// tell tells the facts if they have changed, and returns when work has
// something to do again.
func (h *hand) tell(now time.Time) (next time.Time) {
	next = h.retryAt
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	f := h.facts
	f.Mode, f.Night, f.Lamps = h.Mode(), h.want.Night, h.lamps == on
	lux, known := h.want.Room(now)
	if known {
		sooner(h.want.at.Add(gap + time.Millisecond))
	}
	if known != (f.Lux != nil) || known && lux != *f.Lux {
		if now.Before(h.luxAt) {
			sooner(h.luxAt)
		} else if f.Lux = nil; known {
			f.Lux = &lux
		}
	}
	if f != h.facts || h.stale {
		h.facts, h.stale = f, false
		h.luxAt = now.Add(luxEvery)
		h.opts.OnFacts(f)
	}
	return next
}
