package rtctest

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// Stats returns what has arrived so far.
func (v *Viewer) Stats() Stats {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stats
}

// Wait waits until what has arrived is enough. It returns an error when ctx or
// the session ends first.
func (v *Viewer) Wait(ctx context.Context, enough func(Stats) bool) (Stats, error) {
	for {
		v.mu.Lock()
		s, moved, gone := v.stats, v.moved, v.gone
		v.waiting = true
		v.mu.Unlock()
		if enough(s) {
			return s, nil
		}
		if gone != nil {
			return s, gone
		}
		select {
		case <-ctx.Done():
			return s, fmt.Errorf("%w; so far %+v", ctx.Err(), s)
		case <-moved:
		}
	}
}

// Ended is closed when the session has ended, from whichever side.
func (v *Viewer) Ended() <-chan struct{} { return v.ended }

func (v *Viewer) change(f func(*Stats)) {
	v.mu.Lock()
	f(&v.stats)
	v.wake()
	v.mu.Unlock()
}

// wake wakes those who wait. The caller holds mu.
func (v *Viewer) wake() {
	if v.waiting {
		close(v.moved)
		v.moved, v.waiting = make(chan struct{}), false
	}
}

func (v *Viewer) fail(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.gone == nil {
		v.gone = err
		close(v.ended)
		v.wake()
	}
}

// receive counts what arrives on a track.
func (v *Viewer) receive(t *webrtc.TrackRemote) {
	buf := make([]byte, 1500)
	p := &parser{}
	if v.c.Nack && t.Kind() == webrtc.RTPCodecTypeVideo {
		missing := newMissing()
		p.missing = missing
		v.begin(func() { v.nackLoop(t, missing) })
	}
	for {
		n, attributes, err := t.Read(buf)
		if err != nil {
			return
		}
		if n < 12 {
			continue
		}
		if v.c.Media != nil {
			v.c.Media(t.Kind(), buf[:n])
		}
		v.mu.Lock()
		if t.Kind() == webrtc.RTPCodecTypeAudio {
			v.stats.Sound++
			v.stats.AudioRTP = binary.BigEndian.Uint32(buf[4:])
			if v.stats.FirstWord == 0 {
				v.stats.FirstWord = time.Since(v.started)
			}
		} else {
			if attributes.Get(webrtc.AttributeRtxSsrc) != nil {
				v.stats.Again++
			}
			if p.packet(&v.stats, buf[:n]) && v.stats.First == 0 && v.stats.Keys > 0 {
				v.stats.First = time.Since(v.started)
			}
		}
		v.wake()
		v.mu.Unlock()
		if t.Kind() == webrtc.RTPCodecTypeAudio && v.c.Sound != nil {
			var p rtp.Packet
			if p.Unmarshal(buf[:n]) == nil {
				v.c.Sound(p.Payload)
			}
		}
	}
}

// parser follows one stream of pictures: packets of one timestamp, in order,
// until the marker. Late packets complete a picture too.
type parser struct {
	frames [16]assembly // by arrival of their first packet
	next   int

	missing *missing // nil: nobody asks again
}

// assembly is one picture as far as it has arrived.
type assembly struct {
	timestamp   uint32
	first, last uint16 // sequence numbers; valid with begun, ended
	begun       bool
	ended       bool
	key         bool
	done        bool
	count       int
}

// packet notes a packet. It returns true when it completes a picture.
func (p *parser) packet(s *Stats, raw []byte) bool {
	var h rtp.Header
	n, err := h.Unmarshal(raw)
	if err != nil || len(raw) < n+2 {
		return false
	}
	s.Packets++
	s.Bytes += len(raw) - n
	s.VideoRTP = h.Timestamp
	if p.missing != nil {
		p.missing.arrived(h.SequenceNumber)
	}
	a := p.find(s, h.Timestamp)
	a.count++
	kind, begins := nalu(raw[n:])
	if kind == 5 || kind == 7 {
		a.key = true
	}
	if begins && (!a.begun || int16(h.SequenceNumber-a.first) < 0) {
		a.begun, a.first = true, h.SequenceNumber
	}
	if h.Marker {
		a.ended, a.last = true, h.SequenceNumber
	}
	if a.done || !a.begun || !a.ended || a.count < int(a.last-a.first)+1 {
		return false
	}
	a.done = true
	s.Frames++
	if a.key {
		s.Keys++
	}
	return true
}

// find returns the picture of a timestamp.
func (p *parser) find(s *Stats, timestamp uint32) *assembly {
	for i := range p.frames {
		if a := &p.frames[i]; a.count > 0 && a.timestamp == timestamp {
			return a
		}
	}
	a := &p.frames[p.next%len(p.frames)]
	if a.count > 0 && !a.done {
		s.Broken++
	}
	p.next++
	*a = assembly{timestamp: timestamp}
	return a
}

// nalu returns the type of what a payload carries, and whether a NALU begins
// with it.
func nalu(payload []byte) (kind byte, begins bool) {
	switch kind = payload[0] & 0x1f; kind {
	case 24: // several in one: the first says enough
		if len(payload) > 3 {
			return payload[3] & 0x1f, true
		}
	case 28:
		return payload[1] & 0x1f, payload[1]&0x80 != 0
	}
	return kind, true
}

// reportLoop says each second that the phone is there, as browsers do.
func (v *Viewer) reportLoop() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	own := rand.Uint32()
	for {
		var reports []rtcp.ReceptionReport
		for _, t := range v.pc.GetReceivers() {
			if track := t.Track(); track != nil && track.SSRC() != 0 {
				reports = append(reports, rtcp.ReceptionReport{SSRC: uint32(track.SSRC())})
			}
		}
		_ = v.pc.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: own, Reports: reports}})
		select {
		case <-v.ended:
			return
		case <-tick.C:
		}
	}
}

// RequestKey sends a picture loss indication.
func (v *Viewer) RequestKey() error {
	for _, t := range v.pc.GetReceivers() {
		if track := t.Track(); track != nil && track.Kind() == webrtc.RTPCodecTypeVideo {
			return v.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(track.SSRC())}})
		}
	}
	return fmt.Errorf("there is no picture yet")
}

// Say sends one packet of speech (20 ms of Opus).
func (v *Viewer) Say(seq uint16, opus []byte) error {
	return v.speech.WriteRTP(&rtp.Packet{
		Header:  rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: uint32(seq) * 960},
		Payload: opus,
	})
}

// Drive moves the joystick. It waits for the data channel, or for ctx.
func (v *Viewer) Drive(ctx context.Context, pan, tilt float64) error {
	data, err := json.Marshal(map[string]float64{"pan": pan, "tilt": tilt})
	if err != nil {
		return err
	}
	return v.SendHead(ctx, data)
}

// SendHead sends anything over the joystick's data channel.
func (v *Viewer) SendHead(ctx context.Context, data []byte) error {
	select {
	case <-v.opened:
		return v.head.SendText(string(data))
	case <-v.ended:
		return fmt.Errorf("the session has ended")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Transport is the protocol of the path in use: "udp", "tcp", or "" while there
// is none.
func (v *Viewer) Transport() string {
	pair, err := v.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return ""
	}
	return pair.Remote.Protocol.String()
}

// Answer is the monitor's newest answer.
func (v *Viewer) Answer() string {
	if d := v.pc.RemoteDescription(); d != nil {
		return d.SDP
	}
	return ""
}
