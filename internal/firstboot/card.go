package firstboot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// onCard writes to the boot partition. One that is mounted for reading alone is
// opened for as long as that takes: what is not being written survives a power
// cut.
func (o Options) onCard(write func() error) error {
	err := write()
	if !errors.Is(err, syscall.EROFS) {
		return err
	}
	const flags = syscall.MS_REMOUNT | syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC
	if wrong := syscall.Mount("", o.Boot, "", flags, ""); wrong != nil {
		return fmt.Errorf("%w, and it cannot be opened for writing: %w", err, wrong)
	}
	return errors.Join(write(), syscall.Mount("", o.Boot, "", flags|syscall.MS_RDONLY, ""))
}

// overwrite changes the bytes that differ, where they stand: neither the file's
// place nor its length changes, so that FAT has nothing to lose, and the secret
// is gone from the very sectors that held it.
func (o Options) overwrite(name string, was, is []byte) error {
	if bytes.Equal(was, is) {
		return nil
	}
	return o.onCard(func() error {
		f, err := os.OpenFile(filepath.Join(o.Boot, name), os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		for i := 0; i < len(is); i++ {
			end := i
			for end < len(is) && was[end] != is[end] {
				end++
			}
			if end > i {
				if _, err := f.WriteAt(is[i:end], int64(i)); err != nil {
					return err
				}
				i = end
			}
		}
		return f.Sync()
	})
}

// burn overwrites a file with spaces and removes it.
func (o Options) burn(name string, doc []byte) error {
	if err := o.overwrite(name, doc, bytes.Repeat([]byte(" "), len(doc))); err != nil {
		return err
	}
	return o.onCard(func() error { return remove(filepath.Join(o.Boot, name)) })
}

// tell writes what is wrong for the owner, or removes what was wrong.
func (o Options) tell(problems []string) error {
	if len(problems) == 0 {
		return o.putCard(problemsName, nil)
	}
	for _, p := range problems {
		o.Log.Warn("Something on the boot partition needs its owner.", "problem", p)
	}
	text := "The baby monitor could not use all that is on this card.\n" +
		"What is wrong here changes nothing: what was in force before still is.\n\n" +
		strings.Join(problems, "\n") + "\n\n" +
		"Mend it, put the card back and switch the monitor on. This file goes away when all is well.\n"
	return o.putCard(problemsName, []byte(strings.ReplaceAll(text, "\n", "\r\n")))
}

// putCard makes a file of the boot partition hold data, or removes it where
// data is nil. It writes only what is not so already.
func (o Options) putCard(name string, data []byte) error {
	path := filepath.Join(o.Boot, name)
	now, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && data == nil || err == nil && data != nil && bytes.Equal(now, data) {
		return nil
	}
	return o.onCard(func() error {
		if data == nil {
			return remove(path)
		}
		return replace(path, data)
	})
}

// replace writes a file beside and renames it. It sets no mode, which FAT does
// not have.
func replace(path string, data []byte) error {
	beside := path + ".new"
	f, err := os.Create(beside)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		os.Remove(beside)
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // some file systems cannot
		d.Close()
	}
	return nil
}

// setupNames are what the owner of a new monitor reads on its card.
func setupNames() []string {
	return []string{"babymonitor-setup.txt", "babymonitor-setup.html", "babymonitor-wifi.txt"}
}

// mostSetup is more than they hold.
const mostSetup = 256 << 10

// Card brings what the monitor wants its owner to read from its data folder to
// the boot partition, and takes away there what is gone here: the set-up code
// goes when it has been used. The monitor itself cannot write there.
func Card(o Options, data string) error {
	var failed []error
	for _, name := range setupNames() {
		text, err := regular(filepath.Join(data, name))
		if err == nil {
			err = o.putCard(name, text)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// regular reads a plain file; nil where there is none. A link is none: the
// folder belongs to a user who may read less than this program.
func regular(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostSetup {
		return nil, fmt.Errorf("%s is not what the monitor writes there", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, mostSetup))
	return append([]byte{}, text...), err
}
