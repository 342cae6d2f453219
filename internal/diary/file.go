package diary

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3" // MIT; also registers the driver "sqlite3"
)

// The tables. Times are milliseconds since 1970. A minute's or an hour's mean
// is total / n. An event that is open was true when it was last written.
const tables = `
CREATE TABLE IF NOT EXISTS minutes (t INTEGER, series TEXT, low REAL, total REAL, n INTEGER, high REAL, PRIMARY KEY (t, series)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours   (t INTEGER, series TEXT, low REAL, total REAL, n INTEGER, high REAL, PRIMARY KEY (t, series)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events  (id INTEGER PRIMARY KEY, at INTEGER, until INTEGER, open INTEGER, kind TEXT, subject TEXT, detail TEXT);
CREATE INDEX IF NOT EXISTS events_at ON events (at);
UPDATE events SET open = 0;
PRAGMA user_version = 1;
`

// merge adds figures to those of the same time.
const merge = ` ON CONFLICT (t, series) DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high),
total = total + excluded.total, n = n + excluded.n`

// open opens the file. One that is broken is set aside, and a new one begun.
func (d *Diary) open(ctx context.Context) (*sql.DB, error) {
	db, err := connect(ctx, d.path)
	var broken sqlite3.Error
	if errors.As(err, &broken) && (broken.Code == sqlite3.ErrCorrupt || broken.Code == sqlite3.ErrNotADB) {
		d.log.Error("The history is broken. It is set aside and a new one is begun.", "file", d.path, "reason", err)
		if err := setAside(d.path); err != nil {
			return nil, err
		}
		d.Moment(Span{Kind: "history"}, "The history could not be read any more and was begun anew.")
		db, err = connect(ctx, d.path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the history %s: %w", d.path, err)
	}
	return db, nil
}

func connect(ctx context.Context, path string) (*sql.DB, error) {
	// What was written is on the disk when a write returns (synchronous = FULL).
	from := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000"}
	db, err := sql.Open("sqlite3", from.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	var verdict string
	err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	if err == nil && verdict != "ok" {
		err = fmt.Errorf("%s: %w", verdict, sqlite3.Error{Code: sqlite3.ErrCorrupt})
	}
	if err == nil {
		_, err = db.ExecContext(ctx, tables)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, os.Chmod(path, 0o600)
}

// setAside renames a broken file, over the one that was broken before.
func setAside(path string) error {
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.Rename(path, filepath.Join(filepath.Dir(path), "broken-"+filepath.Base(path)))
}

// batch is what one write brings to the file.
type batch struct {
	minutes []minute
	records []*record
	states  []record // of records, when the batch was taken
	over    int      // how many of records have ended
}

// write brings to the disk what is not there yet. Without a date it waits. What
// cannot be written is kept for the next time.
func (d *Diary) write(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	now := d.calendar()
	if !now.known() {
		return nil
	}
	d.mu.Lock()
	db, b := d.db, d.take()
	d.mu.Unlock()
	if db == nil {
		d.giveBack(b, nil)
		return errClosed
	}
	ids, err := b.write(ctx, db, now)
	d.giveBack(b, ids)
	if err != nil {
		return fmt.Errorf("write the history: %w; make room on the disk", err)
	}
	return nil
}

// take empties what waits into a batch.
func (d *Diary) take() (b batch) {
	b.minutes = d.waiting
	d.waiting = nil
	for _, m := range d.minutes {
		b.minutes = append(b.minutes, *m)
	}
	clear(d.minutes)
	b.records, b.over = d.over, len(d.over)
	d.over = nil
	for _, r := range d.lasting {
		b.records = append(b.records, r)
	}
	for _, r := range b.records {
		b.states = append(b.states, *r)
	}
	return b
}

// giveBack notes what is in the file now; without ids nothing is.
func (d *Diary) giveBack(b batch, ids []int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ids == nil {
		d.waiting = append(b.minutes, d.waiting...)
		d.waiting = d.waiting[max(0, len(d.waiting)-mostWaiting):]
		d.over = append(b.records[:b.over:b.over], d.over...)
		d.over = d.over[max(0, len(d.over)-mostWaiting):]
		return
	}
	for i, r := range b.records {
		r.id = ids[i]
	}
}

// write writes all or nothing, and returns the records' places in the file.
func (b batch) write(ctx context.Context, db *sql.DB, now calendar) ([]int64, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // nothing after Commit
	for _, m := range b.minutes {
		t := now.date(m.began).Truncate(time.Minute).UnixMilli()
		_, err := tx.ExecContext(ctx, "INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?)"+merge, t, m.series, m.low, m.sum, m.n, m.high)
		if err != nil {
			return nil, err
		}
	}
	ids := make([]int64, len(b.states))
	for i, r := range b.states {
		if ids[i], err = r.write(ctx, tx, now, i >= b.over); err != nil {
			return nil, err
		}
	}
	return ids, tx.Commit()
}

func (r record) write(ctx context.Context, tx *sql.Tx, now calendar, open bool) (int64, error) {
	until := now.date(r.end).UnixMilli()
	if r.id != 0 {
		done, err := tx.ExecContext(ctx, "UPDATE events SET until = ?, open = ? WHERE id = ? AND kind = ? AND subject = ?",
			until, open, r.id, r.Kind, r.Subject)
		if err != nil {
			return 0, err
		}
		if n, err := done.RowsAffected(); n > 0 || err != nil {
			return r.id, err
		} // else the file is another one than it was
	}
	done, err := tx.ExecContext(ctx, "INSERT INTO events (at, until, open, kind, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
		now.date(r.began).UnixMilli(), until, open, r.Kind, r.Subject, r.detail)
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}

// prune makes hours of old minutes and forgets what is too old.
func (d *Diary) prune(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	now := d.calendar()
	d.mu.Lock()
	db := d.db
	d.mu.Unlock()
	if !now.known() || db == nil {
		return nil
	}
	old := now.wall.Add(-keepMinutes).Truncate(time.Hour).UnixMilli()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, do := range []struct {
		sql string
		arg int64
	}{
		{`INSERT INTO hours SELECT t - t % 3600000, series, min(low), sum(total), sum(n), max(high) FROM minutes WHERE t < ? GROUP BY 1, 2` + merge, old},
		{`DELETE FROM minutes WHERE t < ?`, old},
		{`DELETE FROM hours WHERE t < ?`, now.wall.Add(-keepHours).UnixMilli()},
		{`DELETE FROM events WHERE at < ?`, now.wall.Add(-keepHours).UnixMilli()},
	} {
		if _, err := tx.ExecContext(ctx, do.sql, do.arg); err != nil {
			return fmt.Errorf("tidy the history: %w", err)
		}
	}
	return tx.Commit()
}

// calendar turns what the monotonic clock has stamped into dates.
type calendar struct{ now, wall time.Time }

func (d *Diary) calendar() calendar { return calendar{time.Now(), d.wall()} }

// known says whether the clock has been set: no monitor is older than this.
func (c calendar) known() bool { return c.wall.Year() >= 2025 }

// date returns when something was, by what the wall clock says now.
func (c calendar) date(at time.Time) time.Time { return c.wall.Add(-c.now.Sub(at)).UTC() }
