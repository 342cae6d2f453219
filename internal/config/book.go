package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/pelletier/go-toml/v2"

	"babymonitor/internal/atomicfile"
)

// heading explains the file to whoever finds it.
const heading = `# Written by the monitor when a parent changes a setting on the page.
# What stands here wins over the settings file that you write by hand.
# Remove this file to go back to that one.

`

// Book keeps the settings in force: those of the hand-written file with what
// parents have changed over them. The changes live in a file of their own, and
// the hand-written one is never touched. A Book may be used by many goroutines.
type Book struct {
	path string
	base Settings

	mu    sync.Mutex
	began Settings // in force when the book was opened
	now   Settings
}

// Change is what a patch has done.
type Change struct {
	Was, Is Settings
	Keys    []string // the dotted names of what has changed; empty: nothing
	Restart bool     // some of it comes into force when the rooms start again
}

// Open returns the settings in force: base, and over it the changes in the file
// at path, which need not exist. A file that cannot be used does not stop the
// monitor: it is renamed, the log says so loudly, and base is in force.
func Open(base Settings, path string, log *slog.Logger) (*Book, error) {
	b := &Book{path: path, base: base.clone(), now: base.clone()}
	doc, err := read(path)
	if err == nil {
		err = b.overlay(doc, log)
	}
	b.began = b.now
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	aside := path + ".broken-" + time.Now().UTC().Format("20060102T150405Z")
	if moving := os.Rename(path, aside); moving != nil {
		return nil, fmt.Errorf("the changed settings cannot be used (%w) and not be set aside (%w); make the data folder writable, or remove the file", err, moving)
	}
	log.Error("The settings that were changed on the page cannot be used. They are set aside, and the settings file alone is in force. Make the changes again on the page.",
		"reason", err, "set_aside", aside)
	return b, nil
}

// overlay brings a document of changes into force.
func (b *Book) overlay(doc []byte, log *slog.Logger) error {
	p := b.base.Parents()
	if faults := decode(doc, &p); len(faults) > 0 {
		return faults.in(b.path, findLines(doc))
	}
	next, gone := b.base.with(p)
	for _, f := range gone {
		log.Warn("A changed setting is left out, because its sensor is gone from the settings file.", "setting", f.Key, "file", b.path)
	}
	if faults := Check(next); len(faults) > 0 {
		return faults.in(b.path, findLines(doc))
	}
	b.now = next
	return nil
}

// Accepts says why a document of changes, as Open reads it, could not be in
// force over the hand-written settings; nil: it could.
func (b *Book) Accepts(doc []byte) error {
	other := &Book{path: filepath.Base(b.path), base: b.base}
	return other.overlay(doc, slog.New(slog.DiscardHandler))
}

// Get returns the settings in force. Its lists belong to the caller.
func (b *Book) Get() Settings {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now.clone()
}

// RestartNeeded says whether something has changed since the book was opened
// that comes into force only when the rooms start again.
func (b *Book) RestartNeeded() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(changes(b.began, b.now), needsRestart)
}

// Patch changes some of the [ParentSettings]: body is a JSON object with those
// that are to change. All of it is checked before any of it is kept; the error
// is [Faults] with everything that is wrong, or says why it could not be saved.
func (b *Book) Patch(body []byte) (Change, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.now.Parents()
	if faults := decodeJSON(body, &p); len(faults) > 0 {
		return Change{}, faults
	}
	next, faults := b.now.with(p)
	if faults = append(faults, Check(next)...); len(faults) > 0 {
		return Change{}, faults
	}
	change := Change{Was: b.now.clone(), Is: next.clone(), Keys: changes(b.now, next)}
	change.Restart = slices.ContainsFunc(change.Keys, needsRestart)
	if len(change.Keys) == 0 {
		return change, nil
	}
	if err := b.save(next); err != nil {
		return Change{}, err
	}
	b.now = next
	return change, nil
}

// save writes what differs from the hand-written settings.
func (b *Book) save(s Settings) error {
	base, err := tables(b.base.Parents())
	if err != nil {
		return err
	}
	now, err := tables(s.Parents())
	if err != nil {
		return err
	}
	doc, err := toml.Marshal(differing(base, now))
	if err != nil {
		return err
	}
	if err := atomicfile.Write(b.path, append([]byte(heading), doc...), 0o600); err != nil {
		return fmt.Errorf("the settings cannot be saved and stay as they were: %w", err)
	}
	return nil
}

// tables returns p as TOML sees it.
func tables(p ParentSettings) (map[string]any, error) {
	doc, err := toml.Marshal(p)
	if err != nil {
		return nil, err
	}
	var t map[string]any
	return t, toml.Unmarshal(doc, &t)
}

// differing returns what of now is not so in base, table by table.
func differing(base, now map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range now {
		inner, ok := value.(map[string]any)
		if !ok {
			if !reflect.DeepEqual(value, base[key]) {
				out[key] = value
			}
			continue
		}
		under, _ := base[key].(map[string]any)
		if d := differing(under, inner); len(d) > 0 {
			out[key] = d
		}
	}
	return out
}
