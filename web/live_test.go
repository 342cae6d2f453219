package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/internal/state"
)

// event is one server-sent event.
type event struct {
	name string
	data map[string]json.RawMessage
}

// events reads a stream.
func events(t *testing.T, r *bufio.Reader) (e event, err error) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return e, err
		}
		switch line = strings.TrimSuffix(line, "\n"); {
		case line == "":
			return e, nil
		case strings.HasPrefix(line, "event: "):
			e.name = line[7:]
		case strings.HasPrefix(line, "data: "):
			if err := json.Unmarshal([]byte(line[6:]), &e.data); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestLiveTellsTheStateAndThenChanges(t *testing.T) {
	h := newHouse(t, nil)
	_, p := h.people(t)
	res, err := p.Get(h.front.URL + "/api/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", res.Header)
	}
	stream := bufio.NewReader(res.Body)
	sections := reflect.TypeFor[state.State]().NumField() + 1 // and the time
	first, err := events(t, stream)
	if err != nil || first.name != "state" || len(first.data) != sections {
		t.Fatalf("%s with %d sections, %v", first.name, len(first.data), err)
	}
	if got := string(first.data["viewers"]); got != "[]" {
		t.Errorf("nobody watches: %s", got)
	}
	if at, err := time.Parse(`"2006-01-02T15:04:05.000Z"`, string(first.data["time"])); err != nil || time.Since(at) > time.Minute {
		t.Errorf("time %s, %v", first.data["time"], err)
	}
	tick, err := events(t, stream)
	if err != nil || tick.name != "tick" || len(tick.data) != 1 {
		t.Errorf("%+v, %v", tick, err)
	}
	h.store.Update(func(s *state.State) { s.Night.Mode = "night" })
	for {
		e, err := events(t, stream)
		if err != nil {
			t.Fatal(err)
		}
		if e.name == "tick" {
			continue
		}
		if e.name != "change" || len(e.data) != 2 || !strings.Contains(string(e.data["night"]), `"mode":"night"`) {
			t.Errorf("%s %s", e.name, e.data)
		}
		return
	}
}

// listener collects what live tells one page, without a network.
type listener struct {
	http.ResponseWriter
	mu  sync.Mutex
	got []event
	t   *testing.T
	err error
}

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, l.err
	}
	e, err := events(l.t, bufio.NewReader(strings.NewReader(string(b))))
	if err != nil {
		l.t.Error(err)
	}
	l.got = append(l.got, e)
	return len(b), nil
}

func (l *listener) Flush() {}

func (l *listener) names() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var names []string
	for _, e := range l.got {
		names = append(names, e.name)
	}
	l.got = nil
	return strings.Join(names, " ")
}

func TestLiveMergesFastChangesAndRestsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &state.Store{}
		l := newLive(store)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = l.run(ctx) }()

		page := &listener{ResponseWriter: httptest.NewRecorder(), t: t}
		here, leave := context.WithCancel(t.Context())
		left := make(chan struct{})
		go func() {
			defer close(left)
			_ = l.serve(page, httptest.NewRequest("GET", "/", nil).WithContext(here))
		}()
		synctest.Wait()
		if got := page.names(); got != "state" {
			t.Errorf("at first: %s", got)
		}
		time.Sleep(3500 * time.Millisecond)
		if got := page.names(); got != "tick tick tick" {
			t.Errorf("in silence: %s", got)
		}
		for i := range 100 { // for one second
			store.Update(func(s *state.State) { s.Sound.Level = float64(-i) })
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		if n := len(strings.Fields(page.names())); n < 9 || n > 12 {
			t.Errorf("%d changes in a second", n)
		}
		store.Update(func(*state.State) {}) // nothing
		time.Sleep(200 * time.Millisecond)
		if got := page.names(); got != "" {
			t.Errorf("for no change: %s", got)
		}
		leave()
		<-left
		store.Update(func(s *state.State) { s.Sound.Level = 1 })
		time.Sleep(time.Second)
		before := l.version
		store.Update(func(s *state.State) { s.Sound.Level = 2 })
		time.Sleep(time.Second)
		if l.version != before || l.count() != 0 {
			t.Error("it works for nobody")
		}
		cancel()
		<-done
	})
}

func TestLiveIsBoundedAndDropsTheStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(&state.Store{})
		stuck := &listener{ResponseWriter: httptest.NewRecorder(), t: t, err: errors.New("timeout")}
		if err := l.serve(stuck, httptest.NewRequest("GET", "/", nil)); err != nil || l.count() != 0 {
			t.Errorf("%v, %d listen", err, l.count())
		}
		for range mostListeners {
			if !l.join() {
				t.Fatal("refused")
			}
		}
		var full *Problem
		if err := l.serve(stuck, httptest.NewRequest("GET", "/", nil)); !errors.As(err, &full) || full.Status != 503 || full.after == 0 {
			t.Errorf("one too many: %v", err)
		}
	})
}

func TestABackAndForthIsNotMissed(t *testing.T) {
	store := &state.Store{}
	l := newLive(store)
	set := func(level float64) { store.Update(func(s *state.State) { s.Sound.Level = level }) }
	set(1)
	l.join()
	_, first, _ := l.since(0)
	set(2)
	l.join() // the second page sees 2
	_, second, _ := l.since(0)
	set(1)
	l.tell(store.Get())
	for _, version := range []int{first, second} {
		news, _, _ := l.since(version)
		if !strings.Contains(string(news["sound"]), `"level":1`) {
			t.Errorf("from version %d on: %s", version, news["sound"])
		}
	}
}
