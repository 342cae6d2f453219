package emulator

import (
	"net/http"
	"strings"
	"testing"
)

// TestImageFirstEvening is what a parent does: put the card in, set up, change a
// setting, pull the plug; the monitor remembers. Then the factory reset.
func TestImageFirstEvening(t *testing.T) {
	r := newRoom(t)
	m := r.start(Virt())
	p := newPhone(t, m)
	first := p.healthy()
	p.setUp(r.card)
	p.want(http.StatusOK, "PATCH", "/api/settings", `{"name":"Upstairs"}`)
	t.Logf("from power to a healthy monitor at its first start: %.1f s, emulated", first.Seconds())
	t.Logf("systemd says: %s", r.shell(m, "systemd-analyze time | tr '\\n' ' '; systemctl list-units --failed --no-legend"))
	if failed := r.shell(m, "systemctl list-units --failed --no-legend --plain"); failed != "" {
		t.Errorf("these units failed: %s", failed)
	}
	if slot := r.shell(m, "cat /proc/cmdline"); !strings.Contains(slot, "rauc.slot=A") {
		t.Errorf("it does not run from slot A: %s", slot)
	}
	size := r.shell(m, "df -m --output=size /data | tail -n 1")
	t.Logf("the data partition has grown to %s MB", size)
	if len(size) < 3 {
		t.Errorf("the data partition has %s MB: it did not grow", size)
	}
	m.Cut()

	m = r.start(Virt())
	p.m = m
	again := p.healthy()
	t.Logf("from power to a healthy monitor at its second start: %.1f s, emulated", again.Seconds())
	if got := p.want(http.StatusOK, "GET", "/api/settings", ""); !strings.Contains(got, `"name":"Upstairs"`) {
		t.Errorf("the settings are not what was left: %s", got)
	}
	m.Cut()

	if err := r.card.Put("babymonitor-reset", ""); err != nil {
		t.Fatal(err)
	}
	m = r.start(Virt())
	p.m = m
	p.healthy()
	if got := p.want(http.StatusOK, "GET", "/api/setup", ""); !strings.Contains(got, `"needed":true`) {
		t.Errorf("after a factory reset it does not want to be set up: %s", got)
	}
	names, err := r.card.Files()
	if err != nil || strings.Contains(strings.Join(names, " "), "babymonitor-reset") {
		t.Errorf("the wish for a reset is still on the card: %v, %v", names, err)
	}
	p.setUp(r.card)
}
