package wifi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/google/uuid"
)

// scanTakes is how long is waited for a scan.
const scanTakes = 8 * time.Second

// NM80211ApFlags and NM80211ApSecurityFlags.
const (
	flagPrivacy     = 0x1
	keyMgmtPSK      = 0x100
	keyMgmt8021X    = 0x200
	keyMgmtSAE      = 0x400
	keyMgmtOWE      = 0x800
	keyMgmtEAP192   = 0x2000
	enterpriseFlags = keyMgmt8021X | keyMgmtEAP192
)

// errNoRadio is the answer of a machine without Wi-Fi.
var errNoRadio = errors.New("this monitor has no Wi-Fi radio")

// Networks implements [Manager].
func (m *NetworkManager) Networks(ctx context.Context) ([]Network, error) {
	_, radio, err := m.devices(ctx)
	if err != nil {
		return nil, err
	}
	if radio.path == "" {
		return nil, errNoRadio
	}
	m.scan(ctx, radio.path) // without a scan there is still what was seen before
	var points []dbus.ObjectPath
	if err := m.call(ctx, radio.path, ".Device.Wireless.GetAllAccessPoints").Store(&points); err != nil {
		return nil, err
	}
	known, err := m.known(ctx)
	if err != nil {
		return nil, err
	}
	isKnown := map[string]bool{}
	for _, ssid := range known {
		isKnown[ssid] = true
	}
	var all []Network
	for _, path := range points {
		b, err := m.get(ctx, path, nmName+".AccessPoint")
		if err != nil {
			continue // it has just gone
		}
		ssid := string(value[[]byte](b, "Ssid"))
		all = append(all, Network{SSID: ssid, Signal: int(value[byte](b, "Strength")), Frequency: int(value[uint32](b, "Frequency")),
			Security: securityOf(value[uint32](b, "Flags"), value[uint32](b, "WpaFlags"), value[uint32](b, "RsnFlags")), Known: isKnown[ssid]})
	}
	return all, nil
}

// scan looks for Wi-Fis and waits until that has been done.
func (m *NetworkManager) scan(ctx context.Context, radio dbus.ObjectPath) {
	last := func() int64 {
		b, err := m.get(ctx, radio, nmName+".Device.Wireless")
		if err != nil {
			return -1
		}
		return value[int64](b, "LastScan")
	}
	before := last()
	if m.call(ctx, radio, ".Device.Wireless.RequestScan", map[string]dbus.Variant{}).Err != nil {
		return
	}
	for begun := time.Now(); time.Since(begun) < scanTakes && last() == before; {
		if sleep(ctx, 300*time.Millisecond) != nil {
			return
		}
	}
}

// securityOf reads what an access point tells.
func securityOf(flags, wpa, rsn uint32) Security {
	switch all := wpa | rsn; {
	case all&keyMgmtPSK != 0:
		return WPA
	case all&keyMgmtSAE != 0:
		return SAE
	case all&enterpriseFlags != 0:
		return Enterprise
	case flags&flagPrivacy != 0 && all == 0:
		return WEP
	case all&keyMgmtOWE != 0:
		return Open
	}
	return Open
}

// Do implements [Manager].
func (m *NetworkManager) Do(ctx context.Context, o Order) error {
	_, radio, err := m.devices(ctx)
	if err != nil {
		return err
	}
	if radio.path == "" {
		return errNoRadio
	}
	switch o.Kind {
	case OpenOwn:
		return m.openOwn(ctx, radio.path, o)
	case TryKnown:
		return m.tryKnown(ctx, radio.path)
	case Join:
		return m.join(ctx, radio.path, o.Choice)
	case Keep:
		return m.keep(ctx)
	case Forget:
		return m.forget(ctx, radio.path, o.Back)
	}
	return nil
}

// profile is a connection's settings.
type profile map[string]map[string]any

// add makes a connection that lives in memory and brings it up.
func (m *NetworkManager) add(ctx context.Context, radio dbus.ObjectPath, p profile) (connection dbus.ObjectPath, err error) {
	wire := map[string]map[string]dbus.Variant{}
	for section, values := range p {
		wire[section] = map[string]dbus.Variant{}
		for key, v := range values {
			wire[section][key] = dbus.MakeVariant(v)
		}
	}
	var active dbus.ObjectPath
	var more map[string]dbus.Variant
	err = m.call(ctx, nmPath, ".AddAndActivateConnection2", wire, radio, noPath,
		map[string]dbus.Variant{"persist": dbus.MakeVariant("memory")}).Store(&connection, &active, &more)
	return connection, err
}

