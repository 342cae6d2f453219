package audio

import "math"

// How sounds are mixed.
const (
	fadeSamples   = 5 * perMS // at every start and end of sound, against clicks
	talkQueue     = 2         // frames that a talk keeps queued: 40 ms of delay
	queueFrames   = 4         // that any other sound keeps queued
	lullabyDuckDB = -15       // for the lullaby while somebody talks
	lullabyDown   = 60        // ms until it is low
	lullabyUp     = 400       // ms until it is back
	limitKnee     = 0.7       // of full scale; above it the limiter bends
)

// source is one sound on its way to the speaker. Fields without a note belong
// to the mixer, under the Voice's lock.
type source struct {
	part   Part
	queue  chan []int16  // filled and closed by Say
	done   chan struct{} // closed by the mixer when all was played
	failed chan struct{} // closed when the speaker fails
	err    error         // why, readable after failed
	cut    bool          // Say is over: fade and go

	now  []int16 // the rest of the frame that is being played
	fade float32 // 0 to 1 after the sound has begun or begun again
	last float32 // the newest sample
	// What is left to fade of the sample at which the sound stopped.
	tail     float32
	tailLeft int
}

func newSource(part Part) *source {
	depth := queueFrames
	if part == Talk {
		depth = talkQueue
	}
	return &source{
		part:  part,
		queue: make(chan []int16, depth), done: make(chan struct{}), failed: make(chan struct{}),
	}
}

// fail ends the source's Say with err, except for a lullaby, which waits.
func (s *source) fail(err error) {
	if s.part != Lullaby && s.err == nil {
		s.err = err
		close(s.failed)
	}
}

// add adds the source's next samples to acc; its gain moves linearly from one
// value to the other on the way. It returns false when all was played.
func (s *source) add(acc []float32, from, to float32) bool {
	step := (to - from) / float32(len(acc))
	dry, over := s.cut, s.cut
	for i := range acc {
		if len(s.now) == 0 && !dry {
			dry, over = s.fetch()
		}
		from += step
		x := float32(0)
		if len(s.now) > 0 && !s.cut {
			s.fade = min(s.fade+1.0/fadeSamples, 1)
			s.last = float32(s.now[0]) * s.fade
			s.now = s.now[1:]
			x = s.last
		} else {
			s.stop()
		}
		if s.tailLeft > 0 {
			x += s.tail * float32(s.tailLeft) / fadeSamples
			s.tailLeft--
		}
		acc[i] += x * from
	}
	if over && s.tailLeft == 0 && (len(s.now) == 0 || s.cut) {
		close(s.done)
		return false
	}
	return true
}

// fetch takes the next frame. dry says that there is none now, over that there
// will be none.
func (s *source) fetch() (dry, over bool) {
	select {
	case frame, more := <-s.queue:
		if !more {
			return true, true
		}
		s.now = frame
		return len(frame) == 0, false
	default:
		return true, false
	}
}

// stop lets the newest sample fade instead of breaking off, and has the sound
// fade in when it goes on.
func (s *source) stop() {
	if s.last != 0 {
		s.tail, s.tailLeft = s.last, fadeSamples
	}
	s.last, s.fade = 0, 0
}

// mixer adds sources up. It allocates nothing.
type mixer struct {
	lullaby float32 // gain of lullabies now
	acc     [FrameSize]float32
}

// frame mixes up to FrameSize samples and returns the sources that go on.
func (m *mixer) frame(out []int16, sources []*source) []*source {
	acc := m.acc[:len(out)]
	clear(acc)
	was := m.lullaby
	m.duck(len(out), sources)
	rest := sources[:0]
	for _, s := range sources {
		from, to := float32(1), float32(1)
		if s.part == Lullaby {
			from, to = was, m.lullaby
		}
		if s.add(acc, from, to) {
			rest = append(rest, s)
		}
	}
	clear(sources[len(rest):])
	for i, x := range acc {
		out[i] = limit(x)
	}
	return rest
}

// duck moves the lullabies' gain to where it belongs after n more samples.
func (m *mixer) duck(n int, sources []*source) {
	low := decibels(lullabyDuckDB)
	target, time := float32(1), float32(lullabyUp*perMS)
	for _, s := range sources {
		if s.part == Talk && !s.cut {
			target, time = low, lullabyDown*perMS
		}
	}
	m.lullaby = approach(m.lullaby, target, (1-low)*float32(n)/time)
}

// limit turns a sum into a sample. Up to the knee it changes nothing; above,
// a hyperbolic tangent bends it so that it never clips.
func limit(x float32) int16 {
	const knee, rest = limitKnee * math.MaxInt16, (1 - limitKnee) * math.MaxInt16
	switch {
	case x > knee:
		return int16(knee + rest*math.Tanh(float64(x-knee)/rest))
	case x < -knee:
		return int16(-knee - rest*math.Tanh(float64(-x-knee)/rest))
	}
	return int16(x)
}
