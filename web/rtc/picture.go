package rtc

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"babymonitor/camera"
	"babymonitor/web/rtc/mediaport"
	"babymonitor/web/rtc/packets"
)

// freshKey is how old a keyframe may be for a new phone to be given it and what
// followed; for an older one the camera is asked for the next. The camera gives
// no two keyframes within this time anyway.
const freshKey = 500 * time.Millisecond

// picture is the one video track: it watches the camera while somebody wants
// it, cuts each picture into packets once and sends them to every phone.
type picture struct {
	watch      func(context.Context) iter.Seq[camera.AccessUnit]
	requestKey func()
	ownKeys    bool
	port       *mediaport.Port
	clock      clock
	offset     uint32 // of the RTP timestamps
	demand     demand

	history *packets.History

	mu      sync.Mutex // guards what follows, and the packing of the history
	legs    []*pictureLeg
	profile packets.Profile
	known   bool      // profile is the stream's own
	keyAt   time.Time // when the newest keyframe came
}

// pictureLeg is a phone's place in the audience.
type pictureLeg struct {
	*leg
	live bool // the phone has a keyframe and gets all that follows
}

func newPicture(o Options, port *mediaport.Port, c clock) *picture {
	return &picture{
		watch: o.Watch, requestKey: o.RequestKey, ownKeys: o.OwnKeys, port: port, clock: c,
		offset:  rand.Uint32(),
		demand:  newDemand(),
		history: packets.NewHistory(uint16(rand.Uint32())),
		profile: packets.Baseline(),
	}
}

// run watches the camera whenever there is demand, until ctx ends.
func (p *picture) run(ctx context.Context) {
	if p.watch == nil {
		return
	}
	p.demand.serve(ctx, func(ctx context.Context) {
		for au := range p.watch(ctx) {
			p.publish(au)
		}
	})
}

// publish sends one picture to everyone.
func (p *picture) publish(au camera.AccessUnit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	since := p.clock.since(au.At)
	first, end := p.history.Pack(au.NALUs, p.offset+ticks(since, pictureRate), au.Key)
	if first == end {
		return
	}
	if au.Key {
		p.keyAt = time.Now()
		if q, ok := packets.ProfileOf(au.NALUs); ok {
			p.profile, p.known = q, true
		}
	}
	p.port.Cork()
	defer p.port.Uncork()
	for _, l := range p.legs {
		l.live = l.live || au.Key
		if l.live {
			p.sendRange(l, first, end)
		}
	}
}

// sendRange sends packets of the history to one phone. The caller holds mu.
func (p *picture) sendRange(l *pictureLeg, first, end uint64) {
	v := l.viewer
	v.send.Lock()
	defer v.send.Unlock()
	now := p.clock.since(time.Now())
	for i := first; i < end; i++ {
		l.write(p.history.At(i), now)
	}
}

// join begins to send to a phone that has connected: from the newest keyframe
// if it is fresh or there is no asking for another, else from the next.
func (p *picture) join(l *leg) {
	p.mu.Lock()
	defer p.mu.Unlock()
	place := &pictureLeg{leg: l}
	p.legs = append(p.legs, place)
	if key, ok := p.history.SinceKey(); ok && (p.ownKeys || time.Since(p.keyAt) < freshKey) {
		place.live = true
		p.port.Cork()
		defer p.port.Uncork()
		p.sendRange(place, key, p.history.Next())
		return
	}
	p.requestKey()
}

// leave ends sending to a phone. It may be called for one that never joined.
func (p *picture) leave(l *leg) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.legs = slices.DeleteFunc(p.legs, func(other *pictureLeg) bool { return other.leg == l })
}

// remind asks for a keyframe again while a phone still waits for one.
func (p *picture) remind() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.ContainsFunc(p.legs, func(l *pictureLeg) bool { return !l.live }) {
		p.requestKey()
	}
}

// streamProfile is the profile of the pictures, as far as known.
func (p *picture) streamProfile() packets.Profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.profile
}

// at returns the RTP timestamp of pictures captured at this time since zero.
func (p *picture) at(since time.Duration) uint32 { return p.offset + ticks(since, pictureRate) }
