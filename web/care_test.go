package web

import (
	"slices"
	"strings"
	"testing"
)

func TestUpdateIsStreamedIn(t *testing.T) {
	h := newHouse(t, nil)
	p, v := h.people(t)
	body, kind := form(t, "file", "babymonitor.raucb", strings.Repeat("bundle", 1000))
	p.want(202, "POST", "/api/update", body, "Content-Type", kind)
	if did := h.done(); !slices.Equal(did, []string{"update of 6000"}) {
		t.Errorf("it did %v", did)
	}
	v.want(403, "POST", "/api/update", body, "Content-Type", kind)
	p.want(415, "POST", "/api/update", "{}", "Content-Type", "application/json")
	other, kind := form(t, "picture", "cat.jpg", "meow")
	p.want(422, "POST", "/api/update", other, "Content-Type", kind)
	if did := h.done(); did != nil {
		t.Errorf("it did %v", did)
	}
}

func TestResetWantsThePasswordAgain(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	p.want(403, "POST", "/api/reset", `{"password":"bob's password"}`)
	p.want(403, "POST", "/api/reset", `{"password":""}`)
	if did := h.done(); did != nil {
		t.Errorf("it did %v", did)
	}
	p.want(202, "POST", "/api/reset", `{"password":"anna's password"}`)
	p.want(202, "POST", "/api/restart", "")
	if did := h.done(); !slices.Equal(did, []string{"reset", "restart"}) {
		t.Errorf("it did %v", did)
	}
}

func TestDiagnosticsKnowWhatIsPrivate(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	a := p.want(200, "GET", "/api/diagnostics", "")
	if a.header.Get("Content-Type") != "application/zip" || !strings.Contains(a.header.Get("Content-Disposition"), ".zip") {
		t.Errorf("%v", a.header)
	}
	if did := h.done(); len(did) != 1 || !strings.HasPrefix(did[0], "diagnose without anna,bob") {
		t.Errorf("it did %v", did)
	}
}

func TestWithoutCareItSaysSo(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Care = nil })
	p, _ := h.people(t)
	for _, path := range []string{"/api/restart", "/api/reset", "/api/update"} {
		p.want(404, "POST", path, `{"password":""}`)
	}
	p.want(404, "GET", "/api/diagnostics", "")
}
