package servo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"babymonitor/internal/atomicfile"
)

// Home is the preset that always exists. It is straight ahead until it is set.
const Home = "home"

// MaxPresets is how many presets there may be, home included.
const MaxPresets = 32

const (
	maxName     = 40 // characters
	presetsFile = "presets.json"
	poseFile    = "pose.json"
)

// Presets returns the presets by name. The map must not be changed.
func (h *Head) Presets() map[string]Pose {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.presets
}

// SavePreset sets the preset name to p and writes it down. Names have 1 to 40
// printable characters; p must be within the limits (else ErrInvalid). After an
// error the presets are as before.
func (h *Head) SavePreset(name string, p Pose) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := h.opts.Limits.admit(p); err != nil {
		return err
	}
	return h.change(func(presets map[string]Pose) error {
		if _, known := presets[name]; !known && len(presets) >= MaxPresets {
			return invalid(fmt.Sprintf("there are %d presets, and no room for more: remove one first", MaxPresets))
		}
		presets[name] = p
		return nil
	})
}

// DeletePreset removes a preset. The error is ErrNoPreset, or ErrInvalid for
// home, which stays.
func (h *Head) DeletePreset(name string) error {
	if name == Home {
		return invalid("home cannot be removed: save another position under that name instead")
	}
	return h.change(func(presets map[string]Pose) error {
		if _, known := presets[name]; !known {
			return fmt.Errorf("%w: %q", ErrNoPreset, name)
		}
		delete(presets, name)
		return nil
	})
}

// change applies edit to a copy of the presets, writes it down and puts it in
// force, or none of it.
func (h *Head) change(edit func(map[string]Pose) error) error {
	h.filing.Lock()
	defer h.filing.Unlock()
	presets := maps.Clone(h.Presets())
	if err := edit(presets); err != nil {
		return err
	}
	if err := h.write(presetsFile, presets); err != nil {
		return fmt.Errorf("the preset could not be written down: %w", err)
	}
	h.mu.Lock()
	h.presets, h.changed = presets, true
	h.mu.Unlock()
	h.nudge()
	return nil
}

// load reads the files in Dir. A pose that makes no sense is forgotten; a list
// of presets that makes none is kept under another name.
func (h *Head) load() error {
	h.presets = map[string]Pose{Home: {}}
	if h.opts.Dir == "" {
		h.pose = h.opts.Limits.Clamp(Pose{})
		return nil
	}
	path := filepath.Join(h.opts.Dir, presetsFile)
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the presets of the head cannot be read: %w", err)
	}
	if err == nil {
		presets, err := decodePresets(data)
		if err != nil {
			h.opts.Log.Error("the presets of the head make no sense; they are set aside and begin anew",
				"file", path, "kept_as", path+".broken", "error", err)
			if err := os.Rename(path, path+".broken"); err != nil {
				return fmt.Errorf("the presets of the head make no sense and cannot be set aside: %w", err)
			}
		} else {
			h.presets = presets
		}
	}
	return h.loadPose()
}

// loadPose reads where the head was. Without that it is thought to be straight
// ahead.
func (h *Head) loadPose() error {
	h.pose = h.opts.Limits.Clamp(Pose{})
	data, err := os.ReadFile(filepath.Join(h.opts.Dir, poseFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the last pose of the head cannot be read: %w", err)
	}
	p, err := decode[Pose](data)
	if err == nil {
		err = sane(p)
	}
	if err != nil {
		h.opts.Log.Warn("the last pose of the head is lost: its first movement may be abrupt", "error", err)
		return nil
	}
	h.pose = p
	return nil
}

// write replaces a file in Dir by v as JSON, wholly or not at all.
func (h *Head) write(name string, v any) error {
	if h.opts.Dir == "" {
		return nil
	}
	data, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(h.opts.Dir, name), append(data, '\n'), 0o600)
}

// CheckPresets says what is wrong with the content of a presets file.
func CheckPresets(data []byte) error {
	_, err := decodePresets(data)
	return err
}

// decodePresets reads what a presets file holds and adds home if it is missing.
func decodePresets(data []byte) (map[string]Pose, error) {
	presets, err := decode[map[string]Pose](data)
	if err != nil {
		return nil, err
	}
	if presets == nil {
		return nil, errors.New("there is no list in it")
	}
	for name, p := range presets {
		if err := checkName(name); err != nil {
			return nil, err
		}
		if err := sane(p); err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
	}
	if _, ok := presets[Home]; !ok {
		presets[Home] = Pose{}
	}
	if len(presets) > MaxPresets {
		return nil, fmt.Errorf("%d presets are more than %d", len(presets), MaxPresets)
	}
	return presets, nil
}

// decode reads exactly one JSON value without unknown fields.
func decode[T any](data []byte) (v T, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, err
	}
	if _, err := d.Token(); err != io.EOF {
		return v, errors.New("something follows the end")
	}
	return v, nil
}

// sane returns an error unless p is a pose that a head could have.
func sane(p Pose) error {
	if !within(p.Pan, -widest, widest) || !within(p.Tilt, -widest, widest) {
		return fmt.Errorf("pan %v, tilt %v is no pose: angles are -%d to %d degrees", p.Pan, p.Tilt, widest, widest)
	}
	return nil
}

func checkName(name string) error {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	switch n := utf8.RuneCountInString(name); {
	case n < 1 || n > maxName:
		return invalid(fmt.Sprintf("the name of a preset has 1 to %d characters, not %d", maxName, n))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		return invalid(fmt.Sprintf("the name %q has characters that cannot be shown", name))
	case strings.TrimSpace(name) != name:
		return invalid(fmt.Sprintf("the name %q must not begin or end with a space", name))
	}
	return nil
}
