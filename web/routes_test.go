package web

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"
)

// trusting is a client's settings that trust the device's own root.
func trusting(s *Server) *tls.Config {
	root, err := x509.ParseCertificate(s.cert.Root())
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return &tls.Config{RootCAs: pool}
}

// example is a request that passes each door, by its pattern.
func example(pattern string) (method, path, body string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "POST", pattern
	}
	path = strings.NewReplacer("{name}", "home", "{id}", "own").Replace(path)
	body = map[string]string{
		"POST /api/password":      `{"old":"wrong password","new":"new password"}`,
		"POST /api/users":         `{"name":"carl","role":"viewer","password":"carl's password"}`,
		"POST /api/head":          `{"pan":1,"tilt":1}`,
		"PUT /api/presets/{name}": `{"pan":1,"tilt":1}`,
		"POST /api/night":         `{"mode":"day"}`,
		"POST /api/zoom":          `{"x":0,"y":0,"w":1,"h":1}`,
		"POST /api/player":        `{"action":"stop"}`,
		"POST /api/sim":           `{"cry":true}`,
		"POST /api/reset":         `{"password":"anna's password"}`,
		"PATCH /api/settings":     `{"name":"Attic"}`,
	}[pattern]
	if pattern == "GET /api/qr.svg" {
		path += "?text=http://nursery.local"
	}
	return method, path, body
}

// open are the doors that answer an unknown caller: the page, its files, and
// what is needed to get in.
func open() []string {
	return []string{"/", "GET /healthz", "GET /ca.crt", "GET /ca.mobileconfig", "GET /trust", "GET /api/trust", "GET /api/setup", "POST /api/setup", "POST /api/login"}
}

func TestEveryDoorForEveryone(t *testing.T) {
	h := newHouse(t, nil)
	parentPhone, viewerPhone := h.people(t)
	stranger := h.phone(t)
	h.done()
	for _, door := range h.server.routes() {
		t.Run(door.pattern, func(t *testing.T) {
			method, path, body := example(door.pattern)
			anyoneMay := strings.Contains(strings.Join(open(), "\n")+"\n", door.pattern+"\n")
			if anyoneMay != (door.who == anyone) {
				t.Fatalf("the table lets in %v", door.who)
			}
			if anyoneMay {
				return
			}
			for _, headers := range [][]string{
				nil, {"Cookie", "babymonitor=made-up; __Host-babymonitor=made-up"}, {"Authorization", "Bearer x"}, {"Authorization", "Basic !"},
			} {
				a := stranger.want(401, method, path, body, headers...)
				if strings.Contains(a.body, "Nursery") {
					t.Errorf("it tells %s", a.body)
				}
			}
			if did := h.done(); did != nil {
				t.Errorf("a stranger did %v", did)
			}
			if door.who >= parent {
				viewerPhone.want(403, method, path, body)
				if did := h.done(); did != nil {
					t.Errorf("a viewer did %v", did)
				}
			}
			for _, origin := range []string{"http://evil.example", "null"} {
				if method != "GET" {
					parentPhone.want(403, method, path, body, "Origin", origin)
				}
				parentPhone.want(403, method, path, body, "Origin", origin, "Connection", "Upgrade", "Upgrade", "websocket")
			}
			parentPhone.want(421, method, path, body, "Host", "evil.example")
			if did := h.done(); did != nil {
				t.Errorf("another page did %v", did)
			}
		})
	}
}

func TestViewersChangeNothingByAnyMethod(t *testing.T) {
	h := newHouse(t, nil)
	_, viewerPhone := h.people(t)
	before := h.server.o.Settings.Get()
	h.done()
	for _, door := range h.server.routes() {
		_, path, body := example(door.pattern)
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			if path == "/api/logout" || path == "/api/password" || path == "/api/login" || strings.HasPrefix(path, "/whep") {
				continue // his own affairs
			}
			if a := viewerPhone.ask(method, path, body); a.status < 400 {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
		}
	}
	if did := h.done(); did != nil {
		t.Errorf("a viewer did %v", did)
	}
	if h.server.o.Settings.Get().Name != before.Name {
		t.Error("a viewer changed the settings")
	}
}

