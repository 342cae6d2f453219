package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"babymonitor/internal/state"
)

// basic is the header of a request that says a password.
func basic(name, password string) []string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(name, password)
	return []string{"Authorization", r.Header.Get("Authorization")}
}

func TestABackUpWantsThePasswordAgain(t *testing.T) {
	h := newHouse(t, nil)
	p, v := h.people(t)
	h.store.Update(func(s *state.State) { s.Device.Name = "Zoë’s room: 1/2" })
	v.want(403, "GET", "/api/backup", "", basic("bob", "bob's password")...)
	p.want(403, "GET", "/api/backup", "")
	p.want(403, "GET", "/api/backup", "", basic("anna", "bob's password")...)
	if did := h.done(); did != nil {
		t.Errorf("it did %v", did)
	}
	a := p.want(200, "GET", "/api/backup", "", basic("anna", "anna's password")...)
	if a.body != "everything" || a.header.Get("Content-Type") != "application/gzip" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%+v", a)
	}
	if shown := a.header.Get("Content-Disposition"); !strings.HasPrefix(shown, "attachment; filename*=utf-8''babymonitor-backup-zo%C3%AB-s-room-1-2-2") {
		t.Error(shown)
	}
	program := h.phone(t)
	program.want(200, "GET", "/api/backup", "", basic("anna", "anna's password")...)
}

func TestTheNameOfABackUp(t *testing.T) {
	at := time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)
	for name, want := range map[string]string{
		"Nursery": "babymonitor-backup-nursery-20260301-0203.tar.gz", "../..\r\n": "babymonitor-backup-20260301-0203.tar.gz",
	} {
		if got := backupName(name, at); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestABackUpIsBroughtBack(t *testing.T) {
	h := newHouse(t, nil)
	p, v := h.people(t)
	body, kind := form(t, "file", "babymonitor-backup.tar.gz", "everything")
	right := append(basic("anna", "anna's password"), "Content-Type", kind)
	p.want(403, "POST", "/api/restore", body, "Content-Type", kind)
	p.want(403, "POST", "/api/restore", body, append(basic("anna", "wrong password"), "Content-Type", kind)...)
	v.want(403, "POST", "/api/restore", body, append(basic("bob", "bob's password"), "Content-Type", kind)...)
	h.phone(t).want(401, "POST", "/api/restore", body, "Content-Type", kind, "Setup-Code", "1234-5678")
	p.want(403, "POST", "/api/restore", body, append(right, "Sec-Fetch-Site", "cross-site")...)
	if did := h.done(); did != nil {
		t.Errorf("it did %v", did)
	}
	p.want(202, "POST", "/api/restore", body, right...)
	other, kind := form(t, "file", "cat.jpg", "meow")
	p.want(422, "POST", "/api/restore", other, append(basic("anna", "anna's password"), "Content-Type", kind)...)
	if did := h.done(); !slices.Equal(did, []string{"restore everything", "restore meow"}) {
		t.Errorf("it did %v", did)
	}
}

func TestANewMonitorIsSetUpByABackUp(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.OpenSetup = false })
	body, kind := form(t, "file", "babymonitor-backup.tar.gz", "everything")
	p := h.phone(t)
	p.want(403, "POST", "/api/restore", body, "Content-Type", kind)
	p.want(403, "POST", "/api/restore", body, "Content-Type", kind, "Setup-Code", "0000-0000")
	p.want(401, "GET", "/api/backup", "", "Setup-Code", h.server.SetupCode())
	if did := h.done(); did != nil {
		t.Errorf("it did %v", did)
	}
	p.want(202, "POST", "/api/restore", body, "Content-Type", kind, "Setup-Code", h.server.SetupCode())
	if did := h.done(); !slices.Equal(did, []string{"restore everything"}) {
		t.Errorf("it did %v", did)
	}
}
