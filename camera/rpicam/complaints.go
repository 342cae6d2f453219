package rpicam

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// complaints hands what rpicam-vid says to the log, not too much of it, and
// remembers what it said last.
type complaints struct {
	log     *slog.Logger
	lines   lines
	last    []string // what sounded like an error, newest last
	budget  float64
	when    time.Time
	dropped int
}

// Lines that are logged: so many at once, and so many a second.
const (
	burst   = 20
	steady  = 2
	recalls = 5
)

// line takes a line of standard error.
func (c *complaints) line(b []byte) {
	s := strings.TrimSpace(string(b))
	if s == "" {
		return
	}
	level := slog.LevelDebug
	switch {
	case strings.Contains(s, "ERROR") || strings.Contains(s, "FATAL") || strings.Contains(s, "rror:"):
		level = slog.LevelWarn
		c.last = append(c.last, s)
		if len(c.last) > recalls {
			c.last = c.last[1:]
		}
	case strings.Contains(s, "WARN"):
		level = slog.LevelInfo
	}
	now := time.Now()
	c.budget = min(burst, c.budget+steady*now.Sub(c.when).Seconds())
	if c.when.IsZero() {
		c.budget = burst
	}
	c.when = now
	if c.budget < 1 {
		c.dropped++
		return
	}
	c.budget--
	c.flush()
	c.log.Log(context.Background(), level, "rpicam-vid: "+strings.ToValidUTF8(s, "?"))
}

// flush tells how many lines were left out.
func (c *complaints) flush() {
	if c.dropped > 0 {
		c.log.Warn("rpicam-vid says too much", "lines left out", c.dropped)
	}
	c.dropped = 0
}

// refusesTimes reports whether the child does not know how to tell the times
// of pictures: it encodes by libav, or is too old for an option.
func (c *complaints) refusesTimes() bool {
	return c.said("incompatible options") || c.said("unrecognised option")
}

func (c *complaints) said(what string) bool {
	for _, s := range c.last {
		if strings.Contains(strings.ToLower(s), what) {
			return true
		}
	}
	return false
}

// explain makes of err what a person can act on.
func (c *complaints) explain(err error) error {
	for _, k := range []struct{ said, mend string }{
		{"no cameras available", "no camera is connected: check that its ribbon cable sits straight at both ends, contacts towards the board's contacts, and that config.txt has camera_auto_detect=1 (or the camera's own dtoverlay)"},
		{"in use by another process", "another program uses the camera: stop it"},
		{"failed to acquire camera", "another program uses the camera: stop it"},
		{"failed to allocate", "there is too little memory for the camera: choose a smaller picture, or a larger cma= in cmdline.txt"},
		{"dmaheap", "there is too little memory for the camera: choose a smaller picture, or a larger cma= in cmdline.txt"},
		{"appropriate h.264 codec", "this board has no H.264 encoder that rpicam-vid can use: use the software encoder"},
		{"tuning file", "the tuning file cannot be read: correct the camera's tuning in the settings"},
		{"unrecognised option", "this rpicam-vid is too old or too new: install the newest rpicam-apps"},
	} {
		if c.said(k.said) {
			return fmt.Errorf("%s (%w)", k.mend, err)
		}
	}
	if len(c.last) > 0 {
		return fmt.Errorf("%w; it said: %s", err, strings.ToValidUTF8(c.last[len(c.last)-1], "?"))
	}
	return err
}
