package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"babymonitor/internal/firstboot"
	"babymonitor/internal/wifi"
	"babymonitor/web/access"
)

// Files of the data folder: the monitor's own Wi-Fi, and the country that a
// parent chose on the page, which takes root to heed.
const (
	ownWiFiFile = "own-wifi.json"
	countryFile = "wifi-country"
)

// bootCommand takes over what is on the boot partition; --card brings the set-up
// code there instead, and --country heeds the country that a parent has just
// chosen. It runs as root, on the image alone.
func bootCommand(ctx context.Context, args []string, out io.Writer) error {
	f := newFlags("boot", out)
	boot := f.String("boot", "/boot/firmware", "")
	root := f.String("root", "/", "")
	card := f.Bool("card", false, "")
	country := f.Bool("country", false, "")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%q is not understood: %w", f.Arg(0), errUsage)
	}
	log := newLog(os.Stderr)
	data := filepath.Join(*root, defaultData)
	o := firstboot.Options{Boot: *boot, Root: *root, Keep: filepath.Join(*root, "data/boot"), Log: log,
		ChosenCountry: filepath.Join(data, countryFile)}
	if *card {
		return firstboot.Card(o, data)
	}
	o.SetParent = func(ctx context.Context, name, password string) error {
		return errors.Join(setParent(ctx, data, name, password), giveAway(data))
	}
	o.SetOwnWiFi = func(password string) error {
		if err := os.MkdirAll(data, 0o750); err != nil {
			return err
		}
		return errors.Join(wifi.SetOwnPassword(filepath.Join(data, ownWiFiFile), password), giveAway(data))
	}
	if filepath.Clean(*root) == "/" {
		o.Hostname = func(name string) error { return syscall.Sethostname([]byte(name)) }
		o.Country = func(code string) error { return setCountry(ctx, code, log) }
	}
	if *country {
		return firstboot.Chosen(o)
	}
	return errors.Join(firstboot.Run(ctx, o), firstboot.Card(o, data))
}

// setParent makes somebody a parent, or gives them a new password.
func setParent(ctx context.Context, data, name, password string) error {
	people, err := access.OpenPeople(data)
	if err != nil {
		return err
	}
	return people.Set(ctx, access.User{Name: name, Role: access.Parent}, password)
}

// giveAway makes what root has put into the data folder belong to the user who
// owns that folder. systemd does it where the folder is new.
func giveAway(data string) error {
	info, err := os.Stat(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return nil
	}
	entries, err := os.ReadDir(data)
	for _, e := range entries {
		if e.Type().IsRegular() {
			err = errors.Join(err, os.Lchown(filepath.Join(data, e.Name()), int(owner.Uid), int(owner.Gid)))
		}
	}
	return err
}

// setCountry tells the kernel whose rules the radio follows. A card without the
// tool, or a board without a radio, goes on with the rules that hold everywhere.
func setCountry(ctx context.Context, code string, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if words, err := exec.CommandContext(ctx, "iw", "reg", "set", code).CombinedOutput(); err != nil {
		log.Warn("The Wi-Fi's country could not be set.", "country", code, "reason", err, "says", string(words))
	}
	return nil
}
