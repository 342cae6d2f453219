package firstboot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"babymonitor/internal/config"
)

// apply keeps the wishes of one file on the data partition. Its faults are what
// the owner must mend; its error is what went wrong here.
func (o Options) apply(ctx context.Context, s source, w Wishes, k *kept) (faults config.Faults, err error) {
	if w.Settings != nil {
		err = put(filepath.Join(o.Keep, settingsName), w.Settings, 0o600)
	}
	if w.Hostname != "" {
		k.Hostname = w.Hostname
	}
	if w.Country != "" {
		k.Country = w.Country
	}
	if _, none := os.Stat(o.at("usr/share/zoneinfo", w.Timezone)); w.Timezone != "" && none != nil {
		faults = append(faults, w.fault(s.name, "timezone", fmt.Sprintf("is %q, which is unknown here", clip(w.Timezone)), `write it as "Europe/Berlin"`))
	} else if w.Timezone != "" {
		k.Timezone = w.Timezone
	}
	switch owner := s.name == settingsName; {
	case owner && (w.lines["ssh.keys"] > 0 || k.OwnKeys): // also to switch it off again
		k.SSHKeys, k.OwnKeys = w.SSHKeys, w.lines["ssh.keys"] > 0
	case !owner && len(w.SSHKeys) > 0:
		k.SSHKeys, k.OwnKeys = w.SSHKeys, false
	}
	for _, n := range w.WiFi {
		err = errors.Join(err, put(o.at("etc/NetworkManager/system-connections", keyfileName(n.SSID)), keyfile(n), 0o600))
	}
	if w.OwnWiFi != "" && o.SetOwnWiFi != nil {
		err = errors.Join(err, o.SetOwnWiFi(w.OwnWiFi))
	}
	if w.Admin.Password != "" && o.SetParent != nil {
		if wrong := o.SetParent(ctx, w.Admin.Name, w.Admin.Password); wrong != nil {
			faults = append(faults, w.fault(s.name, "admin.password", "is not taken: "+wrong.Error(), "correct it"))
		}
	}
	return faults, err
}

// at is a path below the root of the file system that is set up.
func (o Options) at(parts ...string) string {
	return filepath.Join(append([]string{o.Root}, parts...)...)
}

// inForce writes what is kept to where the system looks for it.
func (o Options) inForce(k kept) (faults config.Faults, err error) {
	faults, err = o.settingsInForce()
	also := func(wrong error) { err = errors.Join(err, wrong) }
	if k.Hostname != "" {
		also(put(o.at("etc/hostname"), []byte(k.Hostname+"\n"), 0o644))
		also(o.nameItself(k.Hostname))
		if o.Hostname != nil {
			also(o.Hostname(k.Hostname))
		}
	}
	if k.Timezone != "" {
		also(link("/usr/share/zoneinfo/"+k.Timezone, o.at("etc/localtime")))
		also(put(o.at("etc/timezone"), []byte(k.Timezone+"\n"), 0o644))
	}
	if country := o.country(k); country != "" && o.Country != nil {
		also(o.Country(country))
	}
	also(o.keysInForce(k.SSHKeys))
	return faults, err
}

// Chosen puts the country that a parent chose on the page in force; no choice,
// or one that is no country, changes nothing.
func Chosen(o Options) error {
	code := o.country(kept{})
	if code == "" || o.Country == nil {
		return nil
	}
	return o.Country(code)
}

// country is what a parent chose last: on the page, which comes after the card.
func (o Options) country(k kept) string {
	if text, err := regular(o.ChosenCountry); err == nil && soundCountry.Match(text) {
		return string(text)
	}
	return k.Country
}

// settingsInForce brings the last good settings to where the monitor reads
// them. Those that a new version of the monitor does not understand any more
// would keep it from starting, so they stay out.
func (o Options) settingsInForce() (config.Faults, error) {
	path := filepath.Join(o.Keep, settingsName)
	doc, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := config.Load(config.Default(), path); err != nil {
		return config.Faults{{File: settingsName, Reason: "was understood before and is not any more, so the settings are the usual ones: " + err.Error(), Do: "write it anew"}},
			remove(o.at("etc", settingsName))
	}
	return nil, put(o.at("etc", settingsName), doc, 0o644)
}

// nameItself lets the name lead to this machine without a network.
func (o Options) nameItself(name string) error {
	path := o.at("etc/hosts")
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if !strings.HasPrefix(line, "127.0.1.1") && line != "" {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		out = []string{"127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback"}
	}
	return put(path, []byte(strings.Join(append(out, "127.0.1.1\t"+name), "\n")+"\n"), 0o644)
}

// keysInForce lets the owner of these keys in as root, by SSH. The server runs
// only while the file is there.
func (o Options) keysInForce(keys []string) error {
	path := o.at("root/.ssh/authorized_keys")
	if len(keys) == 0 {
		return remove(path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return put(path, []byte(strings.Join(keys, "\n")+"\n"), 0o600)
}

// link makes a symbolic link, or turns the one that is there.
func link(to, path string) error {
	if now, err := os.Readlink(path); err == nil && now == to {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := remove(path + ".new"); err != nil {
		return err
	}
	if err := os.Symlink(to, path+".new"); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