func TestParentsPassEveryDoor(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	for _, door := range h.server.routes() {
		method, path, body := example(door.pattern)
		switch {
		case door.pace != brisk || door.who == anyone || path == "/api/logout" || path == "/api/" || path == "/":
			continue
		case path == "/api/password":
			p.want(403, method, path, body)
			continue
		}
		a := p.ask(method, path, body)
		if a.status >= 400 && a.status != 404 {
			t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
		}
	}
}

func TestWhatNoDoorIsAt(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	stranger := h.phone(t)
	for path, status := range map[string]int{"/api/nothing": 404, "/api/lullaby": 404, "/api/": 404} {
		stranger.want(401, "GET", path, "")
		p.want(status, "GET", path, "")
	}
	p.want(404, "GET", "/nothing.js", "")
	a := p.want(405, "PUT", "/api/head", "")
	if a.header.Get("Allow") != "POST" {
		t.Errorf("allowed: %s", a.header.Get("Allow"))
	}
	if a := p.want(405, "POST", "/api/presets/home", ""); a.header.Get("Allow") != "GET, PUT, DELETE" {
		t.Errorf("allowed: %s", a.header.Get("Allow"))
	}
	stranger.want(405, "DELETE", "/", "")
}

func TestPrograms(t *testing.T) {
	h := newHouse(t, nil)
	h.people(t)
	p := h.phone(t)
	r, _ := http.NewRequest("GET", h.front.URL+"/api/state", nil)
	r.SetBasicAuth("bob", "bob's password")
	res, err := p.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	if res.Body.Close(); res.StatusCode != 200 || !strings.Contains(string(text), `"name":"Nursery"`) {
		t.Errorf("%s %s", res.Status, text)
	}
	if a := p.want(401, "GET", "/metrics", ""); !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Basic ") {
		t.Error("a program is not told how to get in")
	}
	if a := p.want(401, "GET", "/api/state", "", "User-Agent", "Mozilla/5.0"); a.header.Get("WWW-Authenticate") != "" {
		t.Error("a browser would open a window of its own")
	}
}

func TestNamesOfTheDevice(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	for host, status := range map[string]int{
		"192.168.1.5": 200, "192.168.1.5:8080": 200, "[fe80::1]:80": 200, "nursery.local": 200, "nursery": 200, "localhost:1": 200,
		"NURSERY.LOCAL.": 200, "nursery.fritz.box": 421, "evil.example": 421, "192.168.1.5.evil.example": 421, "evil.example:80": 421,
		"local": 200, "xlocal.example": 421,
	} {
		if a := p.ask("GET", "/healthz", "", "Host", host); a.status != status {
			t.Errorf("%s: %d", host, a.status)
		}
	}
	p.want(200, "PATCH", "/api/settings", `{"access":{"allowed_origins":["https://nursery.fritz.box"]}}`)
	p.want(200, "GET", "/healthz", "", "Host", "nursery.fritz.box:8443")
}

func TestAllowedOrigins(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	const ha = "https://ha.example:8123"
	p.want(403, "POST", "/api/night", `{"mode":"day"}`, "Origin", ha)
	p.want(200, "PATCH", "/api/settings", `{"access":{"allowed_origins":["`+ha+`"]}}`)
	a := p.want(200, "POST", "/api/night", `{"mode":"day"}`, "Origin", ha)
	if a.header.Get("Access-Control-Allow-Origin") != ha {
		t.Error("the page cannot read the answer")
	}
	p.want(403, "POST", "/api/night", `{"mode":"day"}`, "Origin", "https://ha.example")
	preflight := h.phone(t).want(204, "OPTIONS", "/whep", "", "Origin", ha, "Access-Control-Request-Method", "POST")
	if !strings.Contains(preflight.header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Error("the page cannot send its password")
	}
	h.phone(t).want(401, "OPTIONS", "/whep", "", "Origin", "https://other.example", "Access-Control-Request-Method", "POST")
}
