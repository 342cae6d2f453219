package servotest

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"babymonitor/servo"
)

// Call is one call of a [Fake], by time.
type Call struct {
	At      time.Time
	Pose    servo.Pose // of a Move
	Release bool       // or it was a Release
	Failed  bool
}

// Fake is an Actuator that remembers its calls. The zero value is ready to
// use, from any goroutine.
type Fake struct {
	mu     sync.Mutex
	fail   error
	calls  []Call
	driven bool
	pose   servo.Pose
}

// Fail makes every later call fail with err, or work again for nil.
func (f *Fake) Fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}

// Calls returns all calls so far.
func (f *Fake) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// Driven implements [Driven].
func (f *Fake) Driven() (servo.Pose, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pose, f.driven
}

// Move implements [servo.Actuator].
func (f *Fake) Move(p servo.Pose) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.fail
	if sum := p.Pan + p.Tilt; err == nil && (math.IsNaN(sum) || math.IsInf(sum, 0)) {
		err = fmt.Errorf("%v is no pose", p)
	}
	f.calls = append(f.calls, Call{At: time.Now(), Pose: p, Failed: err != nil})
	if err == nil {
		f.pose, f.driven = p, true
	}
	return err
}

// Release implements [servo.Actuator].
func (f *Fake) Release() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, Call{At: time.Now(), Release: true, Failed: f.fail != nil})
	if f.fail == nil {
		f.driven = false
	}
	return f.fail
}
