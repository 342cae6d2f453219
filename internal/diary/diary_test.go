package diary

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// eons waits until the simulated clock, which begins in the year 2000, has a
// date that a monitor can have.
func eons(t *testing.T) {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// open runs a diary until the test ends or close is called.
func open(t *testing.T, path string) (d *Diary, close func()) {
	t.Helper()
	d = New(path, slog.New(slog.DiscardHandler))
	return d, run(t, d)
}

func run(t *testing.T, d *Diary) (close func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer closing(ended)
		if err := d.Run(ctx); ctx.Err() == nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
	return func() { cancel(); <-ended }
}

func closing(c chan struct{}) { close(c) }

func history(t *testing.T, d *Diary, series string, step time.Duration) []Point {
	t.Helper()
	points, err := d.History(t.Context(), series, time.Unix(0, 0), time.Now().Add(time.Hour), step)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func events(t *testing.T, d *Diary, kind string) []Event {
	t.Helper()
	all, err := d.Events(t.Context(), time.Unix(0, 0), time.Now().Add(time.Hour), kind)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsMeasuredIsGatheredByMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eons(t)
		d, stop := open(t, filepath.Join(t.TempDir(), "history.db"))
		defer stop()
		for i := range 120 { // two minutes
			d.Measure("temperature", 20+float64(i%3))
			d.Measure("humidity", 50)
			time.Sleep(time.Second)
		}
		all := history(t, d, "temperature", time.Minute)
		if len(all) < 2 || len(all) > 3 {
			t.Fatalf("%d points in two minutes", len(all))
		}
		for _, p := range all {
			if p.Min != 20 || p.Max != 22 || p.Mean < 20.9 || p.Mean > 21.1 || p.T.Second() != 0 {
				t.Errorf("%+v", p)
			}
		}
		if all := history(t, d, "temperature", time.Hour); len(all) != 1 || !all[0].T.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("by the hour: %+v", all)
		}
		if all := history(t, d, "light", time.Minute); len(all) != 0 {
			t.Errorf("what was never measured: %+v", all)
		}
	})
}

func TestWhatLastsBeginsAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eons(t)
		d, stop := open(t, filepath.Join(t.TempDir(), "history.db"))
		defer stop()
		began := time.Now().UTC()
		anna := Span{"viewer", "Anna"}
		tell := func(long time.Duration, now map[Span]string) {
			for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(time.Second) {
				d.True(now)
			}
		}
		tell(10*time.Second, map[Span]string{anna: ""})
		if all := events(t, d, ""); len(all) != 1 || all[0].Until != nil || !all[0].At.Equal(began) {
			t.Fatalf("while it lasts: %+v", all)
		}
		tell(10*time.Second, nil) // comes back before the grace is over
		tell(10*time.Second, map[Span]string{anna: "", {"fault", "camera"}: "It is gone."})
		tell(2*grace, nil)
		all := events(t, d, "viewer")
		if len(all) != 1 || all[0].Until == nil || all[0].Until.Sub(began) != 29*time.Second {
			t.Errorf("after it has ended: %+v", all)
		}
		if all := events(t, d, "fault"); len(all) != 1 || all[0].Detail != "It is gone." || all[0].Subject != "camera" {
			t.Errorf("%+v", all)
		}
		if all := events(t, d, ""); len(all) != 2 || all[0].Kind != "fault" {
			t.Errorf("newest first: %+v", all)
		}
		some, err := d.Events(t.Context(), began.Add(25*time.Second), time.Now(), "")
		if err != nil || len(some) != 2 {
			t.Errorf("what lasted into the period: %+v, %v", some, err)
		}
	})
}

func TestKeptOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eons(t)
		path := filepath.Join(t.TempDir(), "a folder?", "history.db")
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		d, stop := open(t, path)
		d.Measure("sound", -50)
		d.True(map[Span]string{{"night", ""}: ""})
		d.Moment(Span{"restart", ""}, "v1")
		stop()
		if _, err := d.Events(t.Context(), time.Unix(0, 0), time.Now(), ""); err == nil {
			t.Error("a diary that is closed can be read")
		}
		stop = run(t, d) // the same program goes on
		d.True(map[Span]string{{"night", ""}: ""})
		if all := events(t, d, "night"); len(all) != 1 || all[0].Until != nil {
			t.Errorf("what went on is another: %+v", all)
		}
		stop()
		other, stop := open(t, path) // and another one comes after a power cut
		defer stop()
		if all := events(t, other, "night"); len(all) != 1 || all[0].Until == nil {
			t.Errorf("what lasted when the power went still does: %+v", all)
		}
		if all := history(t, other, "sound", time.Minute); len(all) != 1 || all[0].Mean != -50 {
			t.Errorf("%+v", all)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
	})
}

