package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Options shape a [House]. The zero value of each field means its default.
type Options struct {
	// Log gets a line for each failure, with the stack after a panic.
	Log *slog.Logger
	// OnReport is called with each change, one call at a time and in order. It
	// must not block or call the House.
	OnReport func(Report)
	// Grace is how long the services may take to stop; 3 s by default.
	Grace time.Duration
	// FirstPause is how long a failed service waits before it is started again,
	// 0.5 s by default. Each failure in a row doubles the pause up to LastPause,
	// 30 s by default.
	FirstPause, LastPause time.Duration
	// Trust is how long a service must run for its pauses to begin at
	// FirstPause again; 60 s by default.
	Trust time.Duration
	// GiveUp is how long a service may be failing before [House.Alive] says so;
	// 10 min by default.
	GiveUp time.Duration
	// Stuck is how long something vital may stand still; 1 min by default.
	Stuck time.Duration
}

// settling is how long a service that has failed must run before it counts as
// working again.
const settling = 2 * time.Second

// House runs services. Make it with [NewHouse], furnish it with [House.Add]
// and [House.Check], then call [House.Run] once.
type House struct {
	opts   Options
	rooms  []*room
	checks []check
	vitals []*vital

	mu sync.Mutex // guards the report and failing of each room, the vitals, and the order of OnReport
}

type room struct {
	service Service
	report  Report
	failing time.Time // when it last stopped being trusted; zero while it is trusted
}

type check struct {
	name string
	ask  func() error
}

// NewHouse returns an empty House.
func NewHouse(opts Options) *House {
	opts.Log = cmp.Or(opts.Log, slog.New(slog.DiscardHandler))
	opts.Grace = cmp.Or(opts.Grace, 3*time.Second)
	opts.FirstPause = cmp.Or(opts.FirstPause, 500*time.Millisecond)
	opts.LastPause = cmp.Or(opts.LastPause, 30*time.Second)
	opts.Trust = cmp.Or(opts.Trust, time.Minute)
	opts.GiveUp = cmp.Or(opts.GiveUp, 10*time.Minute)
	opts.Stuck = cmp.Or(opts.Stuck, time.Minute)
	if opts.OnReport == nil {
		opts.OnReport = func(Report) {}
	}
	return &House{opts: opts}
}

// Add puts a service in. Names are short, lower case and unlike each other.
func (h *House) Add(name string, s Service) {
	h.rooms = append(h.rooms, &room{service: s, report: Report{Name: name, Condition: Resting}})
}

// Check adds something besides the services that must be well for the House
// to be well, such as a device that has a fault of its own. ask is called by
// [House.Health], from any goroutine.
func (h *House) Check(name string, ask func() error) {
	h.checks = append(h.checks, check{name: name, ask: ask})
}

// Run runs all services until ctx ends, then stops them all at once and waits
// for them. It returns nil after a clean stop, and a *[StuckError] if some did
// not end in time.
func (h *House) Run(ctx context.Context) error {
	ended := make(chan *room, len(h.rooms))
	for _, r := range h.rooms {
		go func() {
			h.keep(ctx, r)
			ended <- r
		}()
	}
	<-ctx.Done()
	return h.wait(ended)
}

// wait waits for every room to end, for at most the grace.
func (h *House) wait(ended <-chan *room) error {
	grace := time.NewTimer(h.opts.Grace)
	defer grace.Stop()
	left := slices.Clone(h.rooms)
	for len(left) > 0 {
		select {
		case r := <-ended:
			left = slices.DeleteFunc(left, func(o *room) bool { return o == r })
		case <-grace.C:
			stuck := &StuckError{Grace: h.opts.Grace}
			for _, r := range left {
				h.say(r, Fault, "did not stop in time")
				stuck.Names = append(stuck.Names, r.report.Name)
			}
			return stuck
		}
	}
	return nil
}

// keep runs r's service, again and again while it fails, until ctx ends.
func (h *House) keep(ctx context.Context, r *room) {
	pause := h.opts.FirstPause
	for failures := 0; ; {
		lasted, err := h.once(ctx, r, failures > 0)
		if ctx.Err() != nil || err == nil {
			h.say(r, Resting, "")
			return
		}
		if lasted >= h.opts.Trust {
			failures, pause = 0, h.opts.FirstPause
		}
		failures++
		h.complain(r, err, pause)
		if !sleep(ctx, pause) {
			h.say(r, Resting, "")
			return
		}
		pause = min(2*pause, h.opts.LastPause)
	}
}

// once runs r's service one time. It tells after how long and why it ended.
// While it runs, a service that has failed before gets its trust back.
func (h *House) once(ctx context.Context, r *room, again bool) (lasted time.Duration, err error) {
	began := time.Now()
	if !again {
		h.say(r, OK, "")
		err = catchAll(ctx, r.service)
		return time.Since(began), err
	}
	h.begin(r)
	settled := time.AfterFunc(settling, func() { h.settle(r) })
	trusted := time.AfterFunc(h.opts.Trust, func() { h.trust(r) })
	err = catchAll(ctx, r.service)
	settled.Stop()
	trusted.Stop()
	return time.Since(began), err
}

// catchAll runs s in a goroutine of its own and waits for it, so that even a
// call of runtime.Goexit in it ends nothing else.
func catchAll(ctx context.Context, s Service) error {
	done := make(chan error, 1)
	go func() {
		err := errEndedByGoexit
		defer func() { done <- err }()
		err = Catch(func() error { return s.Run(ctx) })
	}()
	return <-done
}

// complain logs and reports a failure that is followed by a pause.
func (h *House) complain(r *room, err error, pause time.Duration) {
	args := []any{"service", r.report.Name, "error", err, "again_in", pause}
	if p := (*PanicError)(nil); errors.As(err, &p) {
		args = append(args, "stack", string(p.Stack))
	}
	h.opts.Log.Error("a service failed and will be started again", args...)
	h.say(r, Fault, fmt.Sprintf("%v; it is started again in %v", err, pause))
}

// begin reports that r starts again.
func (h *House) begin(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.report.Restarts++
	h.set(r, Starting, r.report.Detail)
}

// settle reports that r, started again, works so far.
func (h *House) settle(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.report.Condition == Starting {
		h.set(r, OK, "")
	}
}

// trust forgets r's failures.
func (h *House) trust(r *room) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.failing = time.Time{}
}

// say reports a condition of r.
func (h *House) say(r *room, c Condition, detail string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(r, c, detail)
}

// set changes r's report and passes it on. h.mu is held.
func (h *House) set(r *room, c Condition, detail string) {
	now := time.Now()
	if r.report.Condition != c || r.report.Since.IsZero() {
		r.report.Since = now
	}
	if c == Fault && r.failing.IsZero() {
		r.failing = now
	}
	r.report.Condition, r.report.Detail = c, detail
	h.opts.OnReport(r.report)
}

// sleep waits for d. It returns false if ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
