package servo

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	holdTime    = 500 * time.Millisecond // the motors hold this long after arrival, then rest
	saveDelay   = 2 * time.Second        // after a stop, before the pose is written down
	statusEvery = 50 * time.Millisecond  // at most one status in this time
	firstRetry  = 500 * time.Millisecond // after a fault; doubled each time
	lastRetry   = 5 * time.Second
	// memory is how long an order to go somewhere outlives a fault. Nobody
	// wants the head to turn by itself minutes later, when a plug is put back.
	memory = 5 * time.Second
)

// Run makes the head obey until ctx ends, and returns ctx's error with the
// motors released. While nothing moves it sleeps without a timer. It begins
// with a Release, which shows whether the motors answer and moves nothing.
//
// When an order to the motors fails, the head stays where it is said to be, the
// fault is told, and the motors are sent there again every 0.5 to 5 s. When that
// works, a place that the head was sent to a moment ago is still gone to.
//
// Run may be called again after it has returned, but not twice at a time.
func (h *Head) Run(ctx context.Context) error {
	m := newMover(h)
	defer m.end()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-h.wake:
		case <-timer.C:
		}
		now := time.Now()
		if next := m.work(now); next.IsZero() {
			timer.Stop()
		} else {
			timer.Reset(next.Sub(now))
		}
	}
}

// mover is what Run knows. It belongs to Run's goroutine.
type mover struct {
	*Head
	pan, tilt course
	order     order
	engage    bool // the next step drives the motors even where they are

	retry func() error  // what mends it, while there is a fault
	pause time.Duration // until then

	status Status    // the one told last or, if stale is set, to be told next
	stale  bool      //
	told   time.Time // when the last one was told

	// When to do what; the zero time means never.
	stepAt, releaseAt, saveAt, statusAt, retryAt time.Time

	saves  chan Pose      // to the goroutine that writes poses
	saving sync.WaitGroup // that goroutine
	saved  Pose           // belongs to that goroutine
}

func newMover(h *Head) *mover {
	at := h.Pose()
	m := &mover{Head: h, pan: course{at: at.Pan}, tilt: course{at: at.Tilt}}
	m.saves, m.saved = make(chan Pose, 1), at
	m.saving.Go(func() {
		for p := range m.saves {
			m.save(p)
		}
	})
	m.status.Since = time.Now()
	m.stale = true
	m.try(m.status.Since, h.opts.Actuator.Release)
	return m
}

// end releases the motors and writes the pose down.
func (m *mover) end() {
	if err := m.opts.Actuator.Release(); err != nil {
		m.opts.Log.Warn("the motors of the head could not be released", "error", err)
	}
	close(m.saves)
	m.saving.Wait()
	m.save(m.Pose())
	m.setMoving(false)
	m.told = time.Time{}
	m.tell(time.Now())
}

// work does what is due and returns when the next thing is, or zero.
func (m *mover) work(now time.Time) time.Time {
	o, ordered, changed := m.take()
	if ordered {
		m.obey(o, now)
	}
	m.stale = m.stale || changed
	if due(m.retryAt, now) {
		m.mend(now)
	}
	if due(m.stepAt, now) {
		m.step(now)
	}
	if due(m.releaseAt, now) {
		m.releaseAt = time.Time{}
		m.try(now, m.opts.Actuator.Release)
	}
	if due(m.saveAt, now) {
		m.offer(now)
	}
	m.tell(now)
	return earliest(m.retryAt, m.stepAt, m.releaseAt, m.saveAt, m.statusAt)
}

// obey begins a new order, unless there is a fault to be mended first.
func (m *mover) obey(o order, now time.Time) {
	m.order = o
	m.engage = m.engage || o.kind == visit
	if m.retry == nil && m.stepAt.IsZero() {
		m.stepAt = now
	}
}