func TestOldMinutesBecomeHoursAndOldHoursGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eons(t)
		d, stop := open(t, filepath.Join(t.TempDir(), "history.db"))
		defer stop()
		for range 90 {
			d.Measure("light", 3)
			time.Sleep(time.Minute)
		}
		d.Moment(Span{"restart", ""}, "")
		time.Sleep(keepMinutes + 2*pruneEvery)
		if all := history(t, d, "light", time.Minute); len(all) != 2 || all[0].Mean != 3 || all[0].T.Minute() != 0 {
			t.Errorf("after a month: %+v", all)
		}
		time.Sleep(keepHours)
		if all := history(t, d, "light", time.Minute); len(all) != 0 {
			t.Errorf("after a year: %+v", all)
		}
		if all := events(t, d, ""); len(all) != 0 {
			t.Errorf("after a year: %+v", all)
		}
	})
}

func TestNothingIsDatedBeforeTheClockIsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(filepath.Join(t.TempDir(), "history.db"), slog.New(slog.DiscardHandler))
		var ahead time.Duration // of the simulated clock, which begins in the year 2000
		d.wall = func() time.Time { return time.Now().Add(ahead) }
		defer run(t, d)()
		d.Measure("temperature", 21)
		d.Moment(Span{"restart", ""}, "")
		time.Sleep(2 * time.Hour)
		d.Measure("temperature", 22)
		if all := events(t, d, ""); len(all) != 0 {
			t.Errorf("dated %v", all)
		}
		set := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
		ahead = time.Until(set)
		from, to := set.Add(-24*time.Hour), set.Add(time.Hour)
		points, err := d.History(t.Context(), "temperature", from, to, time.Minute)
		if err != nil || len(points) != 2 || !points[0].T.Equal(set.Add(-2*time.Hour)) || points[0].Mean != 21 {
			t.Errorf("%+v, %v", points, err)
		}
		all, err := d.Events(t.Context(), from, to, "")
		if err != nil || len(all) != 1 || !all[0].At.Equal(set.Add(-2*time.Hour)) {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestABrokenFileIsSetAside(t *testing.T) {
	for name, spoil := range map[string]func([]byte) []byte{
		"no database": func([]byte) []byte { return []byte(strings.Repeat("milk", 5000)) },
		"a torn page": func(b []byte) []byte { copy(b[4096:], strings.Repeat("milk", 1024)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				eons(t)
				path := filepath.Join(t.TempDir(), "history.db")
				d, stop := open(t, path)
				for range 300 {
					d.Measure("sound", -40)
					time.Sleep(time.Minute)
				}
				stop()
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, spoil(b), 0o600); err != nil {
					t.Fatal(err)
				}
				d, stop = open(t, path)
				defer stop()
				d.Measure("sound", -30)
				if all := history(t, d, "sound", time.Minute); len(all) != 1 || all[0].Mean != -30 {
					t.Errorf("%d points", len(all))
				}
				if all := events(t, d, "history"); len(all) != 1 {
					t.Errorf("nobody is told: %+v", all)
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), "broken-history.db")); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestAFullDiskLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		eons(t)
		path := filepath.Join(t.TempDir(), "history.db")
		d, stop := open(t, path)
		d.Measure("sound", -40)
		stop()

		full := unix.Rlimit{Cur: 0, Max: unix.RLIM_INFINITY}
		var was unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
			t.Fatal(err)
		}
		set := func(l unix.Rlimit) {
			if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &l); err != nil {
				t.Fatal(err)
			}
		}
		set(full) // no file can grow
		defer set(was)
		ended := make(chan error)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { ended <- d.Run(ctx) }()
		d.Moment(Span{"restart", ""}, "")
		d.Measure("sound", -30)
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "history") {
			t.Errorf("it says %v", err)
		}
		set(was)
		defer run(t, d)()
		if all := history(t, d, "sound", time.Minute); len(all) < 1 || all[0].Max != -30 {
			t.Errorf("%+v", all)
		}
		if all := events(t, d, "restart"); len(all) != 1 {
			t.Errorf("%+v", all)
		}
	})
}

func BenchmarkAMonthIsRead(b *testing.B) {
	d := New(filepath.Join(b.TempDir(), "history.db"), slog.New(slog.DiscardHandler))
	db, err := d.open(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	d.set(db)
	defer db.Close()
	now := time.Now()
	for minutesAgo := range 30 * 24 * 60 {
		for _, series := range []string{"temperature", "humidity", "sound", "light"} {
			d.waiting = append(d.waiting, minute{series, now.Add(-time.Duration(minutesAgo) * time.Minute), 1, 2, 3, 1})
		}
	}
	if err := d.write(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		points, err := d.History(b.Context(), "sound", now.Add(-30*24*time.Hour), now, time.Hour)
		if err != nil || len(points) < 700 {
			b.Fatal(len(points), err)
		}
	}
	if info, err := os.Stat(d.path); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
}
