package steward

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Door is the monitor's side. Its zero value is of no use: set both folders.
type Door struct {
	Run   string // is gone after a restart of the board, as /run/babymonitor
	Store string // keeps the bundle, as /var/lib/babymonitor/update
	Boot  string // names this start of the board; "" asks the kernel
}

// Open makes the folders, so that the steward is woken by the first wish.
func (d Door) Open() error {
	return errors.Join(os.MkdirAll(filepath.Join(d.Run, wishDir), 0o750), os.MkdirAll(d.Store, 0o750))
}

// Ask drops a wish. One that is there already stays one.
func (d Door) Ask(w Wish) error {
	f, err := os.OpenFile(filepath.Join(d.Run, wishDir, string(w)), os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("the monitor's helper cannot be asked: %w", err)
	}
	return f.Close()
}

// Report reads how the update goes; Idle where there is none.
func (d Door) Report() (Report, error) {
	text, err := os.ReadFile(filepath.Join(d.Run, reportFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Report{Stage: Idle}, nil
	}
	r := Report{Stage: Idle}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}

// spare stays free on the data partition whatever is uploaded.
const spare = 32 << 20

// Receive takes a bundle of size bytes (-1: not known) from an upload. Where it
// fails nothing is left of it. The wish to install it is a call of its own.
func (d Door) Receive(from io.Reader, size int64) (err error) {
	if err := os.MkdirAll(d.Store, 0o750); err != nil {
		return fmt.Errorf("the update cannot be kept: %w", err)
	}
	part := filepath.Join(d.Store, bundleFile+".part")
	os.Remove(part)                             // of an upload that a power cut ended
	os.Remove(filepath.Join(d.Run, reportFile)) // of the update before
	if free, err := room(d.Store); err == nil && size > free-spare {
		return tooFull(size, free)
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("the update cannot be kept: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(part)
		}
	}()
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if errors.Is(err, syscall.ENOSPC) {
		return &Refusal{NoSpace, "the monitor's card is full; remove lullabies of your own, or write the new image to a card"}
	}
	if err != nil {
		return err
	}
	return os.Rename(part, filepath.Join(d.Store, bundleFile))
}

func tooFull(size, free int64) error {
	return &Refusal{NoSpace, fmt.Sprintf("the update has %d MB and the monitor's card has room for %d MB; remove lullabies of your own, or write the new image to a card",
		size>>20, max(0, free-spare)>>20)}
}

// room returns the free bytes of the file system around a folder.
func room(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// Outcome says after a restart of the board what became of an update, once:
// Updated or rolled back, and Idle where none was awaited. version is that of
// the running system.
func (d Door) Outcome(version string) Report {
	path := filepath.Join(d.Store, expectedFile)
	text, err := os.ReadFile(path)
	var want expected
	if err != nil || json.Unmarshal(text, &want) != nil {
		return Report{Stage: Idle}
	}
	if want.Boot == d.boot() {
		return Report{Stage: Idle} // the restart is yet to come
	}
	os.Remove(path)
	if version != want.Version && version == want.Was {
		return Report{Stage: Failed, Why: RolledBack, Version: want.Version, At: time.Now(),
			Detail: fmt.Sprintf("version %s did not start well; the monitor has gone back to %s by itself", want.Version, version)}
	}
	return Report{Stage: Updated, Version: version, At: time.Now()}
}

// boot names this start of the board; a new one after each restart.
func (d Door) boot() string {
	if d.Boot != "" {
		return d.Boot
	}
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(text))
}
