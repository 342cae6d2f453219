package rtc

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"babymonitor/audio"
)

const (
	// pauseOfSpeech is how long no packet arrives when somebody has stopped
	// talking.
	pauseOfSpeech = 500 * time.Millisecond
	// speechQueue is how many packets wait for the speaker; more are dropped.
	speechQueue = 25
)

// speak receives what a phone says and has it played, one stretch of speech
// after the other, until the session ends.
func (v *viewer) speak(track *webrtc.TrackRemote) {
	if track.Kind() != webrtc.RTPCodecTypeAudio || v.server.o.Talk == nil {
		return
	}
	t := &talk{v: v}
	defer t.end()
	buf := make([]byte, receiveMTU)
	for {
		if t.active() {
			_ = track.SetReadDeadline(time.Now().Add(pauseOfSpeech))
		}
		n, _, err := track.Read(buf)
		switch {
		case err == nil:
			t.packet(buf[:n])
		case t.active() && v.open(): // nothing came for a while: a pause of speech
			t.end()
			_ = track.SetReadDeadline(time.Time{})
		default:
			return
		}
	}
}

// talk is one stretch of speech.
type talk struct {
	v      *viewer
	queue  chan audio.Packet // nil while nobody talks
	played sync.WaitGroup
}

func (t *talk) active() bool { return t.queue != nil }

// packet hands on one RTP packet, beginning a stretch of speech if need be.
func (t *talk) packet(raw []byte) {
	var p rtp.Packet
	if p.Unmarshal(raw) != nil || len(p.Payload) == 0 {
		return
	}
	if !t.active() {
		t.begin()
	}
	a := audio.Packet{At: time.Now(), Seq: p.SequenceNumber, Data: append([]byte(nil), p.Payload...)}
	select {
	case t.queue <- a:
	default: // the speaker is behind: old speech helps nobody
	}
}

func (t *talk) begin() {
	t.queue = make(chan audio.Packet, speechQueue)
	t.v.talking.Store(true)
	t.v.server.notify()
	queue := t.queue
	t.played.Go(func() {
		v := t.v
		if err := v.server.o.Talk(v.server.life, v.caller.Name, spoken(v.server.life, queue)); err != nil {
			v.server.o.Log.Warn("speech could not be played", "name", v.caller.Name, "err", err)
			v.tell(message{Type: "error", Value: "talk: " + err.Error(), Code: "talk"})
		}
	})
}

// end ends the stretch and waits until it has been played.
func (t *talk) end() {
	if !t.active() {
		return
	}
	close(t.queue)
	t.queue = nil
	t.played.Wait()
	t.v.talking.Store(false)
	t.v.server.notify()
}

// spoken yields packets until the stretch or ctx ends.
func spoken(ctx context.Context, queue <-chan audio.Packet) iter.Seq[audio.Packet] {
	return func(yield func(audio.Packet) bool) {
		for {
			select {
			case <-ctx.Done():
				return
			case p, ok := <-queue:
				if !ok || !yield(p) {
					return
				}
			}
		}
	}
}
