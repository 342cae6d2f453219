package web

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"babymonitor/audio/lullaby"
	"babymonitor/camera"
	"babymonitor/internal/state"
	"babymonitor/servo"
)

func TestSetupLoginLogout(t *testing.T) {
	h := newHouse(t, nil)
	p := h.phone(t)
	if a := p.want(200, "GET", "/api/setup", ""); a.body != `{"needed":true,"code":false}`+"\n" {
		t.Error(a.body)
	}
	p.want(422, "POST", "/api/setup", `{"name":"anna","password":"short"}`)
	a := p.want(200, "POST", "/api/setup", `{"code":"","name":"anna","password":"anna's password"}`)
	cookie := a.header.Get("Set-Cookie")
	for _, part := range []string{"babymonitor=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=7776000"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q has no %s", cookie, part)
		}
	}
	if strings.Contains(cookie, "Secure") || a.body != `{"name":"anna","role":"parent"}`+"\n" {
		t.Errorf("%s %s", cookie, a.body)
	}
	p.want(409, "POST", "/api/setup", `{"name":"eve","password":"eve's password"}`)
	p.want(200, "GET", "/api/session", "")
	p.want(204, "POST", "/api/logout", "")
	p.want(401, "GET", "/api/session", "")
	p.want(401, "POST", "/api/login", `{"name":"anna","password":"wrong password"}`)
	p.want(200, "POST", "/api/login", `{"name":"Anna","password":"anna's password"}`)
	p.want(200, "GET", "/api/session", "")
}

func TestGuessingAtTheDoor(t *testing.T) {
	h := newHouse(t, nil)
	h.people(t)
	p := h.phone(t)
	for range 5 {
		p.want(401, "POST", "/api/login", `{"name":"anna","password":"wrong password"}`)
	}
	a := p.want(429, "POST", "/api/login", `{"name":"anna","password":"anna's password"}`)
	if a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "wait") {
		t.Errorf("%v %s", a.header, a.body)
	}
}

func TestSecureCookie(t *testing.T) {
	h := newHouse(t, nil)
	front := httptest.NewUnstartedServer(h.server.Handler())
	front.Listener = tls.NewListener(front.Listener, h.server.cert.TLS())
	front.Start()
	defer front.Close()
	front.URL = "https" + strings.TrimPrefix(front.URL, "http")
	h.front = front
	p := h.phone(t)
	p.Transport = &http.Transport{TLSClientConfig: trusting(h.server)}
	defer p.CloseIdleConnections()
	a := p.want(200, "POST", "/api/setup", `{"name":"anna","password":"anna's password"}`)
	if c := a.header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-babymonitor=") || !strings.Contains(c, "Secure") {
		t.Errorf("the cookie is %q", c)
	}
	p.want(200, "GET", "/api/session", "")
}

func TestUsersAndPasswords(t *testing.T) {
	h := newHouse(t, nil)
	p, bob := h.people(t)
	if a := p.want(200, "GET", "/api/users", ""); a.body != `[{"name":"anna","role":"parent"},{"name":"bob","role":"viewer"}]`+"\n" {
		t.Error(a.body)
	}
	p.want(409, "POST", "/api/users", `{"name":"BOB","role":"viewer","password":"bob's password"}`)
	p.want(422, "POST", "/api/users", `{"name":"carl","role":"king","password":"carl's password"}`)
	p.want(409, "DELETE", "/api/users/anna", "")
	p.want(404, "DELETE", "/api/users/carl", "")

	other := h.phone(t)
	other.want(200, "POST", "/api/login", `{"name":"bob","password":"bob's password"}`)
	bob.want(403, "POST", "/api/password", `{"old":"wrong password","new":"bob's new password"}`)
	bob.want(422, "POST", "/api/password", `{"old":"bob's password","new":"short"}`)
	bob.want(204, "POST", "/api/password", `{"old":"bob's password","new":"bob's new password"}`)
	bob.want(200, "GET", "/api/session", "")
	other.want(401, "GET", "/api/session", "")

	res, err := bob.Get(h.front.URL + "/api/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	p.want(204, "DELETE", "/api/users/bob", "")
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Errorf("his stream ended with %v", err)
	}
	bob.want(401, "GET", "/api/live", "")
}

