package wifitest

import (
	"fmt"

	"github.com/godbus/dbus/v5"
)

// refuse is an error of NetworkManager's.
func refuse(words string) *dbus.Error {
	return dbus.NewError(name+".Settings.Connection.InvalidProperty", []any{words})
}

// sound says what NetworkManager would not take in a profile.
func (p profile) sound() *dbus.Error {
	if p.text("connection", "type") != "802-11-wireless" || p.ssid() == "" || len(p.ssid()) > 32 {
		return refuse("connection.type or 802-11-wireless.ssid")
	}
	if _, locked := p["802-11-wireless-security"]; locked {
		if key := p.text("802-11-wireless-security", "psk"); len(key) < 8 || len(key) > 64 {
			return refuse("802-11-wireless-security.psk")
		}
		if k := p.text("802-11-wireless-security", "key-mgmt"); k != "wpa-psk" && k != "sae" {
			return refuse("802-11-wireless-security.key-mgmt")
		}
	}
	if p.text("802-11-wireless", "mode") == "ap" {
		if _, ok := p["802-11-wireless"]["channel"].Value().(uint32); !ok || p.text("ipv4", "method") != "shared" {
			return refuse("802-11-wireless.channel or ipv4.method")
		}
	}
	return nil
}

// add keeps a profile under a new path.
func (n *NM) add(p profile) dbus.ObjectPath {
	n.next++
	path := dbus.ObjectPath(fmt.Sprintf("%s/%d", settings, n.next))
	n.profiles[path] = p
	_ = n.bus.ExportMethodTable(map[string]any{ // the paths are sound
		"GetSettings": func() (map[string]map[string]dbus.Variant, *dbus.Error) { return n.read(path) },
		"Save":        func() *dbus.Error { return n.save(path) },
		"Delete":      func() *dbus.Error { return n.drop(path) },
	}, path, name+".Settings.Connection")
	return path
}

func (n *NM) read(path dbus.ObjectPath) (map[string]map[string]dbus.Variant, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p, ok := n.profiles[path]
	if !ok {
		return nil, refuse("gone")
	}
	shown := map[string]map[string]dbus.Variant{}
	for section, values := range p {
		shown[section] = map[string]dbus.Variant{}
		for key, v := range values {
			if key != "psk" { // secrets are asked for apart
				shown[section][key] = v
			}
		}
	}
	return shown, nil
}

func (n *NM) save(path dbus.ObjectPath) *dbus.Error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.saved[path] = true
	return nil
}

func (n *NM) drop(path dbus.ObjectPath) *dbus.Error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.profiles, path)
	delete(n.saved, path)
	if n.using == path {
		n.using, n.state = "", disconnected
	}
	return nil
}

func (n *NM) list() ([]dbus.ObjectPath, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return sorted(n.profiles), nil
}

func (n *NM) addAndActivate(p map[string]map[string]dbus.Variant, device, _ dbus.ObjectPath, options map[string]dbus.Variant) (connection, using dbus.ObjectPath, more map[string]dbus.Variant, err *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := profile(p).sound(); err != nil || device != radio || options["persist"].Value() != "memory" {
		if err == nil {
			err = refuse("device or persist")
		}
		return none, none, nil, err
	}
	path := n.add(p)
	n.using, n.state = path, config
	return path, active + "1", map[string]dbus.Variant{}, nil
}

func (n *NM) activate(path, device, _ dbus.ObjectPath) (dbus.ObjectPath, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.profiles[path] == nil || device != radio {
		return none, refuse("no such connection or device")
	}
	n.using, n.state = path, config
	delete(n.blocked, path)
	return active + "1", nil
}

func (n *NM) scan(map[string]dbus.Variant) *dbus.Error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.profiles[n.using].text("802-11-wireless", "mode") == "ap" {
		return dbus.NewError(name+".Device.NotAllowed", []any{"Scanning not allowed in AP mode"})
	}
	n.scans++
	return nil
}

func (n *NM) points() (paths []dbus.ObjectPath, _ *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, p := range air() {
		if n.is != "down" || p.ssid != Home {
			paths = append(paths, pointPath(i))
		}
	}
	return paths, nil
}
