package sim

import (
	"time"
)

// What the baby does by chance.
const (
	cryEvery  = 20 * time.Minute
	cryFor    = 15 * time.Second
	stirEvery = 50 * time.Second
	onset     = 700 * time.Millisecond // from nothing to all of it
	calmDown  = 12 * time.Second       // awake after crying
)

// told is something the baby does when told, and by chance.
type told struct {
	on     bool
	level  ramp
	awake  ramp
	hushed time.Time // what began by chance before is over
}

func (d *told) tell(now time.Time, on bool) {
	d.on = on
	if on {
		d.level.set(now, 1, onset)
		d.awake.set(now, 1, onset)
		return
	}
	d.level.set(now, 0, onset)
	d.awake.set(now, 0, calmDown)
	d.hushed = now
}

// An episode happens by chance.
type episode struct {
	start, end time.Time
	wakes      bool // opens the eyes
}

// level rises from 0 to 1 at the episode's start and falls again after its
// end, in no less than the given times.
func (e episode) level(now time.Time, rise, fall time.Duration) float64 {
	if now.Before(e.start) {
		return 0
	}
	up := clamp01(float64(now.Sub(e.start)) / float64(rise))
	down := clamp01(1 - float64(now.Sub(e.end))/float64(fall))
	return min(up, down)
}

// latest returns the episode of the present stretch of time. kind tells crying
// from stirring.
func (w *World) latest(now time.Time, kind uint64, every, length time.Duration) episode {
	n := uint64(now.Sub(w.began) / every)
	h := mix(w.seed + kind*0x9E37 + n*0x51ED27)
	first, room := every/8, every-every/8-length-every/4
	start := w.began.Add(time.Duration(n)*every + first + time.Duration(float64(room)*unit(h)))
	return episode{start: start, end: start.Add(length), wakes: h&3 == 0}
}

// mood returns what the baby is up to. w.mu is held.
func (w *World) mood(now time.Time) mood {
	m := mood{
		crying:   w.cry.level.now(now),
		stirring: w.motion.level.now(now),
		awake:    max(w.cry.awake.now(now), w.motion.level.now(now)),
		voice:    voiceAt(now.Sub(w.began).Seconds(), w.seed),
	}
	if w.quiet {
		return m
	}
	if e := w.latest(now, 1, cryEvery, cryFor); e.start.After(w.cry.hushed) {
		m.crying = max(m.crying, e.level(now, onset, onset))
		m.awake = max(m.awake, e.level(now, onset, calmDown))
	}
	h := mix(w.seed + uint64(now.Sub(w.began)/stirEvery))
	length := 4*time.Second + time.Duration(unit(h)*5*float64(time.Second))
	if e := w.latest(now, 2, stirEvery, length); e.start.After(w.motion.hushed) {
		level := e.level(now, 1500*time.Millisecond, 1500*time.Millisecond)
		m.stirring = max(m.stirring, 0.7*level)
		if e.wakes {
			m.awake = max(m.awake, level)
		}
	}
	return m
}

// mix turns a number into one that looks like chance (splitmix64, Steele,
// Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// unit turns a mixed number into one between 0 and 1.
func unit(x uint64) float64 { return float64(x>>11) / (1 << 53) }
