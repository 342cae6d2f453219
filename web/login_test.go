package web

import (
	"bytes"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
