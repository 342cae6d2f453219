package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"babymonitor/internal/diagnosis"
	"babymonitor/internal/run"
	"babymonitor/internal/state"
	"babymonitor/internal/steward"
	"babymonitor/web"
)

// Who updates the monitor, as state.Update names it.
const (
	byItself = "itself"
	byApt    = "apt"
)

// runFolder is where the monitor and its steward meet on the appliance.
const runFolder = "/run/babymonitor"

// packageList is there where the monitor was installed as a Debian package.
const packageList = "/var/lib/dpkg/info/babymonitor.list"

// care is updates, restarts and the factory reset. It outlives a house.
type care struct {
	way    string // byItself, byApt or ""
	log    *slog.Logger
	recent *diagnosis.Ring  // the last lines of the log
	board  *pretendedBoard  // nil where nothing is simulated
	helper *steward.Steward // of the simulation; on the appliance it is a program of its own
	turn   chan struct{}    // held while an update arrives
	mu     sync.Mutex       // guards what is below
	door   steward.Door     // changes only where the board is pretended
	past   steward.Report   // what the last restart has brought
	asked  time.Time        // when an update was wished for that is not begun yet
	upload uploading        // what arrives now
	last   error            // why the report cannot be read, to say it once
}

// uploading is an update that arrives.
type uploading struct {
	now     bool
	percent int
}

// openCare returns the care for this kind of monitor.
func openCare(p place, log *slog.Logger, recent *diagnosis.Ring) *care {
	c := &care{log: log, recent: recent, turn: make(chan struct{}, 1),
		door: steward.Door{Run: runFolder, Store: filepath.Join(p.data, "update")}}
	switch {
	case p.sim:
		c.way = byItself
		c.board = &pretendedBoard{version: version, data: p.data}
		c.door.Run, c.door.Boot = filepath.Join(p.data, "run"), "1"
		os.RemoveAll(c.door.Run) // it is gone after each start, as /run
		c.helper = &steward.Steward{Door: c.door, Installer: steward.Pretend{Pace: 100 * time.Millisecond}, System: c.board, Version: version, Log: log}
	case there(applianceFile):
		c.way = byItself
	case there(packageList):
		c.way = byApt
	}
	if c.way != byItself {
		return c
	}
	if err := c.door.Open(); err != nil {
		log.Error("The monitor cannot update or restart itself.", "reason", err)
	}
	system := version
	if c.board == nil {
		system = systemVersion(applianceFile)
	}
	c.past = c.door.Outcome(system)
	if c.past.Stage != steward.Idle {
		log.Info("What became of the update", "stage", c.past.Stage, "version", c.past.Version, "detail", c.past.Detail)
	}
	return c
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// version of the running program, or what the simulation pretends it to be.
func (c *care) version() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.board != nil {
		return c.board.version
	}
	return version
}

// to is where the steward is asked.
func (c *care) to() steward.Door {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.door
}

// now is the fact of the update.
func (c *care) now() state.Update {
	c.mu.Lock()
	defer c.mu.Unlock()
	u := state.Update{Way: c.way, Stage: string(steward.Idle)}
	if c.way != byItself {
		return u
	}
	if c.upload.now {
		u.Stage, u.Percent = "uploading", c.upload.percent
		return u
	}
	r, err := c.door.Report()
	if err != nil && (c.last == nil || c.last.Error() != err.Error()) {
		c.log.Warn("It is not known how the update goes.", "reason", err)
	}
	c.last = err
	switch {
	case r.Stage != steward.Idle:
		c.asked = time.Time{}
	case c.asked.IsZero():
		r = c.past
	case time.Since(c.asked) < helperWithin:
		r.Stage = steward.Checking
	default:
		r = steward.Report{Stage: steward.Failed, Why: steward.Other,
			Detail: "the part of the monitor that installs updates does not answer; restart the monitor and try again"}
	}
	u.Stage, u.Percent, u.Version, u.Why, u.Detail = string(r.Stage), r.Percent, r.Version, string(r.Why), r.Detail
	if u.Stage == "" {
		u.Stage = string(steward.Idle)
	}
	return u
}

// helperWithin is how long the steward may take to begin: a busy board is slow
// to start programs.
const helperWithin = time.Minute

// careEvery is how often the steward's report is read; it is a small file in
// memory.
const careEvery = 250 * time.Millisecond

// watchCare makes how the update goes a fact, and does what the steward does
// elsewhere where everything is simulated.
func (h *house) watchCare(ctx context.Context) error {
	if h.care.helper != nil {
		done := make(chan error, 1)
		go func() { done <- run.Catch(func() error { return h.care.serve(ctx, h) }) }()
		defer func() { <-done }()
	}
	tick := time.NewTicker(careEvery)
	defer tick.Stop()
	for {
		h.noteCare()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (h *house) noteCare() {
	if now := h.care.now(); h.store.Get().Device.Update != now {
		h.store.Update(func(s *state.State) { s.Device.Update = now })
	}
}

// parentsCare is what parents may do to the monitor, in one house.
type parentsCare struct{ h *house }

// Update implements web.Care.
func (p parentsCare) Update(bundle io.Reader, size int64) error {
	c := p.h.care
	switch c.way {
	case byApt:
		return &web.Problem{Status: http.StatusConflict, Detail: "this monitor is a package of its system; update it there with: sudo apt update && sudo apt upgrade"}
	case "":
		return &web.Problem{Status: http.StatusConflict, Detail: "this monitor was built by hand; build the newer version in the same way"}
	}
	busy := &web.Problem{Status: http.StatusConflict, Detail: "an update is under way already; wait until it is done"}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	default:
		return busy
	}
	door := c.to()
	if r, err := door.Report(); err == nil && r.Busy() {
		return busy
	}
	c.arrives(uploading{now: true})
	defer p.h.noteCare()
	defer c.arrives(uploading{})
	err := door.Receive(&counter{from: bundle, size: size, tell: c.arrives}, size)
	if err == nil {
		if err = door.Ask(steward.Update); err == nil {
			c.mu.Lock()
			c.asked = time.Now()
			c.mu.Unlock()
		}
	}
	if full := (*steward.Refusal)(nil); errors.As(err, &full) {
		return &web.Problem{Status: http.StatusInsufficientStorage, Detail: full.Detail}
	}
	return err
}

func (c *care) arrives(u uploading) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.upload = u
}

// counter counts what arrives.
type counter struct {
	from       io.Reader
	size, seen int64
	told       int
	tell       func(uploading)
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.seen += int64(n)
	if c.size > 0 {
		if percent := int(min(100, 100*c.seen/c.size)); percent != c.told {
			c.told = percent
			c.tell(uploading{true, percent})
		}
	}
	return n, err
}

// Restart implements web.Care: of the board where it is all ours, and of every
// room elsewhere.
func (p parentsCare) Restart() error {
	if p.h.care.way == byItself {
		return p.h.care.to().Ask(steward.Reboot)
	}
	p.h.rebuildSoon()
	return nil
}

// Reset implements web.Care.
func (p parentsCare) Reset() error {
	switch p.h.care.way {
	case byItself:
		return p.h.care.to().Ask(steward.Reset)
	case byApt:
		return &web.Problem{Status: http.StatusConflict, Detail: "this monitor is a package of its system; forget everything there with: sudo apt purge babymonitor"}
	}
	return &web.Problem{Status: http.StatusConflict, Detail: "this monitor was started by hand; stop it and remove its data folder " + p.h.place.data}
}
