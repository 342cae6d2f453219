package rtc

import (
	"context"
	"errors"
	"sync"
	"time"

	"babymonitor/internal/state"
	"babymonitor/web/rtc/bandwidth"
	"babymonitor/web/rtc/mediaport"
)

// Server serves all phones' sessions. Everything of it may be called from any
// goroutine.
type Server struct {
	o       Options
	port    *mediaport.Port
	engine  *engine
	clock   clock
	picture *picture
	sound   *sound
	counts  counts

	life context.Context // ends with Run, or with Close
	end  context.CancelFunc

	mu      sync.Mutex
	viewers map[string]*viewer
	opening int  // sessions being opened
	stopped bool // no further sessions
	limits  limits
	work    sync.WaitGroup

	changed chan struct{} // holds one token when viewers have changed
}

// New opens the media port. The sessions are served once [Server.Run] runs. The
// error says what to do.
func New(o Options) (*Server, error) {
	o = o.filled()
	port, err := mediaport.Listen(o.MediaPort, o.Log)
	if err != nil {
		return nil, err
	}
	e, err := newEngine(port, pionLog{o.Log})
	if err != nil {
		return nil, errors.Join(err, port.Close())
	}
	c := clock{time.Now()}
	s := &Server{
		o: o, port: port, engine: e, clock: c, limits: usualLimits(),
		picture: newPicture(o, port, c),
		sound:   newSound(o, port, c),
		viewers: make(map[string]*viewer),
		changed: make(chan struct{}, 1),
	}
	s.life, s.end = context.WithCancel(context.Background())
	return s, nil
}

// Port is the number of the media port, UDP and TCP.
func (s *Server) Port() int { return s.port.Number() }

// Run serves until ctx ends; then it ends all sessions, closes the port and
// returns nil. It is called once.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, s.end)
	defer stop()
	var tracks sync.WaitGroup
	tracks.Go(func() { s.picture.run(s.life) })
	tracks.Go(func() { s.sound.run(s.life) })
	s.watchOver()
	tracks.Wait()
	return s.shut()
}

// shut ends everything that is still there.
func (s *Server) shut() error {
	s.end()
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	for _, v := range s.list() {
		v.close("the monitor stops")
	}
	s.work.Wait()
	s.o.Viewers(nil)
	return s.port.Close()
}

// Close gives up a server that never ran.
func (s *Server) Close() error { return s.shut() }

// watchOver looks after the sessions once a second, and tells who watches.
func (s *Server) watchOver() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	rate := steering{now: s.o.MaxBitrate}
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.changed:
		case <-tick.C:
			s.care()
			s.steer(&rate)
			if len(s.list()) == 0 {
				continue
			}
		}
		s.o.Viewers(s.Viewers())
	}
}

// care ends sessions that have died, and reports to the others.
func (s *Server) care() {
	now := time.Now()
	s.mu.Lock()
	l := s.limits
	s.mu.Unlock()
	for _, v := range s.list() {
		v.hearICE()
		if why := verdict(v.standing(now), l); why != "" {
			v.close(why)
			continue
		}
		v.report()
		v.adapt()
	}
	s.picture.remind()
}

// steering is the way of the shared encoder's bitrate.
type steering struct {
	now int
	at  time.Duration
}

// steer moves the encoder towards what the phones' networks carry.
func (s *Server) steer(r *steering) {
	var estimates []int
	for _, v := range s.list() {
		if v.video != nil && v.isConnected() {
			estimates = append(estimates, v.network.Bitrate())
		}
	}
	now := s.clock.since(time.Now())
	want := bandwidth.Share(estimates, bandwidth.Limits{Min: s.o.MinBitrate, Max: s.o.MaxBitrate})
	next := bandwidth.Steer(r.now, want, min(now-r.at, 2*time.Second))
	r.at = now
	if next != r.now {
		r.now = next
		s.o.SetBitrate(next)
	}
}

// Viewers lists who watches, in order of their coming.
func (s *Server) Viewers() []state.Viewer {
	list := s.list()
	facts := make([]state.Viewer, 0, len(list))
	for _, v := range list {
		facts = append(facts, v.facts())
	}
	return facts
}

// Kick ends one session. It tells whether there was one with this id.
func (s *Server) Kick(id string) bool {
	v := s.find(id)
	if v == nil {
		return false
	}
	v.dismiss("Somebody has ended this session.")
	return true
}

// EndSession ends all that was opened under a login session. Sessions whose
// caller tells of the login's end (access.Caller.Ended) end by themselves.
func (s *Server) EndSession(session string) {
	if session == "" {
		return
	}
	for _, v := range s.list() {
		if v.caller.Session == session {
			v.dismiss("You have been logged out.")
		}
	}
}

// EndUser ends all sessions of a person.
func (s *Server) EndUser(name string) {
	for _, v := range s.list() {
		if v.caller.Name == name {
			v.dismiss("You have been logged out.")
		}
	}
}

// notify says that who watches has changed.
func (s *Server) notify() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}
