package diary

import (
	"context"
	"time"
)

// Point is what a series was for one step of time.
type Point struct {
	T    time.Time `json:"t"` // when the step begins
	Min  float64   `json:"min"`
	Mean float64   `json:"mean"`
	Max  float64   `json:"max"`
}

// Event is something that happened.
type Event struct {
	At      time.Time  `json:"at"`
	Until   *time.Time `json:"until"` // nil while it lasts; as At for a moment
	Kind    string     `json:"kind"`
	Subject string     `json:"subject"`
	Detail  string     `json:"detail"`
}

// MostEvents is how many events one answer has: the newest.
const MostEvents = 1000

// History returns a series from a time (included) to another (excluded), a
// point for each step in which something was measured. Steps are whole
// multiples of step since 1970; before the last month none is shorter than an
// hour. step is a minute or more.
func (d *Diary) History(ctx context.Context, series string, from, to time.Time, step time.Duration) ([]Point, error) {
	points := []Point{}
	err := d.ask(ctx, func(scan func(to ...any) error) error {
		var t int64
		var p Point
		if err := scan(&t, &p.Min, &p.Mean, &p.Max); err != nil {
			return err
		}
		p.T = time.UnixMilli(t).UTC()
		points = append(points, p)
		return nil
	}, `SELECT t - t % ?1, min(low), sum(total) / sum(n), max(high)
FROM (SELECT * FROM minutes UNION ALL SELECT * FROM hours) WHERE series = ?2 AND t >= ?3 AND t < ?4 GROUP BY 1 ORDER BY 1`,
		step.Milliseconds(), series, from.UnixMilli(), to.UnixMilli())
	return points, err
}

// Events returns what happened, or still lasted, from a time (included) to
// another (excluded), newest first; of one kind, or of all where kind is empty.
func (d *Diary) Events(ctx context.Context, from, to time.Time, kind string) ([]Event, error) {
	events := []Event{}
	err := d.ask(ctx, func(scan func(to ...any) error) error {
		var at, until int64
		var open bool
		var e Event
		if err := scan(&at, &until, &open, &e.Kind, &e.Subject, &e.Detail); err != nil {
			return err
		}
		e.At = time.UnixMilli(at).UTC()
		if !open {
			ended := time.UnixMilli(until).UTC()
			e.Until = &ended
		}
		events = append(events, e)
		return nil
	}, `SELECT at, until, open, kind, subject, detail FROM events
WHERE at < ?2 AND (until >= ?1 OR open) AND (?3 = '' OR kind = ?3) ORDER BY at DESC, id DESC LIMIT ?4`,
		from.UnixMilli(), to.UnixMilli(), kind, MostEvents)
	return events, err
}

// ask writes what waits, so that it is in the answer if possible, and reads row
// by row.
func (d *Diary) ask(ctx context.Context, row func(scan func(to ...any) error) error, query string, args ...any) error {
	_ = d.write(ctx) // Run tells of what cannot be written; what is there can still be read
	d.mu.Lock()
	db := d.db
	d.mu.Unlock()
	if db == nil {
		return errClosed
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
