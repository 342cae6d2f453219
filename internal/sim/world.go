// Package sim is one simulated nursery behind every hardware contract: a drawn
// room with a crib and a baby, seen by a camera on a head, with a microphone, a
// speaker, a climate sensor, an IR filter and lamps.
//
// It is a world, not a set of mocks: the head's pose moves the picture, the
// lamps and the filter change it, the cry is seen and heard at the same time,
// and what the speaker plays is heard faintly by the microphone. The same seed
// gives the same world. It does nothing while nobody captures, listens or
// plays.
//
// [World.Apply] changes the world from outside, faults included.
package sim

import (
	"math"
	"sync"
	"time"

	"babymonitor/camera"
	"babymonitor/servo"
)

// Options say how a world begins. The zero value is a nursery at dusk.
type Options struct {
	Seed uint64
	// Quiet leaves out what happens by chance: the baby sleeps until told
	// otherwise, and the climate does not drift.
	Quiet bool
	// Start is applied before anything else; what it leaves out begins as dusk
	// at 25 lux, 20.8 °C, 47 % and -62 dBFS of noise.
	Start Change
}

// World is one simulated nursery. Its methods, and those of its devices, may be
// called from any goroutine.
type World struct {
	seed  uint64
	quiet bool
	began time.Time
	tape  tape
	draw  func() *sheet // the room, drawn once

	mu       sync.Mutex
	cry      told
	motion   told
	decades  ramp // log10 of the lux
	lux      float64
	warmth   drift
	moisture drift
	noise    float64 // dBFS
	faults   map[fault][]Device
	pose     servo.Pose
	driven   bool // the head's motors hold the pose
	zoom     camera.Rect
	filterIn bool
	lamps    bool
	spin     spin
	seen     glance
	ether    ether
}

// New begins a world. It fails where o.Start cannot be applied.
func New(o Options) (*World, error) {
	w := &World{
		seed: o.Seed, quiet: o.Quiet, began: time.Now(),
		zoom: camera.Full(), filterIn: true,
		lux: 25, noise: -62, faults: map[fault][]Device{},
		warmth:   drift{value: 20.8, swing: 0.4, period: 47 * time.Minute},
		moisture: drift{value: 47, swing: 2, period: 31 * time.Minute},
	}
	w.draw = sync.OnceValue(func() *sheet { return drawRoom(w.seed) })
	w.decades = ramp{to: math.Log10(w.lux)}
	w.ether.become(networkWiFi)
	if err := w.Apply(o.Start); err != nil {
		return nil, err
	}
	w.decades.from, w.decades.over = w.decades.to, 0
	return w, nil
}

// Prepare draws the room, which takes a moment, so that the first capture need
// not.
func (w *World) Prepare() { w.draw() }

// A ramp goes smoothly from one value to another. Its zero value rests at 0.
type ramp struct {
	from, to float64
	at       time.Time
	over     time.Duration
}

func (r *ramp) now(t time.Time) float64 {
	if r.over <= 0 || t.Sub(r.at) >= r.over {
		return r.to
	}
	x := clamp01(float64(t.Sub(r.at)) / float64(r.over))
	return r.from + (r.to-r.from)*x*x*(3-2*x)
}

func (r *ramp) set(t time.Time, to float64, over time.Duration) {
	*r = ramp{from: r.now(t), to: to, at: t, over: over}
}

// A drift is a slowly wandering value that was right when it was set.
type drift struct {
	value  float64
	at     time.Duration // since the world began
	swing  float64
	period time.Duration
}

func (d *drift) now(since time.Duration) float64 {
	wave := func(t time.Duration) float64 {
		x := 2 * math.Pi * float64(t) / float64(d.period)
		return 0.7*math.Sin(x) + 0.3*math.Sin(2.7*x+1)
	}
	return d.value + d.swing*(wave(since)-wave(d.at))
}
