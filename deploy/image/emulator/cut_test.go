package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestImagePowerCuts takes the power away at random moments, from the first
// second of the start on, while a setting is changed again and again, and between
// writes that belong together. The card forgets at random what had not been
// flushed. It must start every time; every change that was acknowledged must be
// there, and of the history all but the last minute. BABYMONITOR_CUTS: how many.
func TestImagePowerCuts(t *testing.T) {
	r := newRoom(t)
	cuts, err := strconv.Atoi(path("BABYMONITOR_CUTS", "50"))
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 2))

	m := r.start(Virt())
	p := newPhone(t, m)
	p.healthy()
	p.setUp(r.card)
	usual := time.Since(m.Started)
	m.Cut()

	dir, err := os.MkdirTemp("", "card") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	board := Virt()
	acknowledged, last := -1, -1 // the number in the name that was confirmed, and that was sent
	var old []string             // events that were older than a minute at the cut before
	lost := 0
	for cut := range cuts {
		socket := filepath.Join(dir, "nbd")
		forgetful, err := Serve(r.card, socket, seed+uint64(cut))
		if err != nil {
			t.Fatal(err)
		}
		board.Via = "nbd:unix:" + socket
		m, err := Start(board, r.card)
		if err != nil {
			t.Fatal(err)
		}
		p.m = m
		// A third of the cuts comes during the start, the others while it writes.
		limit := time.Duration(chance.Float64() * float64(usual))
		if cut%3 != 0 {
			p.healthy()
			acknowledged, last = p.check(acknowledged, last)
			old = p.remembers(old)
			limit = time.Duration(chance.Float64() * float64(20*time.Second))
		}
		off := make(chan struct{})
		go func(writes int) {
			defer close(off)
			<-time.After(limit)
			forgetful.Stop(writes, 2*time.Second)
			m.Cut()
		}(1 + chance.IntN(12))
		for on := true; on; {
			last++
			if status, _ := p.ask("PATCH", "/api/settings", fmt.Sprintf(`{"name":"n%d"}`, last)); status == http.StatusOK {
				acknowledged = last
				continue
			}
			select {
			case <-off:
				on = false
			case <-time.After(limit / 20):
			}
		}
		gone, of, err := forgetful.Cut()
		if err := forgetful.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		lost += gone
		t.Logf("cut %d: %d of %d unflushed sectors lost, acknowledged %d", cut+1, gone, of, acknowledged)
	}
	m = r.start(Virt())
	p.m = m
	p.healthy()
	p.check(acknowledged, last)
	old = p.remembers(old)
	t.Logf("%d power cuts, %d unflushed sectors lost, %d changes sent, the last one acknowledged: %d, %d events in the history", cuts, lost, last+1, acknowledged, len(old))
}

// remembers sees that the history has these events, and returns those that it
// has now and that are older than a minute.
func (p *phone) remembers(old []string) []string {
	p.t.Helper()
	var events []struct {
		At            time.Time
		Kind, Subject string
	}
	res, err := p.Get("http://" + p.m.At(HTTP) + "/api/events?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(text, &events) != nil {
		p.t.Fatalf("the history: %v %s %s", err, res.Status, text)
	}
	now, err := time.Parse(http.TimeFormat, res.Header.Get("Date")) // by the monitor's own clock
	if err != nil {
		p.t.Fatal(err)
	}
	has := map[string]bool{}
	var kept []string
	for _, e := range events {
		name := fmt.Sprint(e.At.UnixMilli(), e.Kind, e.Subject)
		has[name] = true
		if now.Sub(e.At) > time.Minute {
			kept = append(kept, name)
		}
	}
	for _, name := range old {
		if !has[name] {
			p.t.Errorf("the history has lost %s; it has %s", name, text)
		}
	}
	return kept
}

// check finds the last acknowledged change, or a later one that was sent.
func (p *phone) check(acknowledged, last int) (int, int) {
	p.t.Helper()
	var view struct {
		Settings struct {
			Name string `json:"name"`
		} `json:"settings"`
	}
	text := p.want(http.StatusOK, "GET", "/api/settings", "")
	if err := json.Unmarshal([]byte(text), &view); err != nil {
		p.t.Fatal(err)
	}
	if acknowledged < 0 && last < 0 {
		return acknowledged, last
	}
	var n int
	if _, err := fmt.Sscanf(view.Settings.Name, "n%d", &n); (err != nil && acknowledged >= 0) || n < acknowledged || n > last {
		p.t.Fatalf("the name is %q; acknowledged was n%d, sent n%d", view.Settings.Name, acknowledged, last)
	}
	return n, last
}
