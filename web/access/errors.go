package access

import (
	"errors"
	"fmt"
	"time"
)

// Why somebody does not get in, or a change of people is not made. The errors
// that come back may wrap these and are sentences for a parent.
var (
	ErrWrong      = errors.New("the name or the password is wrong")
	ErrCode       = errors.New("the set-up code is wrong; it is in the monitor's log and in babymonitor-setup.txt")
	ErrDone       = errors.New("this monitor is set up already; log in instead")
	ErrTaken      = errors.New("somebody of this name is there already; choose another name")
	ErrNobody     = errors.New("there is nobody of this name")
	ErrLastParent = errors.New("this is the last parent; make another one first")
	ErrInvalid    = errors.New("not possible") // a name, role or password that cannot be
)

// invalid is an ErrInvalid in words.
type invalid string

func (e invalid) Error() string        { return string(e) }
func (e invalid) Is(target error) bool { return target == ErrInvalid }

// TooMany is the error of an attempt that comes too soon after wrong ones.
type TooMany struct {
	After time.Duration // when to try again, in whole seconds
}

// Error tells how long to wait.
func (e *TooMany) Error() string {
	return fmt.Sprintf("too many wrong attempts; wait %v and try again", e.After)
}
