package camera

import (
	"sync"
	"time"
)

// Adaptive makes an encoder in software fit the CPU: it measures how long each
// picture takes and leaves out pictures, then shrinks them, until the encoder
// keeps up, and tries more again when there is time to spare. told hears what
// is encoded (size and pictures a second) at the beginning and after each
// change; it may be nil.
func Adaptive(open NewEncoder, told func(Mode)) NewEncoder {
	if told == nil {
		told = func(Mode) {}
	}
	return func(m Mode) (Encoder, error) {
		a := &adaptive{open: open, told: told, ladder: ladder(m), now: time.Now, bitrate: m.Bitrate}
		if err := a.step(governor{}); err != nil {
			return nil, err
		}
		return a, nil
	}
}

// adaptive is an encoder that stands on a step of a ladder of modes.
type adaptive struct {
	open   NewEncoder
	told   func(Mode)
	ladder []Mode
	now    func() time.Time

	governor governor
	scale    scaler
	due      time.Time // of the next picture that is encoded

	mu      sync.Mutex
	inner   Encoder
	bitrate int
}

// step opens the encoder of the step that g stands on.
func (a *adaptive) step(g governor) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inner != nil {
		_ = a.inner.Close()
		a.inner = nil
	}
	mode := a.ladder[g.step]
	mode.Bitrate = a.bitrate
	inner, err := a.open(mode)
	if err != nil {
		return err
	}
	a.inner, a.governor = inner, g
	a.told(mode)
	return nil
}

// Encode implements [Encoder].
func (a *adaptive) Encode(f Frame) (AccessUnit, error) {
	mode := a.ladder[a.governor.step]
	period := time.Second / time.Duration(max(1, mode.FPS))
	if f.At.Before(a.due.Add(-period / 4)) {
		return AccessUnit{At: f.At}, nil
	}
	a.due = a.due.Add(period)
	if a.due.Before(f.At) {
		a.due = f.At.Add(period)
	}
	begun := a.now()
	unit, err := a.inner.Encode(a.scale.to(f, mode.Width, mode.Height))
	if err != nil {
		return unit, err
	}
	next := a.governor.see(a.ladder, a.now().Sub(begun))
	if next.step != a.governor.step {
		return unit, a.step(next)
	}
	a.governor = next
	return unit, nil
}

// RequestKey implements [Keyframer].
func (a *adaptive) RequestKey() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k, ok := a.inner.(Keyframer); ok {
		k.RequestKey()
	}
}

// SetBitrate implements [Rater].
func (a *adaptive) SetBitrate(bitsPerSecond int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.bitrate = bitsPerSecond
	if r, ok := a.inner.(Rater); ok {
		return r.SetBitrate(bitsPerSecond)
	}
	return nil
}

// Close implements [Encoder].
func (a *adaptive) Close() error {
	if a.inner == nil {
		return nil
	}
	return a.inner.Close()
}

// ladder lists what to try for a mode, each step cheaper than the one before:
// first fewer pictures, as low as motion stays bearable, then smaller ones.
func ladder(m Mode) []Mode {
	steps := []Mode{m}
	add := func(share float64, fps int) {
		w, h := int(float64(m.Width)*share)&^15, int(float64(m.Height)*share)&^1
		last := steps[len(steps)-1]
		if fps <= m.FPS && w >= 160 && h >= 90 && w*h*fps < last.Width*last.Height*last.FPS {
			steps = append(steps, Mode{Width: w, Height: h, FPS: fps, Bitrate: m.Bitrate})
		}
	}
	for _, fps := range []int{20, 15} {
		if fps < m.FPS {
			steps = append(steps, Mode{Width: m.Width, Height: m.Height, FPS: fps, Bitrate: m.Bitrate})
		}
	}
	add(0.75, min(15, m.FPS))
	add(0.5, min(15, m.FPS))
	add(0.5, 10)
	add(0.25, 10)
	return steps
}

// What the governor goes by.
const (
	tooBusy   = 0.8             // of a picture's period; more leaves no time for anything else
	spare     = 0.55            // what the step above may be expected to take
	sure      = 2 * time.Second // how long it is too busy before it steps down
	firstCalm = 15 * time.Second
	mostCalm  = 10 * time.Minute // how long it waits at most before it tries the step above again
	relapse   = time.Minute      // a step that failed within this was a mistake
)

// governor decides which step of a ladder an encoder can hold. It is a value:
// [governor.see] returns the next one.
type governor struct {
	step int
	busy float64       // share of the period that encoding takes, smoothed over about a second
	on   time.Duration // time on this step
	high time.Duration // time in a row that busy was too much
	low  time.Duration // time in a row that the step above seemed possible
	calm time.Duration // how long low must last
	up   bool          // it came to this step from below
}

// see takes in how long one picture took and returns what follows. Time goes
// by one period a picture, or by what the picture took if that is more.
func (g governor) see(ladder []Mode, took time.Duration) governor {
	period := time.Second / time.Duration(max(1, ladder[g.step].FPS))
	passed := max(period, took)
	share := float64(took) / float64(period)
	if g.on == 0 {
		g.busy = share
	}
	weight := min(1, passed.Seconds())
	g.busy += (share - g.busy) * weight
	g.on += passed
	if g.calm == 0 {
		g.calm = firstCalm
	}
	g.high = during(g.high, passed, g.busy > tooBusy)
	g.low = during(g.low, passed, g.step > 0 && g.busy*dearer(ladder, g.step) < spare)
	switch {
	case g.high >= sure && g.step < len(ladder)-1:
		calm := g.calm
		if g.up && g.on < relapse {
			calm = min(2*calm, mostCalm)
		}
		return governor{step: g.step + 1, calm: calm}
	case g.low >= g.calm:
		return governor{step: g.step - 1, calm: g.calm, up: true}
	}
	return g
}

// during adds to how long something has been so, or begins anew.
func during(had, passed time.Duration, so bool) time.Duration {
	if !so {
		return 0
	}
	return had + passed
}

// dearer returns by which factor the share of the period grows on the step
// above: by its size and by its rate.
func dearer(ladder []Mode, step int) float64 {
	above, here := ladder[step-1], ladder[step]
	return float64(above.Width*above.Height*above.FPS) / float64(here.Width*here.Height*here.FPS)
}
