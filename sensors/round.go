package sensors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Source is a sensor that the round visits.
type Source struct {
	Name   string // as the owner knows it, such as "bme280 on i2c-1"
	Sensor Sensor
	// Offset is added to what the sensor reads, by quantity. It corrects a
	// sensor that sits in a warm corner.
	Offset map[Quantity]float64
	// Timeout is for one reading of a sensor that is slow by nature; 0 means
	// that of the round.
	Timeout time.Duration
}

// Options make a [Round]. The zero value of a field means its default.
type Options struct {
	Sources     []Source      // where two measure the same, the first is preferred
	Every       time.Duration // from one visit to the next; 10 s
	Timeout     time.Duration // for one reading; 3 s
	StaleAfter  time.Duration // older values are stale; 5 min
	Temperature Band          // DefaultTemperature
	Humidity    Band          // DefaultHumidity
	Log         *slog.Logger
	// OnFacts is called from Run, after each visit and when a value becomes
	// stale. It must not block.
	OnFacts func(Facts)
}

// Round polls sensors. Each is visited by a goroutine of its own, so that one
// that hangs keeps none of the others waiting. Make it with [NewRound].
type Round struct {
	opts Options
}

// tries is how often a sensor is read in one visit before it counts as faulty.
const tries = 3

// overdue is how much longer than its time a reading may take before the
// sensor is said to hang.
const overdue = 500 * time.Millisecond

// NewRound returns a round, or says what is wrong with the options.
func NewRound(opts Options) (*Round, error) {
	opts.Every = cmp.Or(opts.Every, 10*time.Second)
	opts.Timeout = cmp.Or(opts.Timeout, 3*time.Second)
	opts.StaleAfter = cmp.Or(opts.StaleAfter, 5*time.Minute)
	opts.Temperature = cmp.Or(opts.Temperature, DefaultTemperature())
	opts.Humidity = cmp.Or(opts.Humidity, DefaultHumidity())
	opts.Log = cmp.Or(opts.Log, slog.New(slog.DiscardHandler))
	if opts.OnFacts == nil {
		opts.OnFacts = func(Facts) {}
	}
	if opts.Every < 0 || opts.Timeout < 0 || opts.StaleAfter < 0 {
		return nil, errors.New("the times of the climate round must not be negative")
	}
	if err := errors.Join(opts.Temperature.Check(), opts.Humidity.Check()); err != nil {
		return nil, err
	}
	return &Round{opts: opts}, nil
}

// Run visits the sensors until ctx ends and returns ctx's error when every
// Read has returned.
func (r *Round) Run(ctx context.Context) error {
	visits := make(chan visit)
	var visitors sync.WaitGroup
	defer visitors.Wait()
	b := newBook(r.opts)
	for i := range r.opts.Sources {
		visitors.Go(func() { r.patrol(ctx, i, visits) })
	}
	b.publish(time.Now())
	timer := time.NewTimer(r.opts.StaleAfter)
	defer timer.Stop()
	timer.Stop() // until there is something to review
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case v := <-visits:
			b.enter(v, time.Now())
		case <-timer.C:
			b.review(time.Now())
		}
		if next := b.nextReview(); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(time.Until(next))
		}
	}
}

// visit is the outcome of a visit, or the news that a reading begins.
type visit struct {
	source   int
	begins   bool
	readings []Reading
	err      error
}

// patrol visits one sensor again and again.
func (r *Round) patrol(ctx context.Context, source int, visits chan<- visit) {
	tick := time.NewTicker(r.opts.Every)
	defer tick.Stop()
	for {
		if !send(ctx, visits, r.visit(ctx, source, visits)) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// visit reads a sensor, at once again if that fails, and returns what the last
// reading said together with what only an earlier one knew.
func (r *Round) visit(ctx context.Context, source int, visits chan<- visit) visit {
	v := visit{source: source}
	for range tries {
		if !send(ctx, visits, visit{source: source, begins: true}) {
			return v
		}
		var fresh []Reading
		fresh, v.err = r.read(ctx, r.opts.Sources[source])
		v.readings = append(v.readings, fresh...)
		if v.err == nil || ctx.Err() != nil {
			break
		}
	}
	return v
}

// read reads a sensor once. It returns the plausible readings and why there
// are not more.
func (r *Round) read(ctx context.Context, s Source) (good []Reading, err error) {
	timeout := cmp.Or(s.Timeout, r.opts.Timeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			r.opts.Log.Error("a sensor's driver panicked", "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("a mistake in its driver: %v", v)
		}
	}()
	readings, err := s.Sensor.Read(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("it has not answered within %v", timeout)
	}
	for _, reading := range readings {
		if wrong := reading.Plausible(); wrong != nil {
			err = errors.Join(err, wrong)
			continue
		}
		good = append(good, reading)
	}
	if len(readings) == 0 && err == nil {
		err = errors.New("it has measured nothing")
	}
	return good, err
}

// send hands v over. It returns false if ctx has ended: what was found out
// after that is not the sensor's fault.
func send(ctx context.Context, visits chan<- visit, v visit) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case visits <- v:
		return true
	}
}
