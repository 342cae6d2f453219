package emulator

import (
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

// install hands an update to the monitor and returns what RAUC says.
func (r *room) install(m *Machine, name string) (string, error) {
	r.t.Helper()
	r.shell(m, "true")
	if _, err := m.Shell(r.t.Context(), r.key, "cat >/data/update.raucb && sync", bundle(r.t, name)); err != nil {
		r.t.Fatal(err)
	}
	return m.Shell(r.t.Context(), r.key, "rauc install /data/update.raucb 2>&1; status=$?; rm /data/update.raucb; exit $status", nil)
}

// slot waits until the running system has been found good, and tells which it is.
func (r *room) slot(m *Machine) (name, build string) {
	r.t.Helper()
	var said []string
	until(r.t, "the running slot is marked good", patience, func() bool {
		said = strings.Fields(r.shell(m, `sed -n 's/.*rauc.slot=\([AB]\).*/\1/p' /proc/cmdline; sed -n s/^BUILD=//p /usr/lib/babymonitor/appliance; cat /data/rauc/good.* 2>/dev/null`))
		return len(said) > 2 && strings.Contains(strings.Join(said[2:], " "), said[1])
	})
	return said[0], said[1]
}

// TestImageUpdates: a good update runs from the other slot and stays; a badly
// signed one is refused; one that cannot start and one whose monitor does not
// come up are left again, without anybody's help. The settings stay through all.
func TestImageUpdates(t *testing.T) {
	r := newRoom(t)
	m := r.start(Virt())
	p := newPhone(t, m)
	p.healthy()
	p.setUp(r.card)
	p.want(http.StatusOK, "PATCH", "/api/settings", `{"name":"Attic"}`)
	r.slot(m)

	if said, err := r.install(m, "foreign"); err == nil || !strings.Contains(said, "signature") {
		t.Errorf("an update that somebody else has signed: %v, %s", err, said)
	}
	if said, err := r.install(m, "good"); err != nil {
		t.Fatal(err, said)
	}
	back := func(why, slot, build string) {
		t.Helper()
		began := time.Now()
		m.Shell(t.Context(), r.key, "systemctl reboot", nil)
		until(t, "it goes down", patience, func() bool { status, _ := p.ask("GET", "/healthz", ""); return status == 0 })
		m.Started = time.Now()
		p.healthy()
		gotSlot, gotBuild := r.slot(m)
		if gotSlot != slot || !strings.Contains(gotBuild, build) {
			t.Fatalf("%s: it runs %s from slot %s, want %s from %s", why, gotBuild, gotSlot, build, slot)
		}
		if got := p.want(http.StatusOK, "GET", "/api/settings", ""); !strings.Contains(got, `"name":"Attic"`) {
			t.Errorf("%s: the settings are gone: %s", why, got)
		}
		t.Logf("%s: slot %s after %.0f s, emulated", why, gotSlot, time.Since(began).Seconds())
	}
	back("a good update", "B", "good")
	if said, err := r.install(m, "dead"); err != nil {
		t.Fatal(err, said)
	}
	back("an update that cannot start", "B", "good")
	if said, err := r.install(m, "sick"); err != nil {
		t.Fatal(err, said)
	}
	back("an update whose monitor does not come up", "B", "good")
}
