package lullaby

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"babymonitor/audio/soundfile"
)

// How much own files may take.
const (
	MaxUpload = 100 << 20 // bytes of one file
	reserve   = 64 << 20  // bytes of storage that are left for everything else
	mostOwn   = 500       // files
	longTitle = 80        // characters
)

// Library knows the tracks. The own files lie in a folder, each with a small
// JSON file that describes it; what has no description is left over from an
// upload that was cut off, and is removed. It may be used by any goroutine.
type Library struct {
	dir  string
	log  *slog.Logger
	free func(dir string) (int64, error) // bytes

	mu  sync.Mutex // guards own; held for no file work but renames and removals
	own map[string]file
}

// file is an own file, as its description tells.
type file struct {
	Title   string    `json:"title"`
	File    string    `json:"file"` // its name in the folder
	Seconds float64   `json:"seconds"`
	Gain    float64   `json:"gain_db"` // brings it to the loudness of the built-in tracks
	Added   time.Time `json:"added"`
}

// NewLibrary opens the library whose own files are in dir, which is made if it
// is not there.
func NewLibrary(dir string, log *slog.Logger) (*Library, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	l := &Library{dir: dir, log: log, free: freeSpace, own: map[string]file{}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder of the own lullabies cannot be made: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of the own lullabies cannot be read: %w", err)
	}
	kept := map[string]bool{}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), ".json")
		if f, err := l.describe(id); ok && err == nil {
			l.own[id] = f
			kept[e.Name()], kept[f.File] = true, true
		}
	}
	for _, e := range entries {
		if !kept[e.Name()] && strings.HasPrefix(e.Name(), ownPrefix) {
			log.Info("removing what is left of an upload", "file", e.Name())
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	return l, nil
}

// Files returns the names of the files in the folder that belong to own
// lullabies, the smallest first, as far as they are together no more than most
// bytes.
func (l *Library) Files(most int64) (names []string) {
	type pair struct {
		names []string
		size  int64
	}
	l.mu.Lock()
	var all []pair
	for id, f := range l.own {
		p := pair{names: []string{f.File, id + ".json"}}
		for _, name := range p.names {
			if info, err := os.Stat(filepath.Join(l.dir, name)); err == nil {
				p.size += info.Size()
			}
		}
		all = append(all, p)
	}
	l.mu.Unlock()
	slices.SortFunc(all, func(a, b pair) int { return cmp.Or(cmp.Compare(a.size, b.size), slices.Compare(a.names, b.names)) })
	for _, p := range all {
		if most -= p.size; most < 0 {
			break
		}
		names = append(names, p.names...)
	}
	return names
}

// OwnFile says whether a file of this name may belong to an own lullaby.
func OwnFile(name string) bool {
	return regexp.MustCompile(`^own-[0-9a-f]{12}\.(json|mp3|ogg|flac|wav)$`).MatchString(name)
}

// ownPrefix begins the names of all files of the library.
const ownPrefix = "own-"

// describe reads a description and checks that its file is there.
func (l *Library) describe(id string) (file, error) {
	p, err := os.ReadFile(filepath.Join(l.dir, id+".json"))
	if err != nil {
		return file{}, err
	}
	var f file
	if err := json.Unmarshal(p, &f); err != nil {
		return file{}, err
	}
	if f.File != filepath.Base(f.File) || !strings.HasPrefix(f.File, ownPrefix) {
		return file{}, errors.New("names no file of the library")
	}
	_, err = os.Stat(filepath.Join(l.dir, f.File))
	return f, err
}

// List returns all tracks: the built-in ones, then the own ones by title.
func (l *Library) List() []Track {
	l.mu.Lock()
	own := make([]Track, 0, len(l.own))
	for id, f := range l.own {
		own = append(own, f.track(id))
	}
	l.mu.Unlock()
	slices.SortFunc(own, func(a, b Track) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.ID, b.ID))
	})
	return append(builtIn(), own...)
}

func (f file) track(id string) Track {
	return Track{ID: id, Title: f.Title, Kind: Own, Seconds: f.Seconds}
}

// Find returns a track, or an error that wraps [ErrUnknown].
func (l *Library) Find(id string) (Track, error) {
	for _, t := range l.List() {
		if t.ID == id {
			return t, nil
		}
	}
	return Track{}, fmt.Errorf("%w as %q", ErrUnknown, id)
}

// Open begins to play a track. The caller closes the sound.
func (l *Library) Open(id string) (Sound, error) {
	if s, ok := openBuiltIn(id, uint64(time.Now().UnixNano())); ok {
		return s, nil
	}
	l.mu.Lock()
	f, ok := l.own[id]
	l.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("%w as %q", ErrUnknown, id)
	}
	source, err := os.Open(filepath.Join(l.dir, f.File))
	if err != nil {
		return nil, fmt.Errorf("%q cannot be opened: %w", f.Title, err)
	}
	s, err := soundfile.Open(source)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be played: %w", f.Title, err)
	}
	return &louder{Sound: s, gain: float32(math.Pow(10, f.Gain/20))}, nil
}

// louder is a sound with another gain.
type louder struct {
	Sound
	gain float32
}

func (s *louder) Read(samples []float32) (int, error) {
	n, err := s.Sound.Read(samples)
	for i := range samples[:n] {
		samples[i] *= s.gain
	}
	return n, err
}

// Remove deletes an own file. A player that has it open plays it to its end.
func (l *Library) Remove(id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.own[id]
	if !ok {
		if s, ok := openBuiltIn(id, 0); ok {
			s.Close()
			return ErrBuiltIn
		}
		return fmt.Errorf("%w as %q", ErrUnknown, id)
	}
	if err := os.Remove(filepath.Join(l.dir, id+".json")); err != nil {
		return fmt.Errorf("%q cannot be removed: %w", f.Title, err)
	}
	delete(l.own, id)
	if err := os.Remove(filepath.Join(l.dir, f.File)); err != nil {
		l.log.Warn("an own lullaby is still in its folder", "file", f.File, "error", err)
	}
	return nil
}

// newID returns a name that is not taken.
func newID() string {
	var random [6]byte
	rand.Read(random[:]) // never fails
	return ownPrefix + hex.EncodeToString(random[:])
}

// freeSpace is what the file system that holds dir has left.
func freeSpace(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// Add takes an own file from body, whose sender called it name. It is written
// to the folder while it arrives, checked by decoding it, and is there only
// when all went well. Errors wrap [ErrTooLarge], [ErrFull] or
// soundfile.ErrFormat, or are ctx's or body's own.
func (l *Library) Add(ctx context.Context, name string, body io.Reader) (Track, error) {
	id := newID()
	part := filepath.Join(l.dir, id+".part")
	defer os.Remove(part)
	if err := l.receive(ctx, part, body); err != nil {
		return Track{}, err
	}
	source, err := os.Open(part)
	if err != nil {
		return Track{}, fmt.Errorf("the file cannot be checked: %w", err)
	}
	info, err := soundfile.Check(ctx, source)
	if err != nil {
		return Track{}, err
	}
	f := file{
		Title: title(info.Title, name), File: id + "." + info.Kind, Added: time.Now().UTC(),
		Seconds: math.Round(info.Seconds), Gain: even(info.DBFS),
	}
	if err := l.keep(id, part, f); err != nil {
		return Track{}, full(err)
	}
	l.log.Info("own lullaby added", "id", id, "title", f.Title, "seconds", f.Seconds)
	return f.track(id), nil
}
