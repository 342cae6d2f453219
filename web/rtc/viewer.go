package rtc

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"babymonitor/internal/state"
	"babymonitor/web/access"
	"babymonitor/web/rtc/bandwidth"
)

// viewer is one phone's session.
type viewer struct {
	server *Server
	id     string
	caller access.Caller
	from   string // network address without port
	since  time.Time
	talk   bool // the phone may speak and said in its offer that it might
	whep   bool

	pc      *webrtc.PeerConnection
	video   *leg // nil without picture
	audio   *leg // nil without sound
	network *bandwidth.Estimator
	budget  budget // for retransmissions; belongs to the picture's RTCP reader

	send sync.Mutex // guards the legs and tseq
	tseq uint16     // transport-wide sequence number of the next packet

	negotiating sync.Mutex // one description at a time; guards offer
	offer       *offer
	heard       atomic.Int64 // when the phone was last heard: clock time in ns
	rtt         atomic.Int64 // round trip time by the newest report, ns
	talking     atomic.Bool
	transport   atomic.Value // string: protocol of the path in use

	mu        sync.Mutex
	connected bool      // has been at least once
	trouble   time.Time // since when it is disconnected; zero while it is not
	closed    bool
	sockets   []*socket // signalling connections that could restart ICE
	packets   uint32    // packets and checks that ICE has received so far
	loose     func()    // ends the watch over the login; nil before it begins
	work      sync.WaitGroup
}

// hear notes that the phone gave a sign of life.
func (v *viewer) hear() { v.heard.Store(int64(v.server.clock.since(time.Now()))) }

// watchState follows the connection. The calls may come in any order, therefore
// it looks for itself.
func (v *viewer) watchState(webrtc.PeerConnectionState) {
	switch v.pc.ConnectionState() {
	case webrtc.PeerConnectionStateConnected:
		v.onConnected()
	case webrtc.PeerConnectionStateDisconnected, webrtc.PeerConnectionStateFailed:
		v.mu.Lock()
		if v.trouble.IsZero() {
			v.trouble = time.Now()
		}
		v.mu.Unlock()
		v.server.notify()
	case webrtc.PeerConnectionStateClosed:
		v.close("the phone left")
	}
}

func (v *viewer) onConnected() {
	v.hear()
	v.mu.Lock()
	first := !v.connected && !v.closed
	returned := v.connected && !v.trouble.IsZero()
	v.connected, v.trouble = true, time.Time{}
	v.mu.Unlock()
	switch {
	case first:
		v.join()
	case returned: // what was sent meanwhile is lost
		v.server.o.RequestKey()
	}
	v.server.notify()
}

// join begins to send. Sound begins at once, the picture with a keyframe.
func (v *viewer) join() {
	v.report()
	if v.audio != nil {
		v.server.sound.join(v.audio)
	}
	if v.video != nil {
		v.server.picture.join(v.video)
	}
	if !v.open() { // it left while it joined
		v.leave()
	}
	v.server.o.Log.Info("a phone watches", "name", v.caller.Name, "from", v.from, "after", time.Since(v.since).Round(time.Millisecond))
}

func (v *viewer) leave() {
	if v.audio != nil {
		v.server.sound.leave(v.audio)
	}
	if v.video != nil {
		v.server.picture.leave(v.video)
	}
}

// open tells whether the session has not ended.
func (v *viewer) open() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !v.closed
}

// isConnected tells whether the phone has connected.
func (v *viewer) isConnected() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.connected
}

// watchLogin ends the session with the login that it was opened under.
func (v *viewer) watchLogin() {
	login, cancel := v.caller.Bind(v.server.life)
	stop := context.AfterFunc(login, func() {
		if v.server.life.Err() == nil {
			v.dismiss("You have been logged out.")
		}
	})
	loose := func() {
		stop()
		cancel()
	}
	v.mu.Lock()
	closed := v.closed
	v.loose = loose
	v.mu.Unlock()
	if closed {
		loose()
	}
}

// dismiss ends the session and tells the phone why.
func (v *viewer) dismiss(why string) {
	v.tell(message{Type: "error", Value: "webrtc: " + why, Code: "ended", Session: v.id})
	v.close(why)
}

// close ends the session, for any number of reasons at once. It does not wait;
// the server does, when it stops.
func (v *viewer) close(why string) {
	v.mu.Lock()
	was, loose := v.closed, v.loose
	v.closed = true
	v.mu.Unlock()
	if was {
		return
	}
	if loose != nil {
		loose()
	}
	v.leave()
	v.server.forget(v)
	v.server.wake(v.offer, -1)
	v.server.o.Log.Info("a phone's session ends", "name", v.caller.Name, "from", v.from, "why", why)
	go func() { // the server waits for it by the place that the session has
		defer v.server.work.Done()
		_ = v.pc.Close()
		v.work.Wait()
	}()
}

// standing gathers what the verdict needs.
func (v *viewer) standing(now time.Time) standing {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := standing{age: now.Sub(v.since), connected: v.connected, socket: len(v.sockets) > 0,
		silent: v.server.clock.since(now) - time.Duration(v.heard.Load())}
	if !v.trouble.IsZero() {
		s.troubled = now.Sub(v.trouble)
	}
	return s
}

// facts is what others may know about the session.
func (v *viewer) facts() state.Viewer {
	f := state.Viewer{ID: v.id, Name: v.caller.Name, Role: string(v.caller.Role), From: v.from, Since: v.since, Talking: v.talking.Load()}
	if !v.isConnected() {
		return f
	}
	f.Transport, _ = v.transport.Load().(string)
	f.Bitrate = v.network.Bitrate()
	f.Loss = v.network.Loss()
	f.RTT = float64(v.rtt.Load()) / float64(time.Millisecond)
	return f
}

func (v *viewer) iceTransport() *webrtc.ICETransport { return v.pc.SCTP().Transport().ICETransport() }

// hearICE counts what ICE has received as signs of life: packets, and the checks
// by which a phone renews its consent (RFC 7675).
func (v *viewer) hearICE() {
	stats, ok := v.iceTransport().GetSelectedCandidatePairStats()
	if !ok {
		return
	}
	n := stats.PacketsReceived + uint32(stats.RequestsReceived) + uint32(stats.ResponsesReceived)
	v.mu.Lock()
	changed := n != v.packets
	v.packets = n
	v.mu.Unlock()
	if changed {
		v.hear()
	}
}

// adapt asks for what the phone's network needs now.
func (v *viewer) adapt() {
	if v.video == nil {
		return
	}
	d := holdFor(v.network.Loss(), time.Duration(v.rtt.Load()))
	v.send.Lock()
	v.video.delay(d)
	v.send.Unlock()
}
