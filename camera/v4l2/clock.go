package v4l2

import (
	"time"

	"golang.org/x/sys/unix"
)

// clock tells the moment of capture of buffers, strictly increasing.
type clock struct{ last time.Time }

// time returns the buffer's own time where it is by CLOCK_MONOTONIC and
// plausible, else now. The result carries Go's monotonic reading.
func (c *clock) time(s slot) time.Time {
	at := time.Now()
	var ts unix.Timespec
	if s.flags&flagTimestampMask == flagTimestampMono && unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) == nil {
		age := time.Duration(ts.Nano()) - s.at
		if age >= 0 && age < time.Second {
			at = at.Add(-age)
		}
	}
	if !at.After(c.last) {
		at = c.last.Add(time.Microsecond)
	}
	c.last = at
	return at
}
