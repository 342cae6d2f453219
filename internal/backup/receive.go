package backup

import (
	"archive/tar"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	ready    = "restore"        // the folder in the data folder that waits for Finish
	arriving = "restore-*.part" // one that is not whole yet
	// mostFiles bounds the entries of an archive, however small they are.
	mostFiles = 2000
	block     = 512 // bytes that an entry takes beside its content
)

// Receive checks a back-up as it arrives and puts it aside for [Finish]. An
// error is a [Refusal], from's own, or tells that there is no room; nothing has
// changed then.
func (a Archive) Receive(from io.Reader) (Head, error) {
	into, err := os.MkdirTemp(a.Dir, arriving)
	if err != nil {
		return Head{}, fmt.Errorf("the back-up cannot be kept: %w", err)
	}
	defer os.RemoveAll(into)
	head, err := a.unpack(from, into)
	if err != nil {
		return Head{}, inWords(err)
	}
	err = os.Rename(into, filepath.Join(a.Dir, ready))
	if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTEMPTY) {
		return Head{}, already
	}
	syncDir(a.Dir)
	return head, err
}

// inWords makes a refusal of what the readers of an archive find wrong with it.
func inWords(err error) error {
	damaged := flate.CorruptInputError(0)
	switch {
	case errors.Is(err, gzip.ErrHeader):
		return noBackup
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrChecksum), errors.Is(err, tar.ErrHeader), errors.As(err, &damaged):
		return notWhole
	}
	return err
}

// unpack puts what an archive holds into a folder, once all of it is known to be
// good.
func (a Archive) unpack(from io.Reader, into string) (Head, error) {
	packed, err := gzip.NewReader(from)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Head{}, noBackup // shorter than the shortest
	}
	if err != nil {
		return Head{}, err
	}
	in := &unpacking{Archive: a, into: into, left: a.Most + mostFiles*block, seen: map[string]bool{}}
	plain := &bounded{from: packed, left: in.left}
	entries := tar.NewReader(plain)
	first, err := entries.Next()
	if errors.Is(err, io.EOF) || errors.Is(err, tar.ErrHeader) || err == nil && first.Name != headName {
		return Head{}, noBackup
	}
	if err != nil {
		return Head{}, err
	}
	text, err := in.small(entries, first)
	if err != nil {
		return Head{}, err
	}
	head, err := decodeHead(text)
	if err != nil {
		return Head{}, err
	}
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = in.take(entries, entry)
		}
		if err != nil {
			return Head{}, err
		}
	}
	for _, p := range a.Parts {
		if !in.seen[p.Name] {
			return Head{}, notWhole
		}
	}
	_, err = io.Copy(io.Discard, plain) // to the check sum at its end
	return head, err
}

// unpacking is what is known of an archive that is being read.
type unpacking struct {
	Archive
	into string
	left int64 // bytes that may still come
	seen map[string]bool
}

// take takes one entry. Its name must be one that is expected, so that it leads
// nowhere else.
func (u *unpacking) take(content io.Reader, entry *tar.Header) error {
	if u.seen[entry.Name] || entry.Name == headName {
		return notWhole
	}
	u.seen[entry.Name] = true
	for _, p := range u.Parts {
		if p.Name != entry.Name {
			continue
		}
		text, err := u.small(content, entry)
		if err != nil {
			return err
		}
		if err := p.Check(text); err != nil {
			return Refusal(fmt.Sprintf("this monitor cannot use %s of this back-up (%v); if it comes from a newer version, update this monitor first", p.Name, err))
		}
		return put(filepath.Join(u.into, filepath.FromSlash(p.Name)), strings.NewReader(string(text)), 0o600)
	}
	dir, name := path.Split(entry.Name)
	if dir != u.Folder.Name+"/" || !u.Folder.Known(name) {
		return Refusal(fmt.Sprintf("this back-up holds %.60q, which this monitor does not know; if it comes from a newer version, update this monitor first", entry.Name))
	}
	if err := u.admit(entry); err != nil {
		return err
	}
	return put(filepath.Join(u.into, u.Folder.Name, name), io.LimitReader(content, entry.Size), 0o644)
}

// admit says whether an entry is a file, and there is room for it.
func (u *unpacking) admit(entry *tar.Header) error {
	if entry.Typeflag != tar.TypeReg || entry.Size < 0 {
		return noBackup
	}
	if u.left -= entry.Size + block; u.left < 0 || len(u.seen) > mostFiles {
		return tooLarge
	}
	return nil
}

// small reads an entry that fits into memory.
func (u *unpacking) small(content io.Reader, entry *tar.Header) ([]byte, error) {
	if err := u.admit(entry); err != nil {
		return nil, err
	}
	if entry.Size > mostPart {
		return nil, tooLarge
	}
	return io.ReadAll(io.LimitReader(content, entry.Size))
}

// bounded is a stream that is refused where it is longer than left.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLarge
	}
	return n, err
}

// put writes a new file and brings it to the disk.
func put(to string, content io.Reader, perm fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	syncDir(filepath.Dir(to))
	return err
}

// Finish brings into force what [Archive.Receive] has put aside in the data
// folder dir, and says whether there was anything. It is called while no room is
// open, at each start: what a power cut has ended is done to its end. Files of
// the folder that the back-up does not know stay.
func Finish(dir string) (bool, error) {
	left, err := filepath.Glob(filepath.Join(dir, arriving))
	for _, part := range left {
		err = errors.Join(err, os.RemoveAll(part))
	}
	from := filepath.Join(dir, ready)
	if _, missing := os.Lstat(from); errors.Is(missing, fs.ErrNotExist) {
		return false, err
	}
	err = errors.Join(err, filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, below)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.Rename(name, to); err != nil {
			return err
		}
		syncDir(filepath.Dir(to))
		return nil
	}))
	if err != nil {
		return true, fmt.Errorf("the back-up cannot be brought into force; it is tried again at the next start: %w", err)
	}
	return true, os.RemoveAll(from)
}

// syncDir brings names to the disk. Some file systems cannot; there is nothing
// better to do then.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		d.Close()
	}
}
