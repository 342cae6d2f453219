package melody

import (
	"io"
	"math"

	"babymonitor/audio"
)

// The sound of one note: partials of a struck comb tooth, with their ratio to
// the fundamental, loudness and how many times faster they fade.
const partials = 4

func timbre() [partials]struct{ ratio, loud, fade float64 } {
	return [partials]struct{ ratio, loud, fade float64 }{
		{1, 1, 1}, {2, 0.3, 1.5}, {3.01, 0.12, 2.6}, {5.4, 0.05, 6},
	}
}

const (
	ringTime  = 2.6   // seconds in which a note of 440 Hz fades by 60 dB
	ringSlope = 0.45  // how much faster higher notes fade, as a power
	attack    = 0.006 // seconds
	highest   = 9000  // Hz; no partial is above
	loudness  = 0.09  // of the loudest note, of full scale
	inaudible = 1e-4  // of full scale (-80 dB), below which a note ends
)

// Player plays a piece once. It belongs to one goroutine.
type Player struct {
	score   arrangement
	next    int // strike
	at      int // samples played
	end     int
	ringing []tooth
	room    *room
}

// Open returns a player at the start of the piece.
func (p Piece) Open() (*Player, error) {
	score, err := p.arrange()
	if err != nil {
		return nil, err
	}
	return &Player{score: score, end: int(score.end * audio.Rate), room: newRoom()}, nil
}

// Read computes the next samples (1 is full scale). At the end of the piece it
// returns 0 and io.EOF.
func (p *Player) Read(samples []float32) (int, error) {
	samples = samples[:min(len(samples), p.end-p.at)]
	if len(samples) == 0 {
		return 0, io.EOF
	}
	clear(samples)
	for p.next < len(p.score.strikes) {
		s := p.score.strikes[p.next]
		start := int(s.at*audio.Rate) - p.at
		if start >= len(samples) {
			break
		}
		p.ringing = append(p.ringing, struck(s, start))
		p.next++
	}
	still := p.ringing[:0]
	for _, t := range p.ringing {
		if t.add(samples) {
			still = append(still, t)
		}
	}
	p.ringing = still
	p.room.add(samples)
	p.at += len(samples)
	return len(samples), nil
}

// Close does nothing.
func (p *Player) Close() error { return nil }

// tooth is one note that rings. Each partial is a two-pole resonator that was
// struck once: y[n] = c y[n-1] - d y[n-2], a sine that fades.
type tooth struct {
	c, d, y1, y2 [partials]float64
	wait         int // samples until it is struck
	age          int // samples since, up to the end of the attack
}

func struck(s strike, wait int) tooth {
	t := tooth{wait: wait}
	hz := 440 * math.Pow(2, float64(s.key-69)/12)
	ring := ringTime * math.Pow(440/hz, ringSlope)
	for i, p := range timbre() {
		if hz*p.ratio > highest {
			continue
		}
		w := 2 * math.Pi * hz * p.ratio / audio.Rate
		r := math.Pow(10, -3*p.fade/(ring*audio.Rate))
		a := loudness * s.loud * p.loud
		t.c[i], t.d[i] = 2*r*math.Cos(w), r*r
		t.y1[i], t.y2[i] = -a*math.Sin(w)/r, -a*math.Sin(2*w)/(r*r)
	}
	return t
}

// add adds the note to samples and returns false when it has faded.
func (t *tooth) add(samples []float32) bool {
	samples = samples[t.wait:]
	t.wait = 0
	const ramp = attack * audio.Rate
	c, d, y1, y2 := t.c, t.d, t.y1, t.y2
	for i := range samples {
		var sum float64
		for k := range partials {
			y := c[k]*y1[k] - d[k]*y2[k]
			y2[k], y1[k] = y1[k], y
			sum += y
		}
		if t.age < ramp {
			sum *= 0.5 - 0.5*math.Cos(math.Pi*float64(t.age)/ramp)
			t.age++
		}
		samples[i] += float32(sum)
	}
	t.y1, t.y2 = y1, y2
	return t.level() > inaudible
}

// level is the amplitude of the fundamental, which its two newest samples tell.
func (t *tooth) level() float64 {
	cos := t.c[0] / 2 / math.Sqrt(t.d[0])
	a, b := t.y1[0], t.y2[0]
	return math.Sqrt(max(0, (a*a+b*b-2*a*b*cos)/(1-cos*cos)))
}

// room is a slight reverberation: parallel combs whose feedback is damped, then
// two all-passes in a row (M. Schroeder, Natural Sounding Artificial
// Reverberation, 1962).
type room struct {
	combs  [4]line
	damped [4]float32
	passes [2]line
}

const (
	roomFeedback = 0.78
	roomDamping  = 0.35
	roomPass     = 0.5
	roomLoud     = 0.05 // of each comb
)

// line is a delay line.
type line struct {
	past []float32
	at   int
}

func newRoom() *room {
	r := &room{}
	for i, n := range [...]int{1607, 1753, 1933, 2129} {
		r.combs[i].past = make([]float32, n)
	}
	for i, n := range [...]int{613, 241} {
		r.passes[i].past = make([]float32, n)
	}
	return r
}

// step returns the oldest sample of the line and puts what x makes of it in its
// place.
func (l *line) step(x func(old float32) float32) float32 {
	old := l.past[l.at]
	l.past[l.at] = x(old)
	if l.at++; l.at == len(l.past) {
		l.at = 0
	}
	return old
}

func (r *room) add(samples []float32) {
	for i, dry := range samples {
		var wet float32
		for k := range r.combs {
			wet += r.combs[k].step(func(old float32) float32 {
				r.damped[k] += (old - r.damped[k]) * (1 - roomDamping)
				return dry + r.damped[k]*roomFeedback
			})
		}
		wet *= roomLoud
		for k := range r.passes {
			in := wet
			old := r.passes[k].step(func(old float32) float32 { return in + old*roomPass })
			wet = old - roomPass*(in+old*roomPass)
		}
		samples[i] = dry + wet
	}
}