func TestOrders(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	h.done()
	for _, tt := range []struct {
		method, path, body string
		status             int
		did                string
	}{
		{"POST", "/api/head", `{"pan":10,"tilt":-5.5}`, 200, "go"},
		{"POST", "/api/head", `{"pan":10}`, 200, "go"},
		{"POST", "/api/head", `{"preset":"home"}`, 200, "preset home"},
		{"POST", "/api/head", `{"pan_speed":-1,"tilt_speed":0.5}`, 200, "drive"},
		{"POST", "/api/head", `{"pan":81}`, 422, ""},
		{"POST", "/api/head", `{"pan_speed":1.01}`, 422, ""},
		{"POST", "/api/head", `{"pan":1,"pan_speed":1}`, 422, ""},
		{"POST", "/api/head", `{}`, 422, ""},
		{"POST", "/api/head", `{"pan":"1"}`, 422, ""},
		{"POST", "/api/head", `{"pan":1,"speed":1}`, 422, ""},
		{"POST", "/api/head", `{"pan":1`, 400, ""},
		{"POST", "/api/head", `[1]`, 422, ""},
		{"POST", "/api/head", `null`, 422, ""},
		{"POST", "/api/head", ``, 400, ""},
		{"POST", "/api/head", `{"pan":1} {}`, 400, ""},
		{"POST", "/api/head", `{"pan":1e400}`, 422, ""},
		{"POST", "/api/head", strings.Repeat(" ", mostJSON+1), 413, ""},
		{"GET", "/api/presets/home", ``, 200, ""},
		{"GET", "/api/presets/crib", ``, 404, ""},
		{"PUT", "/api/presets/crib", `{"pan":1,"tilt":2}`, 200, "save crib"},
		{"PUT", "/api/presets/crib", ``, 200, "save crib"},
		{"PUT", "/api/presets/crib", `{"pan":1}`, 422, ""},
		{"DELETE", "/api/presets/crib", ``, 204, "delete crib"},
		{"POST", "/api/night", `{"mode":"night"}`, 200, "night night"},
		{"POST", "/api/night", `{"mode":"dark"}`, 422, ""},
		{"POST", "/api/zoom", `{"x":0.5,"y":0.5,"w":0.5,"h":0.5}`, 200, "zoom"},
		{"POST", "/api/zoom", `{"x":0.6,"y":0.5,"w":0.5,"h":0.5}`, 422, ""},
		{"POST", "/api/zoom", `{"x":0,"y":0,"w":0,"h":1}`, 422, ""},
		{"POST", "/api/zoom", `{"x":0,"y":0,"w":1}`, 422, ""},
		{"POST", "/api/player", `{"action":"play","track":"brahms","volume":30,"timer_minutes":15,"loop":true}`, 200, "player play"},
		{"POST", "/api/player", `{"action":"volume","volume":0}`, 200, "player volume"},
		{"POST", "/api/player", `{"action":"volume"}`, 422, ""},
		{"POST", "/api/player", `{"action":"pause"}`, 422, ""},
		{"POST", "/api/player", `{"action":"play","track":"none"}`, 422, ""},
		{"POST", "/api/player", `{"action":"play","volume":101}`, 422, ""},
		{"POST", "/api/player", `{"action":"play","volume":1.5}`, 422, ""},
		{"POST", "/api/player", `{"action":"play","timer_minutes":-1}`, 422, ""},
		{"DELETE", "/api/lullabies/own", ``, 404, "remove own"},
		{"DELETE", "/api/viewers/1", ``, 204, "kick 1"},
		{"DELETE", "/api/viewers/2", ``, 404, "kick 2"},
		{"POST", "/api/sim", `{"cry":true}`, 204, "sim"},
		{"POST", "/api/sim", `{`, 400, ""},
		{"GET", "/api/sim/speaker.wav?seconds=x", ``, 422, ""},
		{"PATCH", "/api/settings", `{"audio":{"max_volume":50}}`, 200, ""},
		{"PATCH", "/api/settings", `{"audio":{"max_volume":500},"x":1}`, 422, ""},
		{"PATCH", "/api/settings", `{`, 400, ""},
	} {
		p.want(tt.status, tt.method, tt.path, tt.body)
		if did := strings.Join(h.done(), ", "); did != tt.did {
			t.Errorf("%s %s %s did %q, want %q", tt.method, tt.path, tt.body, did, tt.did)
		}
	}
}

func TestSettingsNameEachFault(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	a := p.want(422, "PATCH", "/api/settings", `{"colour":1,"audio":{"max_volume":"x"}}`)
	var problem Problem
	if err := json.Unmarshal([]byte(a.body), &problem); err != nil {
		t.Fatal(err)
	}
	fields := []string{}
	for _, e := range problem.Errors {
		fields = append(fields, e.Field)
	}
	if !slices.Equal(fields, []string{"audio.max_volume", "colour"}) {
		t.Errorf("%v in %s", fields, a.body)
	}
	a = p.want(200, "PATCH", "/api/settings", `{"camera":{"rotate":180}}`)
	if !strings.Contains(a.body, `"restart_needed":true`) || !strings.Contains(a.body, `"rotate":180`) {
		t.Error(a.body)
	}
}

