package sim

import (
	"math"
	"time"
)

// A posture is how the baby lies at one moment. Equal postures look equal.
type posture struct {
	breath float32 // -1 (out) to 1 (in)
	turn   float32 // of the head, -1 (left) to 1
	lean   float32 // of the body, degrees
	legs   float32 // kick, -1 to 1
	left   arm
	right  arm
	eyes   float32 // 0 shut to 1 wide open
	mouth  float32 // 0 closed to 1 screaming
	cry    float32 // how much the face is screwed up
}

// An arm is told by how far it is from lying still beside the head.
type arm struct{ swing, reach float32 }

// A mood is what the baby is up to at one moment, from which [posture] and
// sound follow. The levels go from 0 to 1 and never jump.
type mood struct {
	crying   float64
	stirring float64
	awake    float64
	voice    voice // of the cry
}

// postureOf returns how the baby lies, seconds after the world began.
func postureOf(m mood, since time.Duration) posture {
	t := since.Seconds()
	wave := func(hz, phase float64) float64 { return math.Sin(2*math.Pi*hz*t + phase) }
	// Asleep 32 breaths a minute, crying they follow the voice.
	breath := wave(0.53, 0)*(1-m.crying) - (0.3-m.voice.level)*m.crying
	restless := max(m.stirring, m.crying)
	slow := restless * (0.6*wave(0.31, 1) + 0.4*wave(0.83, 2))
	p := posture{
		breath: float32(breath),
		turn:   float32(0.25*wave(0.011, 0.7)*(1-restless) + slow + 0.25*m.crying*wave(1.9, 0)),
		lean:   float32(restless * 2.6 * wave(0.47, 3)),
		legs:   float32(restless * wave(0.9+0.6*m.crying, 4)),
		left: arm{
			swing: float32(restless * (0.5 + 0.5*wave(0.71, 0))),
			reach: float32(restless*wave(1.13, 5)*0.5 + m.crying*0.5*wave(2.3, 1)),
		},
		right: arm{
			swing: float32(restless * (0.5 + 0.5*wave(0.59, 2))),
			reach: float32(restless*wave(0.97, 3)*0.5 + m.crying*0.5*wave(2.1, 4)),
		},
		eyes:  float32(m.awake * (1 - m.crying)),
		mouth: float32(m.crying * (0.25 + 0.75*m.voice.level)),
		cry:   float32(m.crying),
	}
	if math.Mod(t, 3.7) < 0.14 { // a blink
		p.eyes *= 0.1
	}
	return p
}
