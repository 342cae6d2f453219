// Package firstboot takes over what an owner has put on the boot partition of
// the card, at every boot and before anything else needs it: the settings file,
// the Wi-Fi, the first parent, name, time zone and SSH keys, and what Raspberry
// Pi Imager leaves there.
//
// Nothing on that partition is ever executed, since anybody who holds the card
// can write it. What cannot be understood is said in words, with file and line,
// in a file beside it, and never stops the boot: what was in force stays so.
// Secrets are wiped from the partition once they are safe on the data
// partition, and not before: a power cut in between only means that they are
// taken over again.
package firstboot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"babymonitor/internal/config"
)

// Options say where things are and what else must be done.
type Options struct {
	Boot string // where the boot partition is mounted, as "/boot/firmware"
	Root string // of the file system that is set up; "/" but in tests
	Keep string // folder on the data partition for what was taken over
	Log  *slog.Logger
	// ChosenCountry is a file in the monitor's data folder with the country that
	// a parent has chosen on the page; it need not exist.
	ChosenCountry string

	// The rest may be nil: it is not done then.

	// SetParent makes somebody a parent with this password.
	SetParent func(ctx context.Context, name, password string) error
	// SetOwnWiFi sets the password of the monitor's own Wi-Fi.
	SetOwnWiFi func(password string) error
	// Hostname and Country tell the running kernel.
	Hostname func(name string) error
	Country  func(code string) error
}

// The files of the boot partition that are the monitor's own.
const (
	settingsName = "babymonitor.toml"
	problemsName = "babymonitor-problems.txt"
)

// byteOrderMark is what some editors begin a file with.
const byteOrderMark = "\ufeff"

// mostRead is more than any of the files holds.
const mostRead = 1 << 20

// source is a file that may hold wishes.
type source struct {
	name string
	read func(file string, doc []byte) (Wishes, config.Faults)
	// once: the file is wiped and removed when it has been taken over.
	once bool
}

// sources are in the order in which they are taken over: what comes later wins.
func sources() []source {
	return []source{
		{"firstrun.sh", readFirstrun, true},
		{"custom.toml", readPreseed, true},
		{"rpi-preseed.toml", readPreseed, true},
		{"user-data", readUserData, true},
		{"network-config", readNetworkConfig, true},
		{settingsName, readOwner, false},
	}
}

// Run takes over what is there. Its error says what could not be kept or
// written; what the owner has to mend is in the file of problems instead.
func Run(ctx context.Context, o Options) error {
	if err := os.MkdirAll(o.Keep, 0o700); err != nil {
		return fmt.Errorf("what is on the boot partition cannot be kept: %w", err)
	}
	k := openKept(o.Keep, o.Log)
	if _, err := os.Stat(filepath.Join(o.Boot, problemsName)); errors.Is(err, fs.ErrNotExist) {
		k.Notes = nil // the owner has read and removed them
	}
	var faults config.Faults
	var failed []error
	for _, s := range sources() {
		found, err := o.takeOver(ctx, s, &k)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", s.name, err))
		}
		faults = append(faults, found...)
	}
	found, err := o.inForce(k)
	faults = append(faults, found...)
	failed = append(failed, err, k.save(o.Keep), o.tell(append(lines(faults), k.Notes...)))
	return errors.Join(failed...)
}

// takeOver brings what one file asks for to the data partition, then wipes its
// secrets.
func (o Options) takeOver(ctx context.Context, s source, k *kept) (config.Faults, error) {
	doc, err := readFile(filepath.Join(o.Boot, s.name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return config.Faults{{File: s.name, Reason: "cannot be read: " + err.Error(), Do: "write it anew"}}, nil
	}
	body := bytes.TrimPrefix(doc, []byte(byteOrderMark))
	w, faults := safely(s, body)
	if !w.read {
		return faults, nil
	}
	refused, err := o.apply(ctx, s, w, k)
	faults = append(faults, refused...)
	if err != nil {
		return faults, err
	}
	o.Log.Info("Taken over from the boot partition.", "file", s.name, "problems", len(faults))
	if !s.once {
		left := map[string]bool{}
		for _, f := range faults {
			left[f.Key] = true
		}
		return faults, o.overwrite(s.name, doc, append(doc[:len(doc)-len(body):len(doc)-len(body)], emptied(body, left)...))
	}
	// Its words must outlive it.
	k.Notes = append(k.Notes, lines(faults)...)
	if err := k.save(o.Keep); err != nil {
		return nil, err
	}
	return nil, o.burn(s.name, doc)
}

func lines(faults config.Faults) (all []string) {
	for _, f := range faults {
		all = append(all, f.Error())
	}
	return all
}

// safely keeps a mistake in a reader from stopping the boot.
func safely(s source, doc []byte) (w Wishes, faults config.Faults) {
	defer func() {
		if wrong := recover(); wrong != nil {
			w, faults = Wishes{}, config.Faults{{File: s.name, Reason: "cannot be understood", Do: "write it anew, or remove it"}}
		}
	}()
	w, faults = s.read(s.name, doc)
	return w, append(faults, w.check(s.name)...)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := io.ReadAll(io.LimitReader(f, mostRead+1))
	if err == nil && len(doc) > mostRead {
		err = errors.New("it is too large")
	}
	return doc, err
}
