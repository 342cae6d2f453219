package emulator

import (
	"context"
	"testing"
	"time"

	"babymonitor/web/rtc/rtctest"
)

// TestImageMemory tells how much memory the whole system takes, without and with
// a viewer. The viewer's picture is the simulated nursery's, as there is no
// camera here: its painting and its encoder take more than a Pi's camera does.
func TestImageMemory(t *testing.T) {
	r := newRoom(t)
	m := r.start(Virt())
	p := newPhone(t, m)
	p.healthy()
	p.setUp(r.card)
	r.slot(m) // the start is over
	used := func(when string) {
		t.Logf("memory %s: %s MB; the largest: %s", when,
			r.shell(m, `awk '/^MemTotal|^Shmem:/{n+=$2} /^MemFree|^Buffers|^Cached|^SReclaimable/{n-=$2} END{print int(n/1024)}' /proc/meminfo`),
			r.shell(m, `for p in /proc/[0-9]*; do n=$(sed -n 's/^Pss: *//p' $p/smaps_rollup 2>/dev/null | tr -d ' '); [ -z "$n" ] || echo $n $(cat $p/comm); done | sort -rn | head -n 14 | tr '\n' ';'; grep -E '^(Slab|SUnreclaim|KernelStack|PageTables|Percpu|Shmem|AnonPages|MemTotal):' /proc/meminfo | tr -s ' \n' ' '`))
	}
	used("with nobody watching")
	r.shell(m, `d=/run/systemd/system/babymonitor.service.d; mkdir -p $d && printf '[Service]\nExecStart=\nExecStart=/usr/bin/babymonitor --sim --data /var/lib/babymonitor\n' >$d/sim.conf && systemctl daemon-reload && systemctl restart babymonitor.service`)
	p.healthy()
	v, stop := p.watch()
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := v.Wait(ctx, func(s rtctest.Stats) bool { return s.Keys > 0 && s.Frames > 100 && s.Sound > 500 }); err != nil {
		t.Fatal(err)
	}
	used("with one viewer of the simulated nursery")
}

// watch has a phone watch and listen until it is stopped.
func (p *phone) watch() (v *rtctest.Viewer, stop func()) {
	p.t.Helper()
	relay, err := rtctest.NewRelay(p.m.ports[Media], rtctest.Link{}, rtctest.Link{})
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	v, err = rtctest.Dial(ctx, rtctest.Config{
		URL: "http://" + p.m.At(HTTP), Name: "anna", Password: "anna's password",
		WebSocket: true, Talk: true, Head: true, Nack: true, Answer: relay.Through,
	})
	if err != nil {
		relay.Close()
		p.t.Fatal(err)
	}
	return v, func() { v.Close(); relay.Close() }
}
