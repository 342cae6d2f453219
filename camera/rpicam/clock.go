package rpicam

import (
	"time"

	"golang.org/x/sys/unix"
)

// clock makes moments of capture of the times that rpicam-vid tells, which
// begin anywhere.
type clock struct {
	n      int           // times taken
	blocks int           // of metadata
	pts    time.Duration // the last one
	start  time.Time     // of pts 0, as far as arrivals tell: no picture can come before it was taken
	offset time.Duration // of CLOCK_BOOTTIME from pts
	known  bool          // offset is
	last   time.Time
}

// time returns when the picture with this time, which has come now, was taken:
// by the sensor's clock if it is known, else as if the fastest picture so far
// had taken no time to come.
func (c *clock) time(pts time.Duration, now time.Time) time.Time {
	c.n++
	c.pts = pts
	if start := now.Add(-pts); c.n == 1 || start.Before(c.start) || start.Sub(c.start) > time.Second {
		c.start = start
	}
	at := c.start.Add(pts)
	if c.known {
		if age := bootTime() - (pts + c.offset); age >= 0 && age < time.Second {
			at = now.Add(-age)
		}
	}
	if !at.After(c.last) {
		at = c.last.Add(time.Microsecond)
	}
	c.last = at
	return at
}

// sensor takes in the time by the sensor's clock of the next picture's
// metadata; 0 if it was not told.
func (c *clock) sensor(at time.Duration) {
	c.blocks++
	if at > 0 && c.blocks == c.n { // it is of the last picture
		c.offset, c.known = at-c.pts, true
	}
}

// bootTime is CLOCK_BOOTTIME, by which libcamera stamps pictures.
func bootTime() time.Duration {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) // every kernel has it
	return time.Duration(ts.Nano())
}
