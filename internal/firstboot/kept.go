package firstboot

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"babymonitor/internal/atomicfile"
)

// kept is what was taken over and must be brought into force at each boot,
// since the root file system forgets it.
type kept struct {
	Hostname string   `json:"hostname,omitempty"`
	Timezone string   `json:"timezone,omitempty"`
	Country  string   `json:"country,omitempty"`
	SSHKeys  []string `json:"ssh_keys,omitempty"`
	OwnKeys  bool     `json:"own_keys,omitempty"` // they are from the owner's file
	// Notes are problems of files that are gone.
	Notes []string `json:"notes,omitempty"`
}

const keptName = "boot.json"

// openKept reads what was kept; damaged, it is forgotten.
func openKept(dir string, log *slog.Logger) (k kept) {
	text, err := os.ReadFile(filepath.Join(dir, keptName))
	if errors.Is(err, fs.ErrNotExist) {
		return k
	}
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		log.Error("What was taken over from the boot partition before is lost. Write it there again.", "reason", err)
		return kept{}
	}
	return k
}

func (k kept) save(dir string) error {
	text, err := json.MarshalIndent(k, "", "\t")
	if err != nil {
		return err
	}
	return put(filepath.Join(dir, keptName), append(text, '\n'), 0o600)
}

// put writes a file whole where it is not so already: flash wears out, and a
// power cut can only hurt what is written.
func put(path string, data []byte, perm os.FileMode) error {
	if now, err := os.ReadFile(path); err == nil && string(now) == string(data) {
		if info, err := os.Lstat(path); err == nil && info.Mode() == perm {
			return nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(path, data, perm)
}
