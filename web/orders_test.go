package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"babymonitor/camera"
	"babymonitor/internal/state"
	"babymonitor/servo"
)

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
		method, path, body := example(door.pattern)
		if door.pace != brisk || door.who == anyone || path == "/api/logout" {
			continue
		}
		if a := p.ask(method, path, body); a.status >= 500 || a.status == 401 {
			t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
		}
	}
	if a := p.want(200, "GET", "/", ""); !strings.Contains(a.body, "was not built") {
		t.Error(a.body)
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

func TestStatusOfErrors(t *testing.T) {
	for err, status := range map[error]int{
		servo.ErrNoPreset: 404, servo.ErrInvalid: 422, fmt.Errorf("save: %w", syscall.ENOSPC): 507,
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