func TestMonitorWithoutDevices(t *testing.T) {
	h := newHouse(t, func(o *Options) {
		*o = Options{Log: o.Log, Data: o.Data, OpenSetup: true, State: o.State, Settings: o.Settings}
	})
	p, _ := h.people(t)
	for _, door := range h.server.routes() {
		if method, path, body := example(door.pattern); door.pace == brisk && door.who != anyone {
			if a := p.ask(method, path, body); a.status >= 500 {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
			p.want(200, "POST", "/api/login", `{"name":"anna","password":"anna's password"}`)
		}
	}
	if a := p.want(200, "GET", "/", ""); !strings.Contains(a.body, "was not built") {
		t.Error(a.body)
	}
}

func form(t *testing.T, field, name, content string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, content)
	m.Close()
	return b.String(), m.FormDataContentType()
}

func TestUpload(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	body, kind := form(t, "file", "song.mp3", "sound")
	if a := p.want(201, "POST", "/api/lullabies", body, "Content-Type", kind); !strings.Contains(a.body, `"title":"song.mp3"`) {
		t.Error(a.body)
	}
	p.want(400, "POST", "/api/lullabies", body[:len(body)-40], "Content-Type", kind)
	p.want(415, "POST", "/api/lullabies", body, "Content-Type", "audio/mpeg")
	body, kind = form(t, "sound", "song.mp3", "sound")
	p.want(422, "POST", "/api/lullabies", body, "Content-Type", kind)
	body, kind = form(t, "file", "song.txt", "words")
	if a := p.want(422, "POST", "/api/lullabies", body, "Content-Type", kind); !strings.Contains(a.body, "this is no sound") {
		t.Error(a.body)
	}
}

// endless yields n zero bytes and counts those that were taken.
type endless struct{ left, taken int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), e.left)
	clear(b[:n])
	e.left -= n
	e.taken += n
	return int(n), nil
}

func TestHugeUploads(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	start, kind := form(t, "file", "huge.wav", "")
	for name, said := range map[string]int64{"with its length": 1 << 30, "without": -1} {
		t.Run(name, func(t *testing.T) {
			h.uploads = 0
			sound := &endless{left: 1 << 30}
			r, _ := http.NewRequest("POST", h.front.URL+"/api/lullabies", io.MultiReader(strings.NewReader(start[:strings.Index(start, "\r\n\r\n")+4]), sound))
			r.ContentLength = said
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Expect", "100-continue") // as curl does for large bodies
			p.Transport = &http.Transport{ExpectContinueTimeout: 1 << 40}
			res, err := p.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(res.Body)
			if res.Body.Close(); res.StatusCode != 413 || !strings.Contains(string(text), "100 MB") {
				t.Errorf("%s %s", res.Status, text)
			}
			if said > 0 && (sound.taken > 0 || h.uploads > 0) {
				t.Errorf("%d bytes were sent, %d taken", sound.taken, h.uploads)
			}
			if h.uploads > mostUpload {
				t.Errorf("%d bytes were taken", h.uploads)
			}
		})
	}
}

func TestPictures(t *testing.T) {
	h := newHouse(t, nil)
	_, p := h.people(t)
	if a := p.want(200, "GET", "/api/snapshot.jpg", ""); a.body != "jpeg" || a.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%+v", a)
	}
	for range mostMJPEG {
		res, err := p.Get(h.front.URL + "/api/stream.mjpg")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		first := make([]byte, len("--babymonitor-picture\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\njpeg"))
		if _, err := io.ReadFull(res.Body, first); err != nil || !strings.HasSuffix(string(first), "\r\n\r\njpeg") {
			t.Errorf("%q %v", first, err)
		}
	}
	p.want(503, "GET", "/api/stream.mjpg", "")
}

func TestPage(t *testing.T) {
	h := newHouse(t, nil)
	p := h.phone(t)
	a := p.want(200, "GET", "/", "")
	if a.header.Get("Cache-Control") != "no-cache" || a.header.Get("Content-Security-Policy") != policy || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", a.header)
	}
	p.want(304, "GET", "/", "", "If-None-Match", a.header.Get("ETag"))
	for accept, body := range map[string]string{"gzip, br": "br", "gzip": "gz", "identity": "plain script", "br;q=0, gzip;q=0.5": "gz"} {
		a := p.want(200, "GET", "/assets/app-1a2b.js", "", "Accept-Encoding", accept)
		if a.body != body || a.header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %+v", accept, a)
		}
	}
	p.want(404, "GET", "/assets/app-1a2b.js.br", "")
	p.want(404, "GET", "/assets/", "")
	p.want(405, "POST", "/index.html", "")
}

func TestHealth(t *testing.T) {
	reason, ok := "camera", false
	h := newHouse(t, func(o *Options) { o.Health = func() (string, bool) { return reason, ok } })
	p := h.phone(t)
	if a := p.want(503, "GET", "/healthz", ""); a.body != "camera\n" {
		t.Error(a.body)
	}
	ok = true
	if a := p.want(200, "GET", "/healthz", ""); a.body != "ok\n" {
		t.Error(a.body)
	}
}

