// Package melody plays old tunes the way a music box would. The scores are in
// the source and in the public domain; the sound is computed while it plays.
package melody

import (
	"fmt"
	"strings"
	"time"
)

// Piece is a tune.
type Piece struct {
	ID     string // stable
	Title  string
	Origin string // who wrote it or where it was first seen, and when

	tempo  float64 // quarters a minute
	bar    float64 // quarters in a bar
	pickup float64 // quarters before the first whole bar
	verses int
	notes  string // the melody, see parseNotes
	chords string // one or more a bar, of equal length, see parseChord; a pickup has none
}

// ByID returns a piece; false if there is none of that name.
func ByID(id string) (Piece, bool) {
	for _, p := range All() {
		if p.ID == id {
			return p, true
		}
	}
	return Piece{}, false
}

// Length is how long the piece sounds, until its last note has faded.
func (p Piece) Length() time.Duration {
	s, err := p.arrange()
	if err != nil {
		return 0
	}
	return time.Duration(s.end * float64(time.Second))
}

// strike is one note of the arrangement.
type strike struct {
	at   float64 // seconds
	key  int     // MIDI note number: 69 is 440 Hz
	loud float64 // 0 to 1
}

// arrangement is what the music box plays, in order of time.
type arrangement struct {
	strikes []strike
	end     float64 // seconds
}

// How the arrangement sounds.
const (
	lastRing    = 4.0 // seconds for the last note to fade
	breath      = 1.0 // bars between verses
	downbeat    = 1.0 // loudness of a note on the first beat of a bar
	offbeat     = 0.8 // of any other
	leftHand    = 0.4 // of the broken chords
	bellOctave  = 12  // from the second verse on, the melody is doubled above
	bellLoud    = 0.25
	rubato      = 1.12 // how much slower the last two bars are
	rubatoSpans = 2    // bars
)

// arrange sets the melody over broken chords, verse after verse.
func (p Piece) arrange() (arrangement, error) {
	notes, err := parseNotes(p.notes)
	if err != nil {
		return arrangement{}, fmt.Errorf("melody: %s: %w", p.ID, err)
	}
	chords, err := p.broken()
	if err != nil {
		return arrangement{}, fmt.Errorf("melody: %s: %w", p.ID, err)
	}
	length := 0.0 // quarters
	for _, n := range notes {
		length += n.quarters
	}
	var a arrangement
	start := 0.0
	for verse := range p.verses {
		last := verse == p.verses-1
		when := func(beat float64) float64 { return start + p.seconds(beat, length, last) }
		melody := p.strikes(notes, verse > 0)
		for i, j := 0, 0; i < len(melody) || j < len(chords); {
			var s strike
			if j == len(chords) || i < len(melody) && melody[i].at <= chords[j].at {
				s, i = melody[i], i+1
			} else {
				s, j = chords[j], j+1
			}
			s.at = when(s.at)
			a.strikes = append(a.strikes, s)
		}
		start = when(length + breath*p.bar)
		a.end = when(length)
	}
	a.end += lastRing
	return a, nil
}

// seconds is when a beat of a verse sounds. The end of the last verse slows
// down.
func (p Piece) seconds(beat, length float64, last bool) float64 {
	slow := length - rubatoSpans*p.bar
	if last && beat > slow {
		beat = slow + (beat-slow)*rubato
	}
	return beat * 60 / p.tempo
}

// strikes turns notes into strikes whose times are still beats.
func (p Piece) strikes(notes []note, bells bool) (strikes []strike) {
	at := 0.0
	for _, n := range notes {
		loud := offbeat
		if beat := (at - p.pickup) / p.bar; beat == float64(int(beat)) {
			loud = downbeat
		}
		if n.key > 0 {
			strikes = append(strikes, strike{at, n.key, loud})
			if bells {
				strikes = append(strikes, strike{at, n.key + bellOctave, loud * bellLoud})
			}
		}
		at += n.quarters
	}
	return strikes
}

// broken is the left hand: each chord as single notes, one a quarter (one each
// eighth of three where the bar is of two threes), with times in beats.
func (p Piece) broken() (strikes []strike, err error) {
	for i, bar := range strings.Split(p.chords, "|") {
		names := strings.Fields(bar)
		span := p.bar / float64(max(len(names), 1))
		for j, name := range names {
			keys, err := parseChord(name)
			if err != nil {
				return nil, fmt.Errorf("bar %d: %w", i+1, err)
			}
			at := p.pickup + float64(i)*p.bar + float64(j)*span
			for k := 0; float64(k) < span; k++ {
				strikes = append(strikes, strike{at + float64(k), keys[k%len(keys)], leftHand})
			}
		}
	}
	return strikes, nil
}
