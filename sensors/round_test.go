package sensors_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

var errWire = errors.New("no answer on the bus")

func celsius(v float64) sensors.Reading {
	return sensors.Reading{Quantity: sensors.Temperature, Value: v}
}

func percent(v float64) sensors.Reading {
	return sensors.Reading{Quantity: sensors.Humidity, Value: v}
}

// walk is a Round that runs.
type walk struct {
	mu   sync.Mutex
	told []sensors.Facts
}

// start runs a Round in a bubble until the test ends.
func start(t *testing.T, opts sensors.Options) *walk {
	t.Helper()
	w := new(walk)
	opts.OnFacts = func(f sensors.Facts) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, f)
	}
	r, err := sensors.NewRound(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	})
	return w
}

// after lets d pass and returns the newest facts.
func (w *walk) after(d time.Duration) sensors.Facts {
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told[len(w.told)-1]
}

func TestRoundTellsWhatIsMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := sensorstest.New(celsius(21), percent(50))
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "one", Sensor: fake}}})
		began := time.Now()
		f := w.after(time.Second)
		want := sensors.Measure{Value: 21, At: began, Comfort: sensors.Warm, Sensor: "one"}
		if got := f.Measures[sensors.Temperature]; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got := f.Measures[sensors.Humidity]; got.Value != 50 || got.Comfort != sensors.Good {
			t.Errorf("got %+v", got)
		}
		if len(f.Measures) != 2 || f.Fault() != "" {
			t.Errorf("got %+v", f)
		}
		fake.Set(celsius(18))
		f = w.after(10 * time.Second)
		if got := f.Measures[sensors.Temperature]; got.Value != 18 || got.Comfort != sensors.Good || got.At != began.Add(10*time.Second) {
			t.Errorf("got %+v", got)
		}
		w.after(90 * time.Second)
		if n := fake.Reads(); n != 11 {
			t.Errorf("%d reads", n)
		}
	})
}

func TestFailedReadIsTriedAgainAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := sensorstest.New(celsius(18))
		fake.FailNext(errWire, errWire)
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "one", Sensor: fake}}})
		f := w.after(time.Second)
		if f.Fault() != "" || f.Measures[sensors.Temperature].Value != 18 || fake.Reads() != 3 {
			t.Errorf("got %+v after %d reads", f, fake.Reads())
		}
		fake.FailNext(errWire, errWire, errWire)
		failed := time.Now().Add(9 * time.Second)
		f = w.after(10 * time.Second)
		if !strings.Contains(f.Fault(), "one: no answer on the bus") || fake.Reads() != 6 {
			t.Errorf("got %+v after %d reads", f, fake.Reads())
		}
		if s := f.Sensors[0]; s.Tries != 1 || !s.Since.Equal(failed) {
			t.Errorf("got %+v", s)
		}
		m := f.Measures[sensors.Temperature]
		if m.Value != 18 || m.Stale || m.Fault == "" {
			t.Errorf("the last good value is %+v", m)
		}
		if f = w.after(10 * time.Second); f.Fault() != "" || f.Measures[sensors.Temperature].Fault != "" {
			t.Errorf("the fault stays: %+v", f)
		}
	})
}

func TestPartOfAReadingCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := sensorstest.New(celsius(18))
		fake.Fail(errors.New("no humidity"))
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "one", Sensor: fake}}})
		f := w.after(time.Second)
		if f.Measures[sensors.Temperature].Value != 18 || !strings.Contains(f.Fault(), "no humidity") {
			t.Errorf("got %+v", f)
		}
	})
}

func TestImpossibleValuesAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := sensorstest.New(celsius(18), percent(50))
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "one", Sensor: fake}}})
		w.after(time.Second)
		fake.Set(celsius(-127), percent(51))
		f := w.after(10 * time.Second)
		if f.Measures[sensors.Temperature].Value != 18 || f.Measures[sensors.Humidity].Value != 51 {
			t.Errorf("got %+v", f)
		}
		if !strings.Contains(f.Fault(), "-127") {
			t.Errorf("fault %q", f.Fault())
		}
		fake.Set()
		if f = w.after(10 * time.Second); !strings.Contains(f.Fault(), "measured nothing") {
			t.Errorf("fault %q", f.Fault())
		}
	})
}

func TestOldValueBecomesStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := sensorstest.New(celsius(18))
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "one", Sensor: fake}}})
		w.after(time.Second)
		free := fake.Hang()
		defer free()
		f := w.after(5*time.Minute - 2*time.Second)
		if m := f.Measures[sensors.Temperature]; m.Stale || !strings.Contains(m.Fault, "hangs") {
			t.Errorf("got %+v", m)
		}
		f = w.after(time.Second)
		if m := f.Measures[sensors.Temperature]; !m.Stale || m.Value != 18 || m.Comfort != "" {
			t.Errorf("got %+v", m)
		}
		w.mu.Lock()
		n := len(w.told)
		w.mu.Unlock()
		w.after(24 * time.Hour)
		if len(w.told) != n {
			t.Errorf("told %d times more although nothing changes", len(w.told)-n)
		}
	})
}

func TestHangingSensorDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, well := sensorstest.New(celsius(18)), sensorstest.New(celsius(19))
		free := stuck.Hang()
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "stuck", Sensor: stuck}, {Name: "well", Sensor: well}}})
		f := w.after(4 * time.Second)
		if !strings.Contains(f.Sensors[0].Fault, "hangs") || f.Sensors[1].Fault != "" {
			t.Errorf("got %+v", f.Sensors)
		}
		if m := f.Measures[sensors.Temperature]; m.Value != 19 || m.Sensor != "well" {
			t.Errorf("got %+v", m)
		}
		w.after(time.Hour)
		if well.Reads() < 360 || stuck.Reads() != 1 {
			t.Errorf("%d and %d reads", well.Reads(), stuck.Reads())
		}
		free()
		f = w.after(20 * time.Second)
		if m := f.Measures[sensors.Temperature]; m.Value != 18 || f.Fault() != "" {
			t.Errorf("got %+v", f)
		}
	})
}

func TestSlowSensorHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := sensorstest.New(celsius(18))
		free := slow.Hang()
		defer free()
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "slow", Sensor: slow, Timeout: 8 * time.Second}}})
		if f := w.after(8 * time.Second); f.Fault() != "" {
			t.Errorf("within its time: %+v", f.Sensors)
		}
		if f := w.after(time.Second); !strings.Contains(f.Fault(), "hangs") {
			t.Errorf("after its time: %+v", f.Sensors)
		}
	})
}

func TestFirstFreshSensorWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := sensorstest.New(celsius(18)), sensorstest.New(celsius(19), percent(40))
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "first", Sensor: first}, {Name: "second", Sensor: second}}})
		at := func(d time.Duration, want float64) {
			t.Helper()
			if m := w.after(d).Measures[sensors.Temperature]; m.Value != want {
				t.Errorf("got %+v, want %v", m, want)
			}
		}
		at(time.Second, 18)
		first.Fail(errWire)
		first.Set()
		at(4*time.Minute, 18)
		at(2*time.Minute, 19)
		second.Fail(errWire)
		second.Set()
		at(10*time.Minute, 19) // both are stale: the younger
		first.Set(celsius(17))
		at(20*time.Second, 17)
	})
}

func TestOffsetCalibrates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		offset := map[sensors.Quantity]float64{sensors.Temperature: -2.5, sensors.Humidity: 10}
		fake := sensorstest.New(celsius(21), percent(95))
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "one", Sensor: fake, Offset: offset}}})
		f := w.after(time.Second)
		if m := f.Measures[sensors.Temperature]; m.Value != 18.5 || m.Comfort != sensors.Good {
			t.Errorf("got %+v", m)
		}
		if m := f.Measures[sensors.Humidity]; m.Value != 100 {
			t.Errorf("got %+v", m)
		}
	})
}

type panics struct{}

func (panics) Read(context.Context) ([]sensors.Reading, error) { panic("index out of range") }

type slow struct{}

func (slow) Read(ctx context.Context) ([]sensors.Reading, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestBadDriversAreFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, sensors.Options{Sources: []sensors.Source{{Name: "panics", Sensor: panics{}}, {Name: "slow", Sensor: slow{}}}})
		f := w.after(time.Minute)
		if !strings.Contains(f.Sensors[0].Fault, "index out of range") {
			t.Errorf("got %+v", f.Sensors[0])
		}
		if !strings.Contains(f.Sensors[1].Fault, "within 3s") {
			t.Errorf("got %+v", f.Sensors[1])
		}
	})
}

func TestRoundWithoutSensorsTellsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, sensors.Options{})
		f := w.after(time.Hour)
		if len(w.told) != 1 || len(f.Measures) != 0 || f.Fault() != "" {
			t.Errorf("told %+v", w.told)
		}
	})
}

func TestNewRoundRefusesBadOptions(t *testing.T) {
	for _, opts := range []sensors.Options{
		{Every: -1}, {Timeout: -1}, {StaleAfter: -1}, {Humidity: sensors.Band{Low: 2, High: 1}},
	} {
		if _, err := sensors.NewRound(opts); err == nil {
			t.Errorf("%+v is no error", opts)
		}
	}
}
