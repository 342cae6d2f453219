package lullaby

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
)

// receive writes body to path, as long as it and the storage allow.
func (l *Library) receive(ctx context.Context, path string, body io.Reader) error {
	l.mu.Lock()
	many := len(l.own) >= mostOwn
	l.mu.Unlock()
	if many {
		return fmt.Errorf("%w (there are %d)", ErrFull, mostOwn)
	}
	free, err := l.free(l.dir)
	if err != nil {
		return fmt.Errorf("the monitor's storage does not answer: %w", err)
	}
	room := min(free-reserve, MaxUpload)
	if room <= 0 {
		return ErrFull
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return full(err)
	}
	n, err := io.Copy(f, io.LimitReader(reader{ctx, body}, room+1))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return full(err)
	case n > MaxUpload:
		return ErrTooLarge
	case n > room:
		return ErrFull
	}
	return nil
}

// reader reads until ctx ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// keep gives a checked file its name, and then its description, which makes it
// part of the library.
func (l *Library) keep(id, part string, f file) error {
	description, err := json.Marshal(f)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	path := filepath.Join(l.dir, f.File)
	if err := os.Rename(part, path); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(l.dir, id+".json"), description); err != nil {
		os.Remove(path)
		return err
	}
	l.own[id] = f
	return nil
}

// writeFile writes a small file so that it is there whole or as it was before,
// whenever the power fails.
func writeFile(path string, p []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(p)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync() // makes the new name last; where that is not possible it lasts soon
		dir.Close()
	}
	return nil
}

// full says so when storage is what failed.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return ErrFull
	}
	return err
}

// How loud own files are made.
const (
	evenDBFS   = -28.0 // the RMS of the built-in noises
	mostLouder = 6.0   // dB
	mostSofter = -30.0 // dB
)

// even is the gain in dB that brings a file of this RMS to the loudness of the
// built-in tracks.
func even(dbfs float64) float64 { return max(mostSofter, min(mostLouder, evenDBFS-dbfs)) }

// title makes the title that is shown from the one in the file or, if it has
// none, from the file's name.
func title(inside, name string) string {
	for _, s := range []string{inside, strings.TrimSuffix(filepath.Base(strings.ReplaceAll(name, `\`, "/")), filepath.Ext(name))} {
		s = strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r), r == '_':
				return ' '
			case !unicode.IsPrint(r): // control characters, and those that turn text around
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, ""))
		s = strings.Join(strings.Fields(s), " ")
		if runes := []rune(s); len(runes) > longTitle {
			s = strings.TrimSpace(string(runes[:longTitle-1])) + "…"
		}
		if s != "" && s != "." && s != "/" {
			return s
		}
	}
	return "Own lullaby"
}
