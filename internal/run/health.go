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

// Alive returns false when a service has been failing again and again for so
// long (see Options.GiveUp) that a fresh process is the last thing to try. It
// is what the watchdog should ask: [House.Health] also fails for a camera that
// is merely unplugged, and to kill the whole monitor for that would take the
// sound away as well.
func (h *House) Alive() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !slices.ContainsFunc(h.rooms, func(r *room) bool {
		return !r.failing.IsZero() && time.Since(r.failing) >= h.opts.GiveUp
	})
}
