package audio

import (
	"context"
	"errors"
	"iter"
	"time"
)

// How long somebody may talk.
const (
	talkLimit = 60 * time.Second       // in one go
	talkPause = 500 * time.Millisecond // without packets, which ends the talk
	// What a talk waits for before it begins, and how long for packets that are
	// late, before their place is filled.
	talkPatience = 2 * FrameTime
	latePatience = FrameTime
	mostGuessed  = 3  // frames in a row that are concealed; then there is silence
	mostGarbage  = 50 // packets in a row that are none
)

// Reasons why a talk ended early, in words for a parent.
var (
	ErrTalkedLong = errors.New("one may talk for 60 seconds in one go; let go of the button and press it again to go on")
	ErrNotOpus    = errors.New("what the phone sends is not sound that this monitor understands; reload the page, then talk again")
)

// Talk plays what name says until packets ends. Packets are put in order,
// duplicates dropped and losses concealed; they may pause for any time and go
// on. Each stretch without a pause of half a second is one talk: it is told to
// VoiceOptions.Talking and may last 60 seconds.
//
// It returns nil when packets ended, else why what is said cannot be played
// (the speaker failed, [ErrTalkedLong], [ErrNotOpus]), in words for a parent;
// the first packet after that ends packets' loop.
func (v *Voice) Talk(ctx context.Context, name string, packets iter.Seq[Packet]) error {
	var t *talk
	defer func() {
		if t != nil {
			t.end()
		}
	}()
	for p := range packets {
		if t != nil && t.over() {
			if err := t.end(); err != nil {
				return err
			}
			t = nil
		}
		if t == nil {
			decoder, err := v.options.Decoder()
			if err != nil {
				return err
			}
			t = v.begin(ctx, name, decoder)
		}
		t.jitter.put(p)
	}
	if t != nil {
		return t.end()
	}
	return ctx.Err()
}

// talk is one stretch of speech.
type talk struct {
	jitter *jitter
	done   chan struct{}
	err    error // readable after done
}

func (v *Voice) begin(ctx context.Context, name string, decoder Decoder) *talk {
	t := &talk{jitter: newJitter(), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		defer decoder.Close()
		s := speech{jitter: t.jitter, decoder: decoder}
		v.talks(name, true)
		defer v.talks(name, false)
		t.err = v.Say(ctx, Talk, s.frames(ctx))
		if t.err == nil {
			t.err = s.err
		}
	}()
	return t
}

func (t *talk) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// end waits until what was said has been played. It may be called again.
func (t *talk) end() error {
	t.jitter.close()
	<-t.done
	return t.err
}

// speech turns the packets of one talk into sound.
type speech struct {
	jitter  *jitter
	decoder Decoder
	err     error // why it ended early

	guessed int // frames in a row that were concealed
	garbage int // packets in a row that were none
	played  time.Duration
	room    [MaxPacketSamples]int16
}

// frames yields the sound at the pace at which the loop takes it, until packets
// stop coming.
func (s *speech) frames(ctx context.Context) iter.Seq[PCM] {
	return func(yield func(PCM) bool) {
		s.wait(ctx, talkPatience, jitterState.full)
		hurry := false
		for s.err == nil && ctx.Err() == nil {
			packet, got := s.jitter.take(hurry)
			n := 0
			switch {
			case got == gotPacket:
				n = s.decode(packet)
			case got == gotLoss:
				n = s.conceal(packet)
			case !hurry:
				hurry = true
				s.wait(ctx, latePatience, jitterState.ready)
				continue
			case s.paused():
				return
			case s.guessed < mostGuessed:
				n = s.conceal(Packet{})
			default:
				s.wait(ctx, talkPause, jitterState.full)
			}
			hurry = false
			if n > 0 && !yield(PCM{At: packet.At, Samples: append([]int16(nil), s.room[:n]...)}) {
				return
			}
			if s.played += time.Duration(n) * time.Second / Rate; s.played >= talkLimit {
				s.err = ErrTalkedLong
			}
		}
	}
}

// decode returns how many samples of the packet are in room.
func (s *speech) decode(p Packet) int {
	n, err := s.decoder.Decode(p.Data, s.room[:])
	if err == nil {
		s.guessed, s.garbage = 0, 0
		return n
	}
	if s.garbage++; s.garbage >= mostGarbage {
		s.err = ErrNotOpus
	}
	return s.conceal(Packet{})
}

// conceal fills the place of a packet, from the one after it if that is there.
func (s *speech) conceal(next Packet) int {
	s.guessed++
	if len(next.Data) > 0 {
		if n, err := s.decoder.Recover(next.Data, s.room[:]); err == nil {
			return n
		}
	}
	n, err := s.decoder.Decode(nil, s.room[:])
	if err != nil {
		clear(s.room[:FrameSize])
		return FrameSize
	}
	return n
}

// paused says that no packets have come for a while and none wait.
func (s *speech) paused() bool {
	is := s.jitter.state()
	return is.count == 0 && is.ended()
}

// wait waits until enough holds or nothing comes any more, at most for d.
func (s *speech) wait(ctx context.Context, d time.Duration, enough func(jitterState) bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		if is := s.jitter.state(); enough(is) || is.ended() {
			return
		}
		select {
		case <-s.jitter.wake:
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		}
	}
}
