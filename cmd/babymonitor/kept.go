package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"babymonitor/camera/ircut"
	"babymonitor/internal/atomicfile"
)

// kept is what parents chose on the page that is no setting, and that survives
// a restart.
type kept struct {
	path string

	mu     sync.Mutex
	values struct {
		Night string `json:"night"`
	}
}

// openKept reads what was kept. A file that cannot be read is begun anew: what
// it holds is chosen again with one tap.
func openKept(path string, log *slog.Logger) *kept {
	k := &kept{path: path}
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &k.values)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("what parents chose on the page is lost and begins anew", "error", err)
	}
	return k
}

// checkKept says what is wrong with the content of such a file.
func checkKept(text []byte) error {
	return json.Unmarshal(text, &new(kept).values)
}

// night returns the night mode chosen last, or otherwise.
func (k *kept) night(otherwise ircut.Mode) ircut.Mode {
	k.mu.Lock()
	defer k.mu.Unlock()
	if mode := ircut.Mode(k.values.Night); mode.Check() == nil {
		return mode
	}
	return otherwise
}

func (k *kept) setNight(mode string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.values.Night = mode
	b, err := json.Marshal(k.values)
	if err != nil {
		return err
	}
	return atomicfile.Write(k.path, b, 0o600)
}
