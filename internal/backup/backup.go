// Package backup brings what a family has entrusted to its monitor into one
// file, and back into the data folder of this monitor or of another one.
//
// The file is a tar archive compressed by gzip. Its first entry, backup.json,
// tells where it comes from; the others lie in it as they do in the data folder.
// It is taken back in two steps: [Archive.Receive] checks the whole of it and
// puts it aside, and [Finish] brings it into force while no room is open. A power
// cut leaves the state before or after, never one between.
package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// Format grows when an older version of the monitor could no longer understand
// a back-up.
const Format = 1

// headName is the first entry of an archive.
const headName = "backup.json"

// Head tells where a back-up comes from.
type Head struct {
	Format  int       `json:"format"`
	Version string    `json:"version"` // of the program
	Name    string    `json:"name"`    // of the monitor
	Made    time.Time `json:"made"`
}

// Part is one small file that every back-up has.
type Part struct {
	Name string // below the data folder, with slashes
	Must bool   // there is no back-up without it
	None string // what stands for it where the data folder has none
	// Check says what is wrong with its content, in words for a parent.
	Check func(text []byte) error
}

// Folder is larger files, of which there may be any number.
type Folder struct {
	Name  string                 // below the data folder
	Files []string               // those that are saved
	Known func(name string) bool // says whether it may hold a file of this name
}

// Archive is what belongs into a back-up.
type Archive struct {
	Dir    string // the data folder
	Parts  []Part
	Folder Folder
	Most   int64 // bytes of all that is in it
}

// mostPart bounds one part.
const mostPart = 1 << 20

// Write writes a back-up. After an error what was written is not whole.
func (a Archive) Write(to io.Writer, head Head) error {
	head.Format = Format
	text, err := json.MarshalIndent(head, "", "\t")
	if err != nil {
		return err
	}
	// Most of it is lullabies, which are compressed already.
	packed, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return err
	}
	out := tar.NewWriter(packed)
	if err := add(out, headName, head.Made, text); err != nil {
		return err
	}
	for _, p := range a.Parts {
		text, err := os.ReadFile(filepath.Join(a.Dir, filepath.FromSlash(p.Name)))
		if errors.Is(err, fs.ErrNotExist) && !p.Must {
			text, err = []byte(p.None), nil
		}
		if err != nil {
			return fmt.Errorf("the back-up cannot be made: %w", err)
		}
		if err := add(out, p.Name, head.Made, text); err != nil {
			return err
		}
	}
	for _, name := range a.Folder.Files {
		if err := a.addFile(out, path.Join(a.Folder.Name, name)); err != nil {
			return err
		}
	}
	return errors.Join(out.Close(), packed.Close())
}

func add(out *tar.Writer, name string, at time.Time, text []byte) error {
	err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, ModTime: at, Size: int64(len(text))})
	if err == nil {
		_, err = out.Write(text)
	}
	return err
}

// addFile adds a large file, unless it was removed meanwhile.
func (a Archive) addFile(out *tar.Writer, name string) error {
	f, err := os.Open(filepath.Join(a.Dir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, ModTime: info.ModTime(), Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.CopyN(out, f, info.Size())
	return err
}

// Refusal is why a file is not taken, in words for a parent. Nothing has changed
// then.
type Refusal string

// Error returns the words.
func (r Refusal) Error() string { return string(r) }

// Why a file is not taken, whatever is in it.
const (
	noBackup Refusal = "this file is no back-up of a baby monitor; choose the one whose name begins with babymonitor-backup"
	notWhole Refusal = "this back-up is not whole, or it was damaged on the way; copy or save it again"
	tooLarge Refusal = "there is more in this file than in any back-up of this monitor; choose the one whose name begins with babymonitor-backup"
	already  Refusal = "a back-up is being taken over already; wait until the monitor is back"
)

// decodeHead reads the first entry.
func decodeHead(text []byte) (Head, error) {
	var h Head
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&h); err != nil || h.Format < 1 {
		return Head{}, noBackup
	}
	if h.Format > Format {
		return Head{}, Refusal(fmt.Sprintf("this back-up was made by a newer version of the monitor (%.40q); update this monitor first, then bring the back-up again", h.Version))
	}
	return h, nil
}
