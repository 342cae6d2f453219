package rtc

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/pion/webrtc/v4"

	"babymonitor/web/access"
	"babymonitor/web/rtc/bandwidth"
)

// gatherWithin bounds the gathering of this machine's own addresses, which
// takes about a millisecond.
const gatherWithin = 2 * time.Second

// visit is who asks for a session, and how.
type visit struct {
	caller access.Caller
	from   string // network address without port
	whep   bool
}

func visitOf(r *http.Request, whep bool) (visit, bool) {
	c, ok := access.CallerFrom(r.Context())
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return visit{caller: c, from: host, whep: whep}, ok
}

func (v visit) loopback() bool {
	a, err := netip.ParseAddr(v.from)
	return err == nil && a.Unmap().IsLoopback()
}

// mayTalk tells whether the visitor may speak. WHEP is for watching alone.
func (v visit) mayTalk() bool { return !v.whep && v.caller.Role == access.Parent }

// open makes a session of an offer and answers it. The camera is woken first of
// all, so that it starts while the phone still connects.
func (s *Server) open(by visit, text string) (*viewer, string, *refusal) {
	o, why := readOffer(text, s.picture.streamProfile(), by.mayTalk() && s.o.Talk != nil)
	if why != nil {
		return nil, "", why
	}
	if why := s.reserve(); why != nil {
		return nil, "", why
	}
	s.wake(o, 1)
	v, answer, err := s.build(by, o)
	if err != nil {
		s.wake(o, -1)
		s.release()
		return nil, "", badSDP(err.Error())
	}
	s.enter(v)
	if !v.open() { // it ended meanwhile
		s.forget(v)
	} else if s.life.Err() != nil {
		v.close("the monitor stops")
	}
	v.watchLogin()
	return v, answer, nil
}

// wake begins or ends a phone's demand for picture and sound.
func (s *Server) wake(o *offer, n int) {
	if o.video != nil {
		s.picture.demand.add(n)
		if n > 0 {
			s.o.RequestKey()
		}
	}
	if o.audio != nil {
		s.sound.demand.add(n)
	}
}

// build makes the peer connection and the answer.
func (s *Server) build(by visit, o *offer) (*viewer, string, error) {
	pc, err := s.engine.connection(o, by.loopback())
	if err != nil {
		return nil, "", err
	}
	v := &viewer{
		server: s, id: rand.Text(), caller: by.caller, from: by.from, whep: by.whep, since: time.Now(),
		talk: o.talk, offer: o, pc: pc,
		network: bandwidth.New(s.o.MaxBitrate * 3 / 2),
		budget:  newBudget(s.o.MaxBitrate),
	}
	v.hear()
	answer, err := v.negotiate(o)
	if err != nil {
		v.mu.Lock()
		v.closed = true
		v.mu.Unlock()
		_ = pc.Close()
		v.work.Wait()
		return nil, "", err
	}
	return v, answer, nil
}

// negotiate takes the first offer and makes the answer.
func (v *viewer) negotiate(o *offer) (string, error) {
	senders, err := v.addTracks(o)
	if err != nil {
		return "", err
	}
	v.pc.OnConnectionStateChange(v.watchState)
	v.pc.OnDataChannel(v.channel)
	v.iceTransport().OnSelectedCandidatePairChange(func(p *webrtc.ICECandidatePair) {
		v.transport.Store(p.Local.Protocol.String())
		v.server.notify()
	})
	v.pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { v.begin(func() { v.speak(t) }) })
	answer, err := v.answer(o.sdp)
	if err != nil {
		return "", err
	}
	for l, sender := range senders {
		v.begin(func() { v.listen(sender, l) })
	}
	return answer, nil
}

func (v *viewer) addTracks(o *offer) (map[*leg]*webrtc.RTPSender, error) {
	senders := make(map[*leg]*webrtc.RTPSender, 2)
	add := func(kind webrtc.RTPCodecType, direction webrtc.RTPTransceiverDirection) (*leg, error) {
		l := &leg{kind: kind, viewer: v}
		t, err := v.pc.AddTransceiverFromTrack(l, webrtc.RTPTransceiverInit{Direction: direction})
		if err == nil {
			senders[l] = t.Sender()
		}
		return l, err
	}
	var err error
	if o.video != nil {
		if v.video, err = add(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverDirectionSendonly); err != nil {
			return nil, err
		}
	}
	if o.audio != nil {
		direction := webrtc.RTPTransceiverDirectionSendonly
		if o.talk {
			direction = webrtc.RTPTransceiverDirectionSendrecv
		}
		if v.audio, err = add(webrtc.RTPCodecTypeAudio, direction); err != nil {
			return nil, err
		}
	}
	return senders, nil
}

// answer sets an offer and returns the answer with all of this machine's
// addresses in it.
func (v *viewer) answer(offer string) (string, error) {
	if err := v.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	a, err := v.pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(v.pc)
	if err := v.pc.SetLocalDescription(a); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(v.server.life, gatherWithin)
	defer cancel()
	select {
	case <-gathered:
	case <-ctx.Done():
		return "", errors.New("the monitor's own addresses could not be found in time")
	}
	return v.pc.LocalDescription().SDP, nil
}

// begin starts a goroutine of the session.
func (v *viewer) begin(f func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.closed {
		v.work.Go(f)
	}
}
