package lullaby

import (
	"context"
	"errors"
	"iter"
	"math"
	"time"

	"babymonitor/audio"
)

// How the player turns sound on and off.
const (
	fadeIn    = 2 * time.Second
	fadeStop  = 300 * time.Millisecond
	stopLimit = 2 * fadeStop // after which a fade that is not heard is given up
	saveDelay = time.Second  // so that a slider does not wear the storage out
	forever   = 1000 * time.Hour
	loudest   = 2.8 // gain (9 dB) at volume 100 of 100
	// The loudness that people hear grows with amplitude to the power of 0.6
	// (S. S. Stevens, 1955), so that volume 50 sounds half as loud as 100.
	loudnessPower = 1 / 0.6
)

// runner is one run of the player. It belongs to Run's goroutine.
type runner struct {
	player *Player
	now    *piece // what sounds
	told   *Status
	saved  *memory
	saveAt time.Time // zero: nothing is to be saved
}

// piece is one start of one track.
type piece struct {
	player *Player
	number int
	track  string
	cancel context.CancelFunc
	done   chan struct{} // closed at its end
	err    error         // why it ended, readable after done
}

// step does what is due.
func (r *runner) step(ctx context.Context) {
	p := r.player
	if r.now != nil && r.now.ended() {
		p.ended(r.now)
		r.now = nil
	}
	p.mu.Lock()
	if at := p.is.EndsAt; at != nil && !time.Now().Before(*at) {
		p.is.stop()
	}
	is, number, status := p.is, p.number, p.status()
	p.mu.Unlock()
	r.tell(status)
	r.keep(is)
	if r.now != nil && (!is.Playing || r.now.number != number) {
		r.now.end()
		r.now = nil
	}
	if r.now == nil && is.Playing {
		r.now = p.begin(ctx, is.Track, number)
	}
}

// tell announces a status that is new.
func (r *runner) tell(s Status) {
	if r.told != nil {
		old, new := *r.told, s
		a, b := old.EndsAt, new.EndsAt
		old.EndsAt, new.EndsAt = nil, nil
		if old == new && (a == b || a != nil && b != nil && a.Equal(*b)) {
			return
		}
	}
	r.told = &s
	if r.player.options.Changed != nil {
		r.player.options.Changed(s)
	}
}

// keep saves what is new, after a moment.
func (r *runner) keep(is memory) {
	if r.saved == nil {
		r.saved = &is
		return
	}
	if is.same(*r.saved) {
		r.saveAt = time.Time{}
		return
	}
	if r.saveAt.IsZero() {
		r.saveAt = time.Now().Add(saveDelay)
	}
	if !time.Now().Before(r.saveAt) {
		r.player.save(is)
		r.saved, r.saveAt = &is, time.Time{}
	}
}

// next is how long nothing is due.
func (r *runner) next() time.Duration {
	wait := forever
	due := func(at time.Time) {
		if d := time.Until(at); d > 0 {
			wait = min(wait, d)
		}
	}
	if !r.saveAt.IsZero() {
		due(r.saveAt)
	}
	if r.told != nil && r.told.EndsAt != nil {
		due(*r.told.EndsAt)
		due(r.told.EndsAt.Add(-r.player.options.FadeOut))
	}
	return wait
}

func (r *runner) over() <-chan struct{} {
	if r.now == nil {
		return nil
	}
	return r.now.done
}

// end stops the sound and saves what is not saved yet.
func (r *runner) end() {
	if r.now != nil {
		r.now.cancel()
		<-r.now.done
	}
	r.player.mu.Lock()
	is := r.player.is
	r.player.mu.Unlock()
	if r.saved != nil && !is.same(*r.saved) {
		r.player.save(is)
	}
}

// begin starts a track.
func (p *Player) begin(ctx context.Context, track string, number int) *piece {
	ctx, cancel := context.WithCancel(ctx)
	s := &piece{player: p, number: number, track: track, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		var broken error
		err := p.options.Voice.Say(ctx, audio.Lullaby, s.frames(&broken))
		s.err = errors.Join(broken, err)
	}()
	return s
}

// ended notes that a track has ended by itself.
func (p *Player) ended(s *piece) {
	s.cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.number != s.number || !p.is.Playing {
		return
	}
	p.is.stop()
	if s.err != nil {
		p.broken = s.err.Error()
		p.options.Log.Warn("a lullaby broke off", "track", s.track, "error", s.err)
	}
}

func (s *piece) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// end waits for the end of a track that is not wanted any more, which fades by
// itself.
func (s *piece) end() {
	timer := time.NewTimer(stopLimit)
	defer timer.Stop()
	select {
	case <-s.done:
	case <-timer.C: // the speaker does not work
	}
	s.cancel()
	<-s.done
}

// frames yields the track, again and again if that is wanted, at the volume
// and with the fades that belong to the moment. It sets broken when the track
// cannot be played.
func (s *piece) frames(broken *error) iter.Seq[audio.PCM] {
	return func(yield func(audio.PCM) bool) {
		t := tape{player: s.player, track: s.track}
		defer t.close()
		var frame [audio.FrameSize]float32
		var rising, falling time.Duration
		gain, full := 0.0, 0.0
		for falling <= fadeStop {
			n, err := t.read(frame[:])
			if err != nil {
				*broken = err
			}
			if n == 0 {
				return
			}
			if g, wanted := s.player.gain(s.number); wanted {
				rising = min(rising+audio.FrameTime, fadeIn)
				rise := rising.Seconds() / fadeIn.Seconds()
				full = g * rise * rise
			} else {
				falling += audio.FrameTime
			}
			to := full * max(0, 1-falling.Seconds()/fadeStop.Seconds())
			if !yield(audio.PCM{At: time.Now(), Samples: ramp(frame[:n], gain, to)}) {
				return
			}
			gain = to
		}
	}
}

// gain is what the volume and the sleep timer make of a track now. It is false
// when the track is not wanted any more.
func (p *Player) gain(number int) (float64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.is.Playing || p.number != number {
		return 0, false
	}
	volume := float64(p.is.Volume) / 100 * float64(p.maxVolume) / 100
	gain := loudest * math.Pow(volume, loudnessPower)
	if p.is.EndsAt != nil {
		left := time.Until(*p.is.EndsAt).Seconds() / p.options.FadeOut.Seconds()
		left = max(0, min(1, left))
		gain *= left * left
	}
	return gain, true
}