func TestMetrics(t *testing.T) {
	h := newHouse(t, nil)
	_, p := h.people(t)
	lux := 3.5
	h.store.Update(func(s *state.State) {
		s.Camera.Condition, s.Night.Lux = state.OK, &lux
		s.Rooms = []state.Service{{Name: "camera", Restarts: 2}}
		s.Climate.Temperature = &state.Measure{Value: 19.5}
		s.Viewers = []state.Viewer{{Transport: "udp", Loss: 0.25, Talking: true}}
	})
	a := p.want(200, "GET", "/metrics", "")
	for _, line := range []string{
		`babymonitor_device{condition="ok",device="camera"} 1`, `babymonitor_light_lux 3.5`, `babymonitor_room_restarts_total{room="camera"} 2`,
		`babymonitor_temperature_celsius 19.5`, `babymonitor_viewers{transport="udp"} 1`, `babymonitor_viewers_talking 1`, `process_open_fds`,
		`babymonitor_http_requests_total{method="POST",status="200"} 2`,
	} {
		if !strings.Contains(a.body, line) {
			t.Errorf("no %s", line)
		}
	}
}

func TestAPanicIsOneRequests(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		o.Night = func(string) error { panic("at the disco") }
	})
	p, _ := h.people(t)
	p.want(500, "POST", "/api/night", `{"mode":"day"}`)
	p.want(200, "GET", "/api/session", "")
	if !strings.Contains(log.String(), "at the disco") {
		t.Error(log.String())
	}
}

func TestTheLogKeepsSecrets(t *testing.T) {
	var log bytes.Buffer
	h := newHouse(t, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	p, _ := h.people(t)
	p.ask("POST", "/api/login", `{"name":"anna","password":"secret guess"}`)
	p.ask("GET", "/api/state?token=query", "", "Authorization", "Basic YW5uYTpzZWNyZXQ=")
	front := h.front.URL
	for _, c := range p.Jar.Cookies(must(http.NewRequest("GET", front, nil)).URL) {
		if strings.Contains(log.String(), c.Value) {
			t.Error("a token is in the log")
		}
	}
	for _, secret := range []string{"password\":", "secret", "anna's", "bob's", "YW5u", "query"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, &log)
		}
	}
	if !strings.Contains(log.String(), `"path":"/api/state"`) {
		t.Errorf("nothing is in the log:\n%s", &log)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestStatusOfErrors(t *testing.T) {
	for err, status := range map[error]int{
		servo.ErrNoPreset: 404, servo.ErrInvalid: 422, lullaby.ErrFull: 507, fmt.Errorf("save: %w", syscall.ENOSPC): 507,
		errors.New("the motors do not answer"): 503, &Problem{Status: 418, Detail: "x"}: 418,
	} {
		if got := problemOf(err).Status; got != status {
			t.Errorf("%v: %d, want %d", err, got, status)
		}
	}
}

func FuzzBodies(f *testing.F) {
	f.Add("/api/head", `{"pan":1,"tilt":null}`)
	f.Add("/api/zoom", `{"x":0,"y":0,"w":1,"h":1e-5}`)
	f.Add("/api/player", `{"action":"play","volume":3,"loop":"x"}`)
	f.Add("/api/presets/x", `{"pan":{}}`)
	s := &Server{o: Options{State: &state.Store{}, Log: slog.New(slog.DiscardHandler), Page: fstest.MapFS{}}}
	s.o.Zoom = func(r camera.Rect) error {
		if r.X < 0 || r.Y < 0 || r.W < smallestZoom || r.X+r.W > 1.001 || r.Y+r.H > 1.001 {
			return fmt.Errorf("a zoom of %+v came through", r)
		}
		return nil
	}
	s.o.Player = func(o PlayerOrder) error {
		if o.Volume != nil && (*o.Volume < 0 || *o.Volume > 100) {
			return fmt.Errorf("a volume of %d came through", *o.Volume)
		}
		return nil
	}
	s.o.Night = func(string) error { return nil }
	f.Fuzz(func(t *testing.T, path, body string) {
		do := map[string]func(http.ResponseWriter, *http.Request) error{
			"/api/zoom": s.zoom, "/api/player": s.player, "/api/night": s.night, "/api/head": s.head,
		}[path]
		if do == nil {
			do = s.savePreset
		}
		w := httptest.NewRecorder()
		err := do(w, httptest.NewRequest("POST", "/", strings.NewReader(body)))
		if err != nil {
			if p := problemOf(err); p.Status < 400 || p.Status >= 500 || p.Detail == "" {
				t.Fatalf("%s %q: %d %s", path, body, p.Status, p.Detail)
			}
		}
	})
}