// step takes one step of the motion and plans the next.
func (m *mover) step(now time.Time) {
	if m.order.kind == drive && now.Sub(m.order.given) >= m.opts.Limits.Patience {
		m.order.kind = stand
	}
	pan, tilt := m.plan()
	to := Pose{Pan: pan.at, Tilt: tilt.at}
	if to != m.Pose() || m.engage {
		if !m.try(now, func() error { return m.opts.Actuator.Move(to) }) {
			m.retry = func() error { return m.opts.Actuator.Move(m.Pose()) }
			return
		}
		m.moveTo(to)
		m.engage, m.stale = false, true
		m.releaseAt, m.saveAt = now.Add(holdTime), now.Add(saveDelay)
	}
	m.pan, m.tilt = pan, tilt
	m.setMoving(!m.done())
	if m.done() {
		m.order, m.stepAt = order{}, time.Time{}
		return
	}
	if m.stepAt = m.stepAt.Add(tick); m.stepAt.Before(now) {
		m.stepAt = now.Add(tick)
	}
}

// plan returns both courses one tick later.
func (m *mover) plan() (pan, tilt course) {
	l := m.opts.Limits
	switch m.order.kind {
	case visit:
		return l.Pan.toward(m.pan, m.order.to.Pan), l.Tilt.toward(m.tilt, m.order.to.Tilt)
	case drive:
		return l.Pan.along(m.pan, m.order.speed.Pan*l.Pan.Speed), l.Tilt.along(m.tilt, m.order.speed.Tilt*l.Tilt.Speed)
	default:
		return l.Pan.along(m.pan, 0), l.Tilt.along(m.tilt, 0)
	}
}

// done returns whether the head is at rest with nothing left to do.
func (m *mover) done() bool {
	atRest := m.pan.speed == 0 && m.tilt.speed == 0
	switch m.order.kind {
	case visit:
		return atRest && m.Pose() == m.order.to
	case drive:
		return atRest && m.order.speed == Velocity{}
	default:
		return atRest
	}
}

// try calls do. If it fails that is a fault: motion ends, and do is tried again
// after a pause.
func (m *mover) try(now time.Time, do func() error) bool {
	err := do()
	if err == nil {
		return true
	}
	if m.retry == nil {
		m.opts.Log.Error("the head does not obey", "error", err)
		m.status.Since, m.status.Tries, m.pause = now, 0, firstRetry
	} else {
		m.status.Tries++
		m.pause = min(2*m.pause, lastRetry)
	}
	m.retry, m.retryAt = do, now.Add(m.pause)
	m.stepAt, m.releaseAt = time.Time{}, time.Time{}
	m.pan.speed, m.tilt.speed = 0, 0
	m.status.Fault = fmt.Sprintf("the head does not move (%v); check its wiring and power, it is tried again in %v", err, m.pause)
	m.stale = true
	m.setMoving(false)
	return false
}

// mend tries again what failed. If it works the head goes on.
func (m *mover) mend(now time.Time) {
	if m.order.kind == visit && now.Sub(m.order.given) > memory {
		m.order, m.engage = order{}, false
	}
	if !m.try(now, m.retry) {
		return
	}
	m.opts.Log.Info("the head obeys again", "tries", m.status.Tries+1)
	m.retry, m.retryAt = nil, time.Time{}
	m.status.Fault, m.status.Tries, m.status.Since, m.stale = "", 0, now, true
	m.stepAt, m.releaseAt = now, now.Add(holdTime)
}

// offer hands the pose over to be written down, or tries later.
func (m *mover) offer(now time.Time) {
	select {
	case m.saves <- m.Pose():
		m.saveAt = time.Time{}
	default:
		m.saveAt = now.Add(saveDelay)
	}
}

// save writes the pose down if it is a new one.
func (m *mover) save(p Pose) {
	if p == m.saved {
		return
	}
	if err := m.write(poseFile, p); err != nil {
		m.opts.Log.Warn("where the head looks could not be written down; its next start may be abrupt", "error", err)
		return
	}
	m.saved = p
}

func (m *mover) setMoving(moving bool) {
	m.stale = m.stale || m.status.Moving != moving
	m.status.Moving = moving
}

// tell tells the status if it is stale, or plans to.
func (m *mover) tell(now time.Time) {
	if !m.stale {
		return
	}
	if m.statusAt = m.told.Add(statusEvery); now.Before(m.statusAt) {
		return
	}
	m.statusAt, m.told, m.stale = time.Time{}, now, false
	m.status.Pose, m.status.Presets = m.Pose(), m.Presets()
	m.opts.OnStatus(m.status)
}

// due returns whether at is set and has come.
func due(at, now time.Time) bool { return !at.IsZero() && !at.After(now) }

// earliest returns the first of the times that are set, or zero.
func earliest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if first.IsZero() || !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	return first
}
