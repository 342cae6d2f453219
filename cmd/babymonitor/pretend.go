package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"babymonitor/internal/steward"
)

// serve is the steward of the simulation.
func (c *care) serve(ctx context.Context, h *house) error {
	tick := time.NewTicker(careEvery)
	defer tick.Stop()
	for {
		if err := c.helper.Serve(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("a wish cannot be fulfilled", "reason", err)
		}
		if c.board.restarting {
			c.restarted()
			h.rebuild(errRebuild)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// restarted is the pretended board after a pretended restart.
func (c *care) restarted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.board.restarting = false
	c.board.boots++
	installed, err := c.door.Report()
	if err == nil && installed.Stage == steward.Installed && !strings.Contains(installed.Version, "broken") {
		c.board.version = installed.Version
	}
	os.RemoveAll(c.door.Run)
	c.door.Boot = fmt.Sprint(c.board.boots + 1)
	c.past = c.door.Outcome(c.board.version)
	c.helper.Door, c.helper.Version = c.door, c.board.version
	if err := c.door.Open(); err != nil {
		c.log.Error("The monitor cannot update or restart itself.", "reason", err)
	}
	if c.board.forgetting {
		c.past = steward.Report{Stage: steward.Idle}
	}
}

// between is called when one house is gone and the next not yet built.
func (c *care) between() {
	if c.board != nil && c.board.forgetting {
		c.board.forget(c.log)
	}
}

// pretendedBoard is the computer of the simulation. An update whose version has
// the word "broken" in it does not start there.
type pretendedBoard struct {
	version, data          string
	boots                  int
	restarting, forgetting bool
}

// Reboot implements steward.System.
func (b *pretendedBoard) Reboot(context.Context) error {
	b.restarting = true
	return nil
}

// Reset implements steward.System.
func (b *pretendedBoard) Reset(context.Context) error {
	b.restarting, b.forgetting = true, true
	return nil
}

// forget empties the data folder, but for the history, which is open.
func (b *pretendedBoard) forget(log *slog.Logger) {
	b.forgetting = false
	entries, err := os.ReadDir(b.data)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "history.db") || e.Name() == "run" {
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(b.data, e.Name())))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Error("Not everything could be forgotten.", "reason", err)
	}
}
