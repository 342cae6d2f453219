package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"babymonitor/internal/state"
)

const (
	mostListeners = 50
	liveEvery     = 100 * time.Millisecond // changes that come faster are told together
	liveSilence   = time.Second            // after which a tick says that all is well
	liveWrite     = 10 * time.Second       // how long a listener may be stuck
)

// live tells every open page what is true and then what changes, as
// server-sent events. Each section of the state is put into words once for all
// listeners, and only while there are any.
type live struct {
	store *state.Store
	wall  func() time.Time // time.Now but in tests, where the clock is set meanwhile

	mu        sync.Mutex
	listeners int
	version   int                // counts the changes
	sections  map[string]section // by name
	changed   chan struct{}      // closed and replaced at each change
	wanted    chan struct{}      // one token: somebody listens
}

// section is one part of the state, in JSON.
type section struct {
	text    json.RawMessage
	version int // of the last change
}

func newLive(store *state.Store) *live {
	return &live{store: store, wall: time.Now, sections: map[string]section{}, changed: make(chan struct{}), wanted: make(chan struct{}, 1)}
}

// run follows the state until ctx ends.
func (l *live) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.wanted:
		}
		for now := range l.store.Watch(ctx) {
			if !l.tell(now) {
				break
			}
			select {
			case <-ctx.Done():
			case <-time.After(liveEvery):
			}
		}
	}
}

// tell notes what of now is new, and says whether anybody listens.
func (l *live) tell(now state.State) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listeners == 0 {
		return false
	}
	l.note(now)
	return true
}

func (l *live) note(now state.State) {
	fresh := false
	for name, text := range sectionsOf(now.Dated(time.Now(), l.wall())) {
		if bytes.Equal(text, l.sections[name].text) {
			continue
		}
		if !fresh {
			fresh = true
			l.version++
		}
		l.sections[name] = section{text, l.version}
	}
	if fresh {
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// join adds a listener. The caller calls leave.
func (l *live) join() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listeners >= mostListeners {
		return false
	}
	l.listeners++
	l.note(l.store.Get())
	select {
	case l.wanted <- struct{}{}:
	default:
	}
	return true
}

func (l *live) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listeners--
}

// since returns the sections that are newer than version, the newest version,
// and what is closed when there is a newer one.
func (l *live) since(version int) (news map[string]json.RawMessage, newest int, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	news = map[string]json.RawMessage{}
	for name, s := range l.sections {
		if s.version > version {
			news[name] = s.text
		}
	}
	return news, l.version, l.changed
}

// count returns how many listen.
func (l *live) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.listeners
}

// serve tells one listener, for as long as the request and its login live.
func (l *live) serve(w http.ResponseWriter, r *http.Request) error {
	if !l.join() {
		return &Problem{Status: http.StatusServiceUnavailable, after: 5 * time.Second,
			Detail: "too many pages are open; close the monitor's page somewhere"}
	}
	defer l.leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	event, version := "state", 0
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	for {
		news, newest, changed := l.since(version)
		if len(news) > 0 {
			if writeEvent(w, event, news) != nil {
				return nil
			}
			event, version = "change", newest
		}
		quiet.Reset(liveSilence)
		select {
		case <-r.Context().Done():
			return nil
		case <-changed:
		case <-quiet.C:
			if writeEvent(w, "tick", map[string]json.RawMessage{}) != nil {
				return nil
			}
		}
	}
}

// writeEvent sends one event with the time in it.
func writeEvent(w http.ResponseWriter, event string, sections map[string]json.RawMessage) error {
	sections["time"] = clock()
	text, err := json.Marshal(sections)
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(liveWrite))
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, text); err != nil {
		return err
	}
	return control.Flush()
}

// clock is the device's time as JSON.
func clock() json.RawMessage {
	return json.RawMessage(`"` + time.Now().UTC().Format("2006-01-02T15:04:05.000Z") + `"`)
}

// sectionsOf puts each section of the state into JSON. Lists are never null.
func sectionsOf(now state.State) map[string]json.RawMessage {
	now.Device.HTTP = orEmpty(now.Device.HTTP)
	now.Device.HTTPS = orEmpty(now.Device.HTTPS)
	now.Device.Certificate.Names = orEmpty(now.Device.Certificate.Names)
	now.Speaker.Talking = orEmpty(now.Speaker.Talking)
	now.Viewers = orEmpty(now.Viewers)
	now.Rooms = orEmpty(now.Rooms)
	if now.Head.Presets == nil {
		now.Head.Presets = map[string]state.Pose{}
	}
	sections := map[string]json.RawMessage{}
	text, err := json.Marshal(now)
	if err == nil {
		err = json.Unmarshal(text, &sections)
	}
	if err != nil { // a number that JSON does not have
		return map[string]json.RawMessage{}
	}
	return sections
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// state answers with all that is true now.
func (s *Server) state(w http.ResponseWriter, _ *http.Request) error {
	all := sectionsOf(s.o.State.Get().Dated(time.Now(), s.live.wall()))
	if len(all) == 0 {
		return refuse(http.StatusInternalServerError, "the state cannot be told; a device measures something impossible")
	}
	all["time"] = clock()
	return respond(w, http.StatusOK, all)
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	reason, ok := "ok", true
	if s.o.Health != nil {
		reason, ok = s.o.Health()
	}
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, reason)
		return nil
	}
	fmt.Fprintln(w, "ok")
	return nil
}
