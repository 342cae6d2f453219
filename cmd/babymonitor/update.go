package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"babymonitor/internal/steward"
)

// newSteward is the steward of the appliance.
func newSteward(log *slog.Logger) (*steward.Steward, error) {
	if !there(applianceFile) {
		return nil, fmt.Errorf("this works only where the whole system was flashed as one image; a package is updated with: sudo apt update && sudo apt upgrade")
	}
	if os.Geteuid() != 0 {
		return nil, fmt.Errorf("only root can do this; write sudo before it")
	}
	return &steward.Steward{
		Door:      steward.Door{Run: runFolder, Store: filepath.Join(defaultData, "update")},
		Installer: steward.Rauc{}, System: steward.Appliance{}, Version: systemVersion(applianceFile), Log: log,
	}, nil
}

// systemVersion is the version of the flashed system, as its updates call
// themselves; file is that of the appliance. An update may change the system and
// leave the program as it is.
func systemVersion(file string) string {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "VERSION="); ok && v != "" {
			return v
		}
	}
	return version
}

// stewardCommand fulfils the monitor's wishes; the service manager starts it.
func stewardCommand(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q is not understood: %w", args[0], errUsage)
	}
	s, err := newSteward(newLog(os.Stderr))
	if err != nil {
		return err
	}
	return s.Serve(ctx)
}

// updateCommand installs a signed update from a shell.
func updateCommand(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 || args[0] == "" || args[0][0] == '-' {
		return fmt.Errorf("it is `babymonitor update FILE`: %w", errUsage)
	}
	s, err := newSteward(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	path, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	err = s.Install(ctx, path, func(r steward.Report) {
		s.Tell(r) // the page shows it too
		switch r.Stage {
		case steward.Checking:
			fmt.Fprintln(out, "checking the signature")
		case steward.Installing:
			fmt.Fprintf(out, "%3d %%\n", r.Percent)
		case steward.Installed:
			fmt.Fprintf(out, "version %s is installed; it comes into force with the next restart: sudo reboot\n", r.Version)
		}
	})
	if err != nil {
		return fmt.Errorf("%w. Nothing has changed", err)
	}
	return nil
}
