// Package diary remembers what was measured and what happened, in one SQLite
// file that is kept small and seldom written, for SD cards: measurements are
// gathered for a minute, so a power cut loses that minute at most and never
// harms what was written before. Minutes older than a month become hours, and
// hours older than a year are forgotten.
//
// Times are taken from Go's monotonic clock and dated when they are written. A
// board without a clock of its own does not know the date when it starts: what
// happens before it does is dated once it does.
package diary

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	writeEvery = time.Minute
	writeSoon  = 2 * time.Second // after something has begun or ended
	pruneEvery = 24 * time.Hour

	keepMinutes = 31 * 24 * time.Hour
	keepHours   = 400 * 24 * time.Hour

	// grace is how long something must have been over before it has ended: a
	// phone that comes back at once was there all the time.
	grace = 20 * time.Second
	// mostWaiting bounds what waits while nothing can be written: a day of four
	// series.
	mostWaiting = 4 * 24 * 60
)

// errClosed is what is said while the file is not open.
var errClosed = errors.New("the history cannot be read just now; try again in a minute")

// Span is something that lasts. What it is about does not change while it does.
type Span struct {
	Kind    string // "viewer", "fault", "temperature", …
	Subject string // who or what
}

// Diary keeps the file. It may be used by many goroutines. Make it with [New].
type Diary struct {
	path string
	log  *slog.Logger
	wall func() time.Time // what the clock on the wall says
	soon chan struct{}    // one token: something has begun or ended

	writing sync.Mutex // one writer at a time
	mu      sync.Mutex // guards what follows
	db      *sql.DB    // nil while Run does not run
	minutes map[string]*minute
	waiting []minute         // whole minutes that could not be written yet
	lasting map[Span]*record // what is true now
	over    []*record        // what has ended and is not written as such
}

// minute is what one series was for a while.
type minute struct {
	series         string
	began          time.Time
	low, sum, high float64
	n              int
}

// record is one event on its way into the file.
type record struct {
	Span
	detail     string
	began, end time.Time // end: when it was last true
	id         int64     // in the file; 0 until it is there
}

// New returns a diary in the file at path. Nothing is opened before Run.
func New(path string, log *slog.Logger) *Diary {
	return &Diary{path: path, log: log, wall: time.Now, soon: make(chan struct{}, 1), minutes: map[string]*minute{}, lasting: map[Span]*record{}}
}

// Run keeps the file open and writes until ctx ends, and once more then. It may
// be called again after it has returned.
func (d *Diary) Run(ctx context.Context) error {
	db, err := d.open(ctx)
	if err != nil {
		return err
	}
	d.set(db)
	defer func() {
		d.set(nil)
		db.Close()
	}()
	if err := d.keep(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(d.write(context.WithoutCancel(ctx)), ctx.Err())
}

func (d *Diary) set(db *sql.DB) {
	d.writing.Lock() // nobody writes or reads while it changes
	defer d.writing.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.db = db
}

// keep writes from time to time until ctx ends or writing fails.
func (d *Diary) keep(ctx context.Context) error {
	write, prune := time.NewTicker(writeEvery), time.NewTimer(writeEvery)
	defer write.Stop()
	defer prune.Stop()
	var soon <-chan time.Time
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.soon:
			soon = time.After(writeSoon)
		case <-soon:
			soon = nil
			err = d.write(ctx)
		case <-write.C:
			err = d.write(ctx)
		case <-prune.C:
			prune.Reset(pruneEvery)
			err = d.prune(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// Measure notes the value of a series now, such as "temperature".
func (d *Diary) Measure(series string, value float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, now := d.minutes[series], time.Now()
	if m != nil && now.Sub(m.began) >= time.Minute { // nothing could be written
		d.wait(*m)
		m = nil
	}
	if m == nil {
		m = &minute{series: series, began: now, low: value, high: value}
		d.minutes[series] = m
	}
	m.low, m.high, m.sum, m.n = min(m.low, value), max(m.high, value), m.sum+value, m.n+1
}

// wait keeps a minute for later. The oldest goes when there are too many.
func (d *Diary) wait(m minute) {
	if len(d.waiting) >= mostWaiting {
		d.waiting = d.waiting[1:]
	}
	d.waiting = append(d.waiting, m)
}

// Moment notes something that has no length.
func (d *Diary) Moment(s Span, detail string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.end(&record{Span: s, detail: detail, began: now, end: now})
}

// True tells all that is true now, with a detail for each: what is new has
// begun, and what is missing ends unless it is soon true again.
func (d *Diary) True(now map[Span]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := time.Now()
	for s, detail := range now {
		if r := d.lasting[s]; r != nil {
			r.end = at
			continue
		}
		d.lasting[s] = &record{Span: s, detail: detail, began: at, end: at}
		d.hurry()
	}
	for s, r := range d.lasting {
		if at.Sub(r.end) > grace {
			delete(d.lasting, s)
			d.end(r)
		}
	}
}

func (d *Diary) end(r *record) {
	if len(d.over) >= mostWaiting {
		d.over = d.over[1:]
	}
	d.over = append(d.over, r)
	d.hurry()
}

func (d *Diary) hurry() {
	select {
	case d.soon <- struct{}{}:
	default:
	}
}
