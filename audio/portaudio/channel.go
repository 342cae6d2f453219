package portaudio

import (
	"fmt"
	"strconv"
)

// Channel says what is made of a microphone with several channels: a positive
// number means that one (1 is the first).
type Channel int

const (
	// Best is the channel that hears most above its own noise. It changes only
	// when another is clearly better for half a second.
	Best Channel = 0
	// Sum is the mean of all channels, in which noise is less.
	Sum Channel = -1
)

// mostChannels are listened to, of a microphone that has more.
const mostChannels = 8

// ParseChannel reads "best" (or ""), "sum" or the number of a channel.
func ParseChannel(text string) (Channel, error) {
	switch text {
	case "", "best":
		return Best, nil
	case "sum":
		return Sum, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostChannels {
		return 0, fmt.Errorf("the microphone channel %q is not understood: choose best, sum, or a number from 1 to %d", text, mostChannels)
	}
	return Channel(n), nil
}

// mono makes one channel of several. It belongs to one goroutine.
type mono struct {
	channels int
	choice   Channel

	tracks  []track
	current int // the best channel so far
	rival   int // the one that may be better
	wins    int // blocks in a row in which it was
}

// track is what is known of a channel, as mean squares.
type track struct {
	power float64 // of the last second
	floor float64 // the least power, which creeps up
}

const (
	slowPower  = 0.01  // of the way, each block
	creep      = 1.002 // each block
	better     = 2.0   // 3 dB
	winsEnough = 50    // blocks: half a second
)

func newMono(channels int, choice Channel) *mono {
	m := &mono{channels: channels, choice: choice, tracks: make([]track, channels)}
	if choice > 0 {
		m.current = min(int(choice), channels) - 1
	}
	return m
}

// mix turns a block of interleaved samples into mono (1 is full scale).
func (m *mono) mix(samples []int16, out []float32) []float32 {
	out = out[:0]
	if m.choice == Sum {
		scale := 1 / float32(m.channels) / 32768
		for ; len(samples) >= m.channels; samples = samples[m.channels:] {
			sum := 0
			for _, s := range samples[:m.channels] {
				sum += int(s)
			}
			out = append(out, float32(sum)*scale)
		}
		return out
	}
	was := m.current
	if m.choice == Best && m.channels > 1 {
		m.judge(samples)
	}
	frames := len(samples) / m.channels
	for i := range frames {
		x := float32(samples[i*m.channels+m.current])
		if was != m.current { // from one to the other without a click
			old := float32(samples[i*m.channels+was])
			x = old + (x-old)*float32(i)/float32(frames)
		}
		out = append(out, x/32768)
	}
	return out
}

// judge keeps current the best channel.
func (m *mono) judge(samples []int16) {
	frames := len(samples) / m.channels
	if frames == 0 {
		return
	}
	first := m.tracks[0] == track{}
	for c := range m.tracks {
		m.tracks[c].add(power(samples[c:], m.channels), first)
	}
	best := m.current
	for c, t := range m.tracks {
		if t.above() > m.tracks[best].above() {
			best = c
		}
	}
	if best == m.current || m.tracks[best].above() < better*m.tracks[m.current].above() {
		m.wins = 0
		return
	}
	if best != m.rival {
		m.rival, m.wins = best, 0
	}
	if m.wins++; m.wins >= winsEnough {
		m.current, m.wins = best, 0
	}
}

// power is the mean square of each step-th sample, without its mean.
func power(samples []int16, step int) float64 {
	var sum, squares float64
	n := 0
	for i := 0; i < len(samples); i += step {
		x := float64(samples[i])
		sum += x
		squares += x * x
		n++
	}
	mean := sum / float64(n)
	return squares/float64(n) - mean*mean + 1 // 1: no division by zero, and below every real noise
}

func (t *track) add(power float64, first bool) {
	if first {
		*t = track{power, power}
		return
	}
	t.power += (power - t.power) * slowPower
	t.floor = min(t.floor*creep, t.power)
}

// above is by how much more is heard than the channel's own noise.
func (t track) above() float64 { return t.power - t.floor + 1 }
