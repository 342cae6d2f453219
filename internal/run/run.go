// Package run keeps the parts of the program running. A [House] runs each
// [Service] on its own, starts one that fails or panics again after a pause
// while the others go on, tells how each one does, and stops them all in time.
// [Systemd] tells the service manager about it.
//
// It imports nothing else of this program.
package run

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Service is a part of the program that works until it is told to stop.
type Service interface {
	// Run works until ctx ends and returns only when everything that it started
	// has ended too. What it returns after that does not matter. An error
	// before is a failure: Run is called again, on the same value, after a
	// pause. nil before means that there is nothing left to do: it is not
	// called again.
	Run(ctx context.Context) error
}

// Func is a function that is a Service.
type Func func(ctx context.Context) error

// Run calls f.
func (f Func) Run(ctx context.Context) error { return f(ctx) }

// Condition says how a service does. The words are those that the page shows.
type Condition string

// The conditions of a service.
const (
	Resting  Condition = "resting"  // has nothing left to do, or has been stopped
	Starting Condition = "starting" // runs again after a failure, not yet long enough to be trusted
	OK       Condition = "ok"       // runs
	Fault    Condition = "fault"    // has failed and waits to be started again, or does not stop
)

// Report is what is true of one service.
type Report struct {
	Name      string
	Condition Condition
	Detail    string    // in a fault and after it: what went wrong and what is done about it
	Since     time.Time // when the condition began
	Restarts  int       // how many times it has been started again, in all
}

// Catch calls f and turns a panic in it into an error that carries the stack
// (see [PanicError]). It sees only the goroutine that it is called from: a
// service wraps the goroutines that it starts itself.
func Catch(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// PanicError is a panic that was caught.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // of the goroutine that panicked
}

// Error tells what panicked, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("a mistake in the program: %v", e.Value) }

// Unwrap returns the panic's value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// StuckError says which services had not ended when the time to stop was up.
// Their goroutines still run: the program should exit.
type StuckError struct {
	Names []string
	Grace time.Duration
}

// Error names the services.
func (e *StuckError) Error() string {
	return fmt.Sprintf("these parts did not stop within %v: %q", e.Grace, e.Names)
}

var errEndedByGoexit = errors.New("its goroutine was ended by runtime.Goexit")
