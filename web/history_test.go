package web

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"babymonitor/internal/diary"
)

// past is a history that notes what it is asked for.
type past struct {
	asked string
	err   error
}

func (p *past) History(_ context.Context, series string, from, to time.Time, step time.Duration) ([]diary.Point, error) {
	p.asked = strings.Join([]string{series, from.Format(time.RFC3339), to.Format(time.RFC3339), step.String()}, " ")
	return []diary.Point{{T: from, Min: 20, Mean: 21.5, Max: 22}}, p.err
}

func (p *past) Events(_ context.Context, from, to time.Time, kind string) ([]diary.Event, error) {
	p.asked = strings.Join([]string{kind, from.Format(time.RFC3339), to.Format(time.RFC3339)}, " ")
	return []diary.Event{{At: from, Kind: "viewer", Subject: "anna"}}, p.err
}

func TestThePastIsTold(t *testing.T) {
	p := &past{}
	h := newHouse(t, func(o *Options) { o.History = p })
	_, viewer := h.people(t)
	for _, c := range []struct{ path, asked, answer string }{
		{"/api/history?series=temperature&from=2026-01-02T03:00:00Z&to=2026-01-02T04:00:00Z",
			"temperature 2026-01-02T03:00:00Z 2026-01-02T04:00:00Z 1m0s",
			`[{"t":"2026-01-02T03:00:00Z","min":20,"mean":21.5,"max":22}]`},
		{"/api/history?series=sound&from=2026-01-02T03:00:00%2B01:00&to=2026-01-09T03:00:00Z&step=3600",
			"sound 2026-01-02T03:00:00+01:00 2026-01-09T03:00:00Z 1h0m0s", `"mean":21.5`},
		{"/api/events?from=2026-01-02T03:00:00Z&to=2026-01-02T04:00:00Z&kind=viewer",
			"viewer 2026-01-02T03:00:00Z 2026-01-02T04:00:00Z",
			`[{"at":"2026-01-02T03:00:00Z","until":null,"kind":"viewer","subject":"anna","detail":""}]`},
	} {
		a := viewer.want(200, "GET", c.path, "")
		if p.asked != c.asked || !strings.Contains(a.body, c.answer) {
			t.Errorf("%s asks for %q and answers %s", c.path, p.asked, a.body)
		}
	}
	p.asked = ""
	viewer.want(200, "GET", "/api/events", "") // the last day
	words := strings.Fields(p.asked)
	from, err := time.Parse(time.RFC3339, words[0])
	to, err2 := time.Parse(time.RFC3339, words[1])
	if err != nil || err2 != nil || to.Sub(from) != 24*time.Hour {
		t.Errorf("without a period it asks for %q", p.asked)
	}
	p.err = errors.New("the history cannot be read just now")
	viewer.want(503, "GET", "/api/events", "")
	viewer.want(503, "GET", "/api/history?series=light", "")
}

func TestWhatThePastIsNotAskedFor(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.History = &past{} })
	_, viewer := h.people(t)
	for _, q := range []string{
		"history", "history?series=milk", "history?series=sound&step=59", "history?series=sound&step=1.5", "history?series=sound&step=999999",
		"history?series=sound&from=yesterday", "history?series=sound&to=2026-01-02", "history?series=sound&steps=60",
		"history?series=sound&from=2026-01-02T03:00:00Z&to=2026-01-02T03:00:00Z",
		"history?series=sound&from=2025-01-02T03:00:00Z&to=2026-01-02T03:00:00Z",
		"events?since=2026-01-02T03:00:00Z", "events?from=2026-01-02T03:00:00Z&to=2025-01-02T03:00:00Z",
	} {
		a := viewer.want(422, "GET", "/api/"+q, "")
		if !strings.Contains(a.body, `"errors"`) {
			t.Errorf("%s does not say which field: %s", q, a.body)
		}
	}
	none := newHouse(t, nil)
	_, viewer = none.people(t)
	viewer.want(404, "GET", "/api/events", "")
	viewer.want(404, "GET", "/api/history?series=sound", "")
}
