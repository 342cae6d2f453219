package steward

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// System is what the steward does to the board.
type System interface {
	Reboot(ctx context.Context) error
	Reset(ctx context.Context) error // forget everything, and restart
}

// Installer installs updates.
type Installer interface {
	// Check reads a bundle and says which version it is. The error is a
	// *[Refusal] where it is not to be installed.
	Check(ctx context.Context, path string) (version string, err error)
	// Install installs a bundle beside what runs; it comes into force with the
	// next restart. progress is told from 0 to 100. An error, a *[Refusal] where
	// the reason is known, means that nothing has changed.
	Install(ctx context.Context, path string, progress func(percent int)) error
}

// Steward does what the monitor wishes.
type Steward struct {
	Door      Door
	Installer Installer
	System    System
	Version   string // of the running system
	Log       *slog.Logger
}

// Serve fulfils the wishes that there are, until there are none.
func (s *Steward) Serve(ctx context.Context) error {
	for ctx.Err() == nil {
		wishes, err := s.take()
		if err != nil || len(wishes) == 0 {
			return err
		}
		for _, w := range wishes {
			s.Log.Info("The monitor has a wish.", "wish", w)
			if err := s.fulfil(ctx, w); err != nil {
				s.Log.Error("A wish cannot be fulfilled.", "wish", w, "reason", err)
			}
		}
	}
	return ctx.Err()
}

// take removes every wish and returns those that are known; an update comes
// before a restart.
func (s *Steward) take() ([]Wish, error) {
	run, err := os.OpenRoot(s.Door.Run)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer run.Close()
	box, err := run.OpenRoot(wishDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer box.Close()
	entries, err := fs.ReadDir(box.FS(), ".")
	if err != nil {
		return nil, err
	}
	there := map[Wish]bool{}
	for _, e := range entries {
		if err := box.RemoveAll(e.Name()); err != nil { // also what is no wish: it would wake the steward for ever
			return nil, err
		}
		there[Wish(e.Name())] = true
	}
	var wishes []Wish
	for _, w := range []Wish{Update, Reset, Reboot} {
		if there[w] {
			wishes = append(wishes, w)
		}
	}
	return wishes, nil
}

func (s *Steward) fulfil(ctx context.Context, w Wish) error {
	switch w {
	case Reboot:
		return s.System.Reboot(ctx)
	case Reset:
		return s.System.Reset(ctx)
	default:
		defer s.drop()
		return s.Install(ctx, filepath.Join(s.Door.Store, bundleFile), s.Tell)
	}
}

// drop removes the bundle, which has done its part.
func (s *Steward) drop() {
	if store, err := s.store(); err == nil {
		_ = store.Remove(filepath.Join(filepath.Base(s.Door.Store), bundleFile)) // it need not be there
		store.Close()
	}
}

// store opens the folder around the store: the store's own name in it belongs
// to the monitor, which might have made a link of it.
func (s *Steward) store() (*os.Root, error) { return os.OpenRoot(filepath.Dir(s.Door.Store)) }

// Install installs the bundle at path and tells how it goes. What went wrong has
// been told when it returns.
func (s *Steward) Install(ctx context.Context, path string, tell func(Report)) error {
	now := Report{Stage: Checking, At: time.Now()}
	tell(now)
	version, err := s.Installer.Check(ctx, path)
	if err == nil {
		now.Version, now.Stage = version, Installing
		tell(now)
		err = s.Installer.Install(ctx, path, func(percent int) {
			if percent != now.Percent {
				now.Percent, now.At = percent, time.Now()
				tell(now)
			}
		})
	}
	if err != nil {
		tell(refused(err, version))
		return err
	}
	if err := s.expect(version); err != nil {
		s.Log.Warn("It will not be told after the restart whether the update came into force.", "reason", err)
	}
	tell(Report{Stage: Installed, Percent: 100, Version: version, At: time.Now()})
	return nil
}

// expect notes what is to run after the restart.
func (s *Steward) expect(version string) error {
	text, err := json.Marshal(expected{Version: version, Was: s.Version, Boot: s.Door.boot()})
	if err != nil {
		return err
	}
	store, err := s.store()
	if err != nil {
		return err
	}
	defer store.Close()
	name := filepath.Base(s.Door.Store)
	if err := store.MkdirAll(name, 0o750); err != nil {
		return err
	}
	return replace(store, filepath.Join(name, expectedFile), text)
}

// Tell writes a report for the monitor to read. A trouble with that is only logged:
// the update matters more.
func (s *Steward) Tell(r Report) {
	err := func() error {
		text, err := json.Marshal(r)
		if err != nil {
			return err
		}
		run, err := os.OpenRoot(s.Door.Run)
		if err != nil {
			return err
		}
		defer run.Close()
		return replace(run, reportFile, text)
	}()
	if err != nil {
		s.Log.Warn("The monitor cannot be told how the update goes.", "reason", err)
	}
}

// replace writes a file whole, never through a link.
func replace(in *os.Root, name string, text []byte) error {
	fresh := name + ".new"
	if err := in.RemoveAll(fresh); err != nil {
		return err
	}
	f, err := in.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return in.Rename(fresh, name)
}
