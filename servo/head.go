package servo

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"
)

// Options make a [Head].
type Options struct {
	Actuator Actuator
	Limits   Limits // the zero Limits mean DefaultLimits
	// Dir is the folder where the presets and the last pose are kept, as
	// presets.json and pose.json. "" keeps them in memory alone.
	Dir string
	Log *slog.Logger
	// OnStatus is called from Run at its start and when the status has changed,
	// at most 20 times a second. It must not block.
	OnStatus func(Status)
}

// Status is what is true of the head.
type Status struct {
	Pose    Pose            // where it has been sent last
	Moving  bool            //
	Presets map[string]Pose // by name; never changed, only replaced
	Fault   string          // why the motors do not obey; "" while they do
	Tries   int             // how often that was tried again in vain
	Since   time.Time       // when the fault began, or when it ended
}

// Errors that a caller may want to tell apart by [errors.Is]. Any other error
// of a Head's methods is a failure to write its files.
var (
	// ErrInvalid marks what can never be done: a pose beyond the limits, a name
	// that is none, to remove home.
	ErrInvalid = errors.New("not possible")
	// ErrNoPreset says that no preset has this name.
	ErrNoPreset = errors.New("there is no preset of this name")
)

// invalid is a sentence that is ErrInvalid.
type invalid string

func (e invalid) Error() string        { return string(e) }
func (e invalid) Is(target error) bool { return target == ErrInvalid }

// Head is the camera's pan/tilt head. Its methods may be called from any
// goroutine and return without waiting for the movement; [Head.Run] makes the
// head obey. The last order counts, whoever gave it.
type Head struct {
	opts   Options
	wake   chan struct{} // holds one: there is something new for Run
	filing sync.Mutex    // held while presets are changed, before mu

	mu      sync.Mutex
	order   order // the newest, until Run takes it
	ordered bool
	pose    Pose
	presets map[string]Pose // never changed, only replaced
	changed bool            // the presets have, until Run takes it
}

// order is what the head was told last.
type order struct {
	kind  orderKind
	speed Velocity // for drive, within -1 to 1
	to    Pose     // for visit, within the limits
	given time.Time
}

type orderKind int

const (
	stand orderKind = iota // come to rest
	drive                  // turn at a speed, for as long as Patience
	visit                  // come to rest at a pose
)

// NewHead reads the presets and the last pose. Files that make no sense are
// set aside with a line in the log; the error says what else hinders it.
func NewHead(opts Options) (*Head, error) {
	if opts.Actuator == nil {
		return nil, errors.New("the head needs an actuator")
	}
	opts.Limits = cmp.Or(opts.Limits, DefaultLimits())
	opts.Limits.Patience = cmp.Or(opts.Limits.Patience, DefaultLimits().Patience)
	opts.Log = cmp.Or(opts.Log, slog.New(slog.DiscardHandler))
	if opts.OnStatus == nil {
		opts.OnStatus = func(Status) {}
	}
	if err := opts.Limits.Check(); err != nil {
		return nil, err
	}
	h := &Head{opts: opts, wake: make(chan struct{}, 1)}
	if err := h.load(); err != nil {
		return nil, err
	}
	return h, nil
}

// Drive turns the head at v until the next order, or until Limits.Patience is
// over without one. Values beyond -1 to 1 are clamped; what is not a number
// counts as 0. The zero Velocity stops the head, as fast as its acceleration
// allows.
func (h *Head) Drive(v Velocity) {
	h.give(order{kind: drive, speed: Velocity{Pan: fraction(v.Pan), Tilt: fraction(v.Tilt)}})
}

// GoTo sends the head to p, where both axes come to rest, each as fast as its
// own limits allow. A pose beyond the limits is refused (ErrInvalid).
func (h *Head) GoTo(p Pose) error {
	if err := h.opts.Limits.admit(p); err != nil {
		return err
	}
	h.give(order{kind: visit, to: p})
	return nil
}

// GoToPreset sends the head to a preset, or as near as the limits allow. The
// error is ErrNoPreset.
func (h *Head) GoToPreset(name string) error {
	p, ok := h.Presets()[name]
	if !ok {
		return fmt.Errorf("%w: %q", ErrNoPreset, name)
	}
	h.give(order{kind: visit, to: h.opts.Limits.Clamp(p)})
	return nil
}

// Pose returns where the head has been sent last.
func (h *Head) Pose() Pose {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pose
}

// give replaces the order and wakes Run.
func (h *Head) give(o order) {
	o.given = time.Now()
	h.mu.Lock()
	h.order, h.ordered = o, true
	h.mu.Unlock()
	h.nudge()
}

// nudge makes Run look around.
func (h *Head) nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// take returns the order that was given since the last call, if any, and
// whether the presets have changed since.
func (h *Head) take() (o order, ordered, changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, ordered, changed = h.order, h.ordered, h.changed
	h.ordered, h.changed = false, false
	return o, ordered, changed
}

// moveTo notes where the head has been sent.
func (h *Head) moveTo(p Pose) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pose = p
}

// fraction returns v within -1 to 1, and 0 for NaN.
func fraction(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, -1), 1)
}
