package emulator

import (
	"bufio"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bundle is one of the updates that scripts/image-test made.
func bundle(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(filepath.Dir(image(t)), "bundles", name+".raucb"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// update is how an update goes, as the page shows it.
type update struct{ Stage, Version, Why, Detail string }

func (p *phone) update() update {
	p.t.Helper()
	var facts struct{ Device struct{ Update update } }
	if err := json.Unmarshal([]byte(p.want(http.StatusOK, "GET", "/api/state", "")), &facts); err != nil {
		p.t.Fatal(err)
	}
	return facts.Device.Update
}

// upload gives the monitor an update, as the page does, and waits until it is
// installed or refused.
func (p *phone) upload(name string) update {
	p.t.Helper()
	began := time.Now()
	from, to := io.Pipe()
	form := multipart.NewWriter(to)
	go func() {
		part, err := form.CreateFormFile("file", name+".raucb")
		if err == nil {
			_, err = io.Copy(part, bufio.NewReaderSize(bundle(p.t, name), 1<<20))
		}
		if err == nil {
			err = form.Close()
		}
		to.CloseWithError(err)
	}()
	r, err := http.NewRequest("POST", "http://"+p.m.At(HTTP)+"/api/update", from)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	patient := *p.Client
	patient.Timeout = patience
	res, err := patient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if text, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusAccepted {
		p.t.Fatalf("%d %v: %s", res.StatusCode, err, text)
	}
	var u update
	until(p.t, "the update is installed or refused", patience, func() bool {
		u = p.update()
		return u.Stage == "installed" || u.Stage == "failed"
	})
	p.t.Logf("%s: %s %s %s after %.0f s, emulated", name, u.Stage, u.Why, u.Detail, time.Since(began).Seconds())
	return u
}

// slot waits until the running system has been found good, and tells which it is.
func (r *room) slot(m *Machine) (name, build string) {
	r.t.Helper()
	var said []string
	until(r.t, "the running slot is marked good", patience, func() bool {
		said = strings.Fields(r.shell(m, `sed -n 's/.*rauc.slot=\([AB]\).*/\1/p' /proc/cmdline; sed -n s/^BUILD=//p /usr/lib/babymonitor/appliance; cat /data/rauc/good.$(sed -n 's/.*rauc.slot=\([AB]\).*/\1/p' /proc/cmdline) 2>/dev/null; true`))
		return len(said) == 3 && said[2] == said[1]
	})
	return said[0], said[1]
}

// TestImageUpdates: a good update runs from the other slot and stays; a badly
// signed one is refused; one that cannot start and one whose monitor does not
// come up are left again, without anybody's help. The settings stay through all,
// and the page says what became of each.
func TestImageUpdates(t *testing.T) {
	r := newRoom(t)
	m := r.start(Virt())
	p := newPhone(t, m)
	p.healthy()
	p.setUp(r.card)
	p.want(http.StatusOK, "PATCH", "/api/settings", `{"name":"Attic"}`)
	if slot, _ := r.slot(m); slot != "A" {
		t.Fatalf("it runs from slot %s", slot)
	}

	if u := p.upload("foreign"); u.Stage != "failed" || u.Why != "signature" {
		t.Errorf("an update that somebody else has signed: %+v", u)
	}
	restart := func(name string, slot, build string, want update) {
		t.Helper()
		began := time.Now()
		p.want(http.StatusAccepted, "POST", "/api/restart", "")
		until(t, "it goes down", patience, func() bool { status, _ := p.ask("GET", "/healthz", ""); return status == 0 })
		m.Started = time.Now()
		p.healthy()
		gotSlot, gotBuild := r.slot(m)
		if gotSlot != slot || gotBuild != build {
			t.Fatalf("%s: it runs %s from slot %s, want %s from %s", name, gotBuild, gotSlot, build, slot)
		}
		if got := p.want(http.StatusOK, "GET", "/api/settings", ""); !strings.Contains(got, `"name":"Attic"`) {
			t.Errorf("%s: the settings are gone: %s", name, got)
		}
		u := p.update()
		if u.Stage != want.Stage || u.Why != want.Why || u.Version != want.Version {
			t.Errorf("%s: the page says %+v, want %+v", name, u, want)
		}
		t.Logf("%s: slot %s after %.0f s, emulated; the page says %+v", name, gotSlot, time.Since(began).Seconds(), u)
	}
	installed := func(u update) {
		t.Helper()
		if u.Stage != "installed" {
			t.Fatalf("%+v", u)
		}
	}
	installed(p.upload("good"))
	restart("a good update", "B", "good", update{Stage: "updated", Version: "good"})
	installed(p.upload("dead"))
	restart("an update that cannot start", "B", "good", update{Stage: "failed", Why: "rolledback", Version: "dead"})

	// The last one by the command.
	if _, err := m.Shell(t.Context(), r.key, "cat >/data/update.raucb && sync", bundle(t, "sick")); err != nil {
		t.Fatal(err)
	}
	if said, err := m.Shell(t.Context(), r.key, "babymonitor update /data/update.raucb 2>&1; status=$?; rm /data/update.raucb; exit $status", nil); err != nil {
		t.Fatal(err, said)
	}
	restart("an update whose monitor does not come up", "B", "good", update{Stage: "failed", Why: "rolledback", Version: "sick"})
}
