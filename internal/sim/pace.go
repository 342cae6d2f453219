package sim

import (
	"context"
	"time"
)

// A pace keeps a device's beat by deadlines, so that it does not drift when a
// beat is late.
type pace struct {
	next  time.Time
	every time.Duration
	slack time.Duration // later than this, missed beats are left out
	timer *time.Timer
}

// newPace begins to beat now.
func newPace(every, slack time.Duration) *pace {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &pace{next: time.Now(), every: every, slack: slack, timer: timer}
}

// wait returns the moment of the next beat, which is past or present, or the
// context's error.
func (p *pace) wait(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}
	left := time.Until(p.next)
	if left < -p.slack {
		p.next = time.Now()
	}
	if left > 0 {
		p.timer.Reset(left)
		select {
		case <-ctx.Done():
			p.timer.Stop()
			return time.Time{}, ctx.Err()
		case <-p.timer.C:
		}
	}
	beat := p.next
	p.next = beat.Add(p.every)
	return beat, nil
}
