package lullaby

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// ramp turns samples into sound whose gain moves linearly.
func ramp(samples []float32, from, to float64) []int16 {
	sound := make([]int16, len(samples))
	step := (to - from) / float64(len(samples))
	for i, x := range samples {
		from += step
		sound[i] = int16(math.MaxInt16 * max(-1, min(1, float64(x)*from)))
	}
	return sound
}

// tape plays a track from its start to its end, or in a loop.
type tape struct {
	player *Player
	track  string
	sound  Sound
	any    bool // it has sounded since it was opened
}

// read fills samples. It returns fewer at the end of a track that is not
// repeated, then 0.
func (t *tape) read(samples []float32) (n int, err error) {
	for n < len(samples) {
		if t.sound == nil {
			if t.sound, err = t.player.options.Library.Open(t.track); err != nil {
				return n, err
			}
			t.any = false
		}
		k, err := t.sound.Read(samples[n:])
		n += k
		t.any = t.any || k > 0
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF):
			return n, fmt.Errorf("the lullaby broke off: %w", err)
		case !t.any || !t.player.loops():
			return n, nil
		default:
			t.close()
		}
	}
	return n, nil
}

func (t *tape) close() {
	if t.sound != nil {
		t.sound.Close()
		t.sound = nil
	}
}

func (p *Player) loops() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.is.Loop
}
