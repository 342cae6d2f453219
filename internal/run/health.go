package run

import (
	"fmt"
	"slices"
	"time"
)

// Reports returns what is true of each service now, in the order of Add.
func (h *House) Reports() []Report {
	h.mu.Lock()
	defer h.mu.Unlock()
	reports := make([]Report, len(h.rooms))
	for i, r := range h.rooms {
		reports[i] = r.report
	}
	return reports
}

// Health returns "ok" while all services and checks are well, and otherwise
// the name of the first that is not, with why. A service that has just been
// started again is not well until it has run for a moment.
func (h *House) Health() (name string, err error) {
	reports := h.Reports()
	bad := slices.IndexFunc(reports, func(r Report) bool {
		return r.Condition == Fault || r.Condition == Starting
	})
	if bad >= 0 {
		return reports[bad].Name, fmt.Errorf("%s: %s", reports[bad].Name, reports[bad].Detail)
	}
	for _, c := range h.checks {
		if err := c.ask(); err != nil {
			return c.name, err
		}
	}
	return "ok", nil
}

// Alive returns false when a fresh process is the last thing to try: when a
// service has been failing again and again for long (see Options.GiveUp), or
// when something vital has stood still for a while (see [House.Vital]). It is
// what the watchdog should ask: [House.Health] also fails for a camera that is
// merely unplugged, and to kill the whole monitor for that would take the sound
// away as well.
func (h *House) Alive() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	given := slices.ContainsFunc(h.rooms, func(r *room) bool {
		return !r.failing.IsZero() && time.Since(r.failing) >= h.opts.GiveUp
	})
	stuck := false
	for _, v := range h.vitals { // each of them looks at its clock
		stuck = v.stuck(h.opts) || stuck
	}
	return !given && !stuck
}

// vital is something that must not stand still.
type vital struct {
	name  string
	signs func() (count int64, due bool)

	count int64
	since time.Time // when the count was seen to change; zero before the first look
	told  bool
}

// Vital adds something that must make progress, such as the loop that hands out
// pictures. signs returns a count that changes with each sign of life, failed
// attempts included, and whether any is due: nothing is while it rests. Where
// signs are due and the count stands still for longer than Options.Stuck,
// [House.Alive] is false. signs is called by Alive, from any goroutine, and
// must not block or call the House.
func (h *House) Vital(name string, signs func() (count int64, due bool)) {
	h.vitals = append(h.vitals, &vital{name: name, signs: signs})
}

// stuck looks whether v has moved since the last look.
func (v *vital) stuck(o Options) bool {
	count, due := v.signs()
	if count != v.count || !due || v.since.IsZero() {
		v.count, v.since, v.told = count, time.Now(), false
		return false
	}
	stuck := time.Since(v.since) >= o.Stuck
	if stuck && !v.told {
		v.told = true
		o.Log.Error("it stands still", "what", v.name, "for", time.Since(v.since).Round(time.Second))
	}
	return stuck
}
