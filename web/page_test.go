package web

import (
	"io"
	"strings"
	"testing"

	"babymonitor/internal/state"
)

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