// openOwn opens the monitor's own Wi-Fi: WPA2 alone, which every phone has.
func (m *NetworkManager) openOwn(ctx context.Context, radio dbus.ObjectPath, o Order) error {
	m.drop(ctx, &m.ownPath)
	path, err := m.add(ctx, radio, profile{
		"connection":      {"id": o.Own.SSID, "uuid": uuid.NewString(), "type": "802-11-wireless", "autoconnect": false},
		"802-11-wireless": {"ssid": []byte(o.Own.SSID), "mode": "ap", "band": "bg", "channel": uint32(o.Channel)},
		"802-11-wireless-security": {
			"key-mgmt": "wpa-psk", "psk": o.Own.Password,
			"proto": []string{"rsn"}, "pairwise": []string{"ccmp"}, "group": []string{"ccmp"},
			"pmf": int32(1), // off: some phones and the Pi's radio fail with it
		},
		"ipv4": {"method": "shared", "address-data": []map[string]dbus.Variant{{
			"address": dbus.MakeVariant("10.42.0.1"), "prefix": dbus.MakeVariant(uint32(24)),
		}}},
		"ipv6": {"method": "disabled"},
	})
	m.ownPath = path
	return err
}

// drop deletes a connection of ours, where there is one.
func (m *NetworkManager) drop(ctx context.Context, path *dbus.ObjectPath) {
	if *path != "" && *path != noPath {
		_ = m.call(ctx, *path, ".Settings.Connection.Delete").Err // it may have gone
	}
	*path = ""
}

// tryKnown closes the own Wi-Fi; NetworkManager then joins what it knows. It
// takes that up at once only where a device has been told to be idle.
func (m *NetworkManager) tryKnown(ctx context.Context, radio dbus.ObjectPath) error {
	m.drop(ctx, &m.ownPath)
	m.failed, m.why = "", None
	return m.activate(ctx, radio, "")
}

// activate brings up a known connection: the one of this Wi-Fi, or the best.
func (m *NetworkManager) activate(ctx context.Context, radio dbus.ObjectPath, ssid string) error {
	best, newest := noPath, int64(-1)
	all, err := m.connections(ctx)
	if err != nil {
		return err
	}
	for _, path := range all {
		s, ok := m.settings(ctx, path)
		if !ok || path == m.chosen || value[string](s["connection"], "type") != "802-11-wireless" || value[string](s["802-11-wireless"], "mode") == "ap" {
			continue
		}
		name, used := string(value[[]byte](s["802-11-wireless"], "ssid")), int64(value[uint64](s["connection"], "timestamp"))
		if (ssid == "" || ssid == name) && used > newest {
			best, newest = path, used
		}
	}
	if best == noPath {
		return nil
	}
	var active dbus.ObjectPath
	return m.call(ctx, nmPath, ".ActivateConnection", best, radio, noPath).Store(&active)
}

// join tries what a parent chose, in memory alone.
func (m *NetworkManager) join(ctx context.Context, radio dbus.ObjectPath, c Choice) error {
	m.drop(ctx, &m.chosen)
	p := profile{
		"connection":      {"id": c.SSID, "uuid": uuid.NewString(), "type": "802-11-wireless"},
		"802-11-wireless": {"ssid": []byte(c.SSID), "mode": "infrastructure", "hidden": c.Hidden},
		"ipv4":            {"method": "auto"},
		"ipv6":            {"method": "auto"},
	}
	if c.Password != "" {
		management := "wpa-psk" // WPA3 too, where the Wi-Fi offers both
		if m.saeAlone(ctx, radio, c.SSID) {
			management = "sae"
		}
		p["802-11-wireless-security"] = map[string]any{"key-mgmt": management, "psk": c.Password}
	}
	m.failed, m.why, m.joining = "", None, c.SSID
	path, err := m.add(ctx, radio, p)
	if err != nil {
		return fmt.Errorf("NetworkManager refuses it: %w", err)
	}
	m.drop(ctx, &m.ownPath)
	m.chosen = path
	return nil
}

// saeAlone says whether a Wi-Fi in range speaks WPA3 and nothing older.
func (m *NetworkManager) saeAlone(ctx context.Context, radio dbus.ObjectPath, ssid string) bool {
	var points []dbus.ObjectPath
	if m.call(ctx, radio, ".Device.Wireless.GetAllAccessPoints").Store(&points) != nil {
		return false
	}
	for _, path := range points {
		b, err := m.get(ctx, path, nmName+".AccessPoint")
		if err == nil && string(value[[]byte](b, "Ssid")) == ssid {
			return securityOf(value[uint32](b, "Flags"), value[uint32](b, "WpaFlags"), value[uint32](b, "RsnFlags")) == SAE
		}
	}
	return false
}

// keep saves what was joined, and removes what was known under its name.
func (m *NetworkManager) keep(ctx context.Context) error {
	chosen := m.chosen
	m.chosen = ""
	if chosen == "" {
		return errors.New("nothing was joined")
	}
	if err := m.call(ctx, chosen, ".Settings.Connection.Save").Err; err != nil {
		return err
	}
	ssid, _ := m.ssidOf(ctx, chosen)
	all, err := m.connections(ctx)
	for _, path := range all {
		if name, own := m.ssidOf(ctx, path); path != chosen && name == ssid && !own {
			err = errors.Join(err, m.call(ctx, path, ".Settings.Connection.Delete").Err)
		}
	}
	return err
}

// forget removes what could not be joined, and goes back.
func (m *NetworkManager) forget(ctx context.Context, radio dbus.ObjectPath, back string) error {
	m.drop(ctx, &m.chosen)
	if back == "" {
		return nil
	}
	return m.activate(ctx, radio, back)
}
