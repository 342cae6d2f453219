package rtc

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/camera"
	"babymonitor/internal/state"
	"babymonitor/web/access"
	"babymonitor/web/rtc/rtctest"
)

// patience bounds how long a test waits for what must happen; it is no measure.
const patience = 60 * time.Second

// house is all that a server lives in, faked: a camera of 50 pictures a second,
// a microphone, a speaker, a head and a door.
type house struct {
	t      testing.TB
	server *Server
	door   *httptest.Server
	login  context.Context // the guest's
	logout context.CancelFunc

	size      int // bytes of a picture
	keyWanted atomic.Bool
	keys      atomic.Int32 // keyframes made
	watching  atomic.Int32
	hearing   atomic.Int32
	asked     atomic.Int32 // keyframes asked for

	mu      sync.Mutex
	changed chan struct{}
	viewers []state.Viewer
	said    map[string][]byte // by name: first byte of each packet
	talks   int               // stretches of speech that have ended
	driven  []velocity
	rates   []int
}

// parent and guest are people who come through the door.
var (
	parent = access.Caller{Name: "Ada", Role: access.Parent, Session: "s1"}
	guest  = access.Caller{Name: "Bob", Role: access.Viewer, Session: "s2"}
)

// open builds a house and runs its server until the test ends.
func open(t testing.TB, change func(*Options)) *house {
	t.Helper()
	h := &house{t: t, size: 4000, changed: make(chan struct{}), said: make(map[string][]byte)}
	h.login, h.logout = context.WithCancel(context.Background())
	t.Cleanup(h.logout)
	o := Options{
		Watch: h.watch, Hear: h.hear, Talk: h.talk,
		RequestKey: func() { h.asked.Add(1); h.keyWanted.Store(true) },
		SetBitrate: func(b int) { h.note(func() { h.rates = append(h.rates, b) }) },
		Drive:      func(p, q float64) { h.note(func() { h.driven = append(h.driven, velocity{p, q}) }) },
		Viewers:    func(v []state.Viewer) { h.note(func() { h.viewers = v }) },
	}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	h.server = s
	mux := http.NewServeMux()
	mux.Handle("/whep", s.WHEP("/whep"))
	mux.Handle("/whep/", s.WHEP("/whep"))
	mux.Handle("/api/ws", s.WebSocket())
	h.door = httptest.NewServer(h.letIn(mux))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
		h.door.Close()
	})
	return h
}

// letIn stands for the login: the name in HTTP Basic says who it is. The guest's
// login can end.
func (h *house) letIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := r.BasicAuth()
		for _, c := range []access.Caller{parent, guest} {
			if c.Name == name {
				if c == guest {
					c = c.Until(h.login)
				}
				r = r.WithContext(access.WithCaller(r.Context(), c))
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (h *house) watch(ctx context.Context) iter.Seq[camera.AccessUnit] {
	return func(yield func(camera.AccessUnit) bool) {
		h.watching.Add(1)
		defer h.watching.Add(-1)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for key := true; ; key = h.keyWanted.Swap(false) {
			if key {
				h.keys.Add(1)
			}
			if !yield(testUnit(time.Now(), key, h.size)) {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

// testUnit is a picture of about size bytes that no decoder has to like.
func testUnit(at time.Time, key bool, size int) camera.AccessUnit {
	au := camera.AccessUnit{At: at, Key: key}
	slice := make([]byte, size)
	slice[0] = 0x41
	if key {
		slice[0] = 0x65
		au.NALUs = [][]byte{{0x67, 0x42, 0xc0, 0x1f, 1, 2, 3}, {0x68, 0xce, 0x3c, 0x80}}
	}
	au.NALUs = append(au.NALUs, slice)
	return au
}

func (h *house) hear(ctx context.Context) iter.Seq[audio.Packet] {
	return func(yield func(audio.Packet) bool) {
		h.hearing.Add(1)
		defer h.hearing.Add(-1)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for yield(audio.Packet{At: time.Now(), Data: make([]byte, 80)}) {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

func (h *house) talk(_ context.Context, name string, packets iter.Seq[audio.Packet]) error {
	for p := range packets {
		h.note(func() { h.said[name] = append(h.said[name], p.Data[0]) })
	}
	h.note(func() { h.talks++ })
	return nil
}

func (h *house) note(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.changed)
	h.changed = make(chan struct{})
}

// until waits until what the house knows is so.
func (h *house) until(what string, so func() bool) {
	h.t.Helper()
	late := time.After(patience)
	look := time.NewTicker(10 * time.Millisecond) // for what announces itself to nobody
	defer look.Stop()
	for {
		h.mu.Lock()
		ok, changed := so(), h.changed
		h.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-look.C:
		case <-late:
			h.t.Fatalf("it never came that %s", what)
		}
	}
}

// dial lets a phone in.
func (h *house) dial(c rtctest.Config) *rtctest.Viewer {
	h.t.Helper()
	v, err := h.try(c)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(v.Close)
	return v
}

func (h *house) try(c rtctest.Config) (*rtctest.Viewer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.URL = h.door.URL
	if c.Name == "" {
		c.Name = parent.Name
	}
	return rtctest.Dial(ctx, c)
}

// wait waits until a phone has what it needs.
func (h *house) wait(v *rtctest.Viewer, enough func(rtctest.Stats) bool) rtctest.Stats {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := v.Wait(ctx, enough)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// seen is when a phone has a picture and sound.
func seen(s rtctest.Stats) bool { return s.Keys > 0 && s.Frames > 5 && s.Sound > 5 }

// setLimits makes sessions shorter.
func (s *Server) setLimits(l limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l
}
