package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"babymonitor/camera"
	"babymonitor/internal/config"
	"babymonitor/internal/state"
	"babymonitor/servo"
	"babymonitor/web/access"
)

// house is a monitor of fakes that remember what they were told.
type house struct {
	t      *testing.T
	server *Server
	store  *state.Store
	front  *httptest.Server

	mu      sync.Mutex
	orders  []string // what reached a device
	presets map[string]servo.Pose
	uploads int64 // bytes
}

func (h *house) did(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.orders = append(h.orders, what)
}

func (h *house) done() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := h.orders
	h.orders = nil
	return all
}

func (h *house) Drive(servo.Velocity) { h.did("drive") }

func (h *house) GoTo(servo.Pose) error { h.did("go"); return nil }

func (h *house) GoToPreset(name string) error { h.did("preset " + name); return nil }

func (h *house) Presets() map[string]servo.Pose { return h.presets }

func (h *house) SavePreset(name string, _ servo.Pose) error {
	h.did("save " + name)
	return nil
}

func (h *house) DeletePreset(name string) error { h.did("delete " + name); return nil }

func (h *house) List() []Lullaby { return []Lullaby{{ID: "brahms", Title: "Lullaby", Kind: "melody"}} }

func (h *house) Remove(id string) error {
	h.did("remove " + id)
	return fs.ErrNotExist
}

func (h *house) Add(_ context.Context, name string, sound io.Reader) (Lullaby, error) {
	n, err := io.Copy(io.Discard, sound)
	h.mu.Lock()
	h.uploads += n
	h.mu.Unlock()
	if err == nil && strings.HasSuffix(name, ".txt") {
		err = errors.New("this is no sound")
	}
	h.did("add " + name)
	return Lullaby{ID: "own", Title: name, Kind: "own"}, err
}

func (h *house) Update(bundle io.Reader, size int64) error {
	n, err := io.Copy(io.Discard, bundle)
	if err == nil && size > 0 && size < n {
		err = errors.New("it is larger than it was said to be")
	}
	h.did("update of " + strconv.FormatInt(n, 10))
	return err
}

func (h *house) Restart() error { h.did("restart"); return nil }

func (h *house) Reset() error { h.did("reset"); return nil }

func (h *house) Backup(to io.Writer) error {
	h.did("backup")
	_, err := io.WriteString(to, "everything")
	return err
}

func (h *house) Restore(backup io.Reader) error {
	text, err := io.ReadAll(backup)
	h.did("restore " + string(text))
	if err == nil && string(text) != "everything" {
		err = &Problem{Status: http.StatusUnprocessableEntity, Detail: "this is no back-up"}
	}
	return err
}

func (h *house) Diagnose(_ context.Context, to io.Writer, secrets []string) error {
	h.did("diagnose without " + strings.Join(secrets, ","))
	_, err := io.WriteString(to, "PK")
	return err
}

func (h *house) Change([]byte) error { h.did("sim"); return nil }

func (h *house) SpeakerWAV(to io.Writer, _ float64) error {
	_, err := io.WriteString(to, "RIFF")
	return err
}

func (h *house) pictures(ctx context.Context) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for ctx.Err() == nil && yield([]byte("jpeg")) {
			<-ctx.Done()
		}
	}
}

func (h *house) options() Options {
	book, err := config.Open(config.DefaultSim(), filepath.Join(h.t.TempDir(), "settings.toml"), slog.New(slog.DiscardHandler))
	if err != nil {
		h.t.Fatal(err)
	}
	behind := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			caller, ok := access.CallerFrom(r.Context())
			if !ok {
				h.t.Errorf("%s is asked by nobody", name)
			}
			h.did(name + " for " + caller.Name)
		})
	}
	return Options{
		Log: slog.New(slog.DiscardHandler), Data: h.t.TempDir(), OpenSetup: true, State: h.store, Settings: book,
		Page: fstest.MapFS{
			"index.html":            {Data: []byte("<!doctype html>")},
			"assets/app-1a2b.js":    {Data: []byte("plain script")},
			"assets/app-1a2b.js.br": {Data: []byte("br")},
			"assets/app-1a2b.js.gz": {Data: []byte("gz")},
		},
		Head: h, Presets: h, Lullabies: h, Sim: h, Care: h,
		Doctor:   func(context.Context) []Finding { return []Finding{{Device: "camera", OK: true, Says: "fine"}} },
		Night:    func(mode string) error { h.did("night " + mode); return nil },
		Zoom:     func(camera.Rect) error { h.did("zoom"); return nil },
		Player:   func(o PlayerOrder) error { h.did("player " + o.Action); return nil },
		Snapshot: func(context.Context) ([]byte, error) { return []byte("jpeg"), nil },
		Pictures: h.pictures,
		Whep:     behind("whep"), Socket: behind("socket"),
		Kick: func(id string) bool { h.did("kick " + id); return id == "1" },
	}
}

func newHouse(t *testing.T, change func(*Options)) *house {
	t.Helper()
	h := &house{t: t, store: &state.Store{}, presets: map[string]servo.Pose{"home": {}}}
	h.store.Update(func(s *state.State) {
		s.Device.Name = "Nursery"
		s.Head.Condition = state.OK
		s.Head.PanMin, s.Head.PanMax, s.Head.TiltMin, s.Head.TiltMax = -80, 80, -40, 60
	})
	o := h.options()
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	h.server = s
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.live.run(ctx)
	}()
	h.front = httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		h.front.CloseClientConnections()
		h.front.Close()
		cancel()
		<-done
	})
	return h
}

// phone is a browser with its cookies.
type phone struct {
	t *testing.T
	h *house
	http.Client
}

func (h *house) phone(t *testing.T) *phone {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &phone{t, h, http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers are names and values by turns.
func (p *phone) ask(method, path, body string, headers ...string) answer {
	p.t.Helper()
	r, err := http.NewRequest(method, p.h.front.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	res, err := p.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

func (p *phone) want(status int, method, path, body string, headers ...string) answer {
	p.t.Helper()
	a := p.ask(method, path, body, headers...)
	if a.status != status {
		p.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, a.status, a.body, status)
	}
	if a.status >= 400 && path != "/healthz" {
		var problem Problem
		if err := json.Unmarshal([]byte(a.body), &problem); err != nil || problem.Detail == "" || problem.Status != status ||
			a.header.Get("Content-Type") != "application/problem+json" {
			p.t.Errorf("%s %s: the problem is %q, %v", method, path, a.body, err)
		}
	}
	return a
}

// people sets the monitor up and returns a parent's and a viewer's phone.
func (h *house) people(t *testing.T) (parent, viewer *phone) {
	t.Helper()
	parent, viewer = h.phone(t), h.phone(t)
	parent.want(200, "POST", "/api/setup", `{"name":"anna","password":"anna's password"}`)
	parent.want(201, "POST", "/api/users", `{"name":"bob","role":"viewer","password":"bob's password"}`)
	viewer.want(200, "POST", "/api/login", `{"name":"bob","password":"bob's password"}`)
	return parent, viewer
}
