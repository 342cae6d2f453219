package echo

import (
	"time"

	"babymonitor/audio"
	"babymonitor/audio/resample"
)

// reference remembers what was played in the last two seconds, by when it
// sounded, in samples of the third rate.
type reference struct {
	epoch time.Time
	down  *resample.Resampler
	ring  []float32
	next  int64 // index of the next sample to be written
	begun bool
	sound int64 // index after the last sample that was sound
	slack int64 // by how much moments may be off

	wide [audio.FrameSize]float32
	thin [block]float32
}

const (
	ringSize = 2 * third
	// slack is by how much the stamps of one side may wander, in samples of the
	// third rate, before sound is moved to where they say: 10 ms. Speakers that
	// do not know when they sound are taken to be as even as sound is, and are
	// moved only by 60 ms.
	slack      = third / 100
	looseSlack = 6 * slack
	// lead is how much too late sound may seem to have been played: 20 ms.
	lead = third / 50
	// faint is silence, in units of int16.
	faint = 4
	// rest is how long after its last sound the speaker is still heard.
	rest = lead + (parts+2)*block
)

func newReference() reference {
	return reference{
		epoch: time.Now(), ring: make([]float32, ringSize), slack: slack,
		down: primed(audio.Rate, third, prime), sound: -ringSize,
	}
}

// index is the number of the sample that sounds at this moment.
func (r *reference) index(at time.Time) int64 {
	return int64(at.Sub(r.epoch).Seconds() * third)
}

// write takes what sounds from the moment at.
func (r *reference) write(at time.Time, samples []int16) {
	here := r.index(at)
	if off := here - r.next; !r.begun || off > r.slack || off < -r.slack {
		for i := r.next; i < min(here, r.next+ringSize); i++ {
			r.ring[i%ringSize] = 0
		}
		r.begun, r.next = true, max(here, 0)
	}
	for len(samples) > 0 {
		n := min(len(samples), len(r.wide))
		for i, s := range samples[:n] {
			r.wide[i] = float32(s) / 32768
			if s > faint || s < -faint {
				r.sound = r.next + block
			}
		}
		_, made := r.down.Run(r.wide[:n], r.thin[:], false)
		for _, x := range r.thin[:made] {
			r.ring[r.next%ringSize] = x
			r.next++
		}
		samples = samples[n:]
	}
}

// read fills out from the sample at this index on; what was never written is
// silence. It says whether any of what the filter still covers was sound.
func (r *reference) read(from int64, out []float64) bool {
	for i := range out {
		out[i] = 0
		if at := from + int64(i); at >= 0 && at < r.next && at >= r.next-ringSize {
			out[i] = float64(r.ring[at%ringSize])
		}
	}
	return from < r.sound+rest
}
