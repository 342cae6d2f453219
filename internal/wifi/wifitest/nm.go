package wifitest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	name     = "org.freedesktop.NetworkManager"
	root     = dbus.ObjectPath("/org/freedesktop/NetworkManager")
	cable    = root + "/Devices/1"
	radio    = root + "/Devices/2"
	settings = root + "/Settings"
	active   = root + "/ActiveConnection/"
	none     = dbus.ObjectPath("/")
)

// States and reasons of devices, as in NetworkManager's documentation.
const (
	unavailable  = 20
	disconnected = 30
	config       = 50
	ipConfig     = 70
	activated    = 100
	failed       = 120

	noSecrets   = 7
	ssidMissing = 53
)

// profile is a connection's settings as they are on the wire.
type profile map[string]map[string]dbus.Variant

func (p profile) ssid() string {
	s, _ := p["802-11-wireless"]["ssid"].Value().([]byte)
	return string(s)
}

func (p profile) text(section, key string) string {
	s, _ := p[section][key].Value().(string)
	return s
}

// NM is a NetworkManager with a cable socket and a Wi-Fi radio, as far as the
// monitor uses it. A device moves on by one step each time it is looked at, so
// that no test waits for time.
type NM struct {
	bus *dbus.Conn

	mu       sync.Mutex
	is       string
	next     int
	profiles map[dbus.ObjectPath]profile
	saved    map[dbus.ObjectPath]bool
	blocked  map[dbus.ObjectPath]bool // autoconnect gave up: a wrong password
	state    uint32                   // of the radio
	using    dbus.ObjectPath          // the radio's connection
	scans    int64
}

// Start puts a NetworkManager on a bus.
func Start(t *testing.T, address string) *NM {
	t.Helper()
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	n := &NM{bus: bus, is: "wifi", profiles: map[dbus.ObjectPath]profile{}, saved: map[dbus.ObjectPath]bool{},
		blocked: map[dbus.ObjectPath]bool{}, state: disconnected}
	n.export(t, root, name, map[string]any{"AddAndActivateConnection2": n.addAndActivate, "ActivateConnection": n.activate})
	n.export(t, settings, name+".Settings", map[string]any{"ListConnections": n.list})
	n.export(t, radio, name+".Device.Wireless", map[string]any{"RequestScan": n.scan, "GetAllAccessPoints": n.points})
	objects := []dbus.ObjectPath{root, cable, radio, active + "1", root + "/IP4Config/1", root + "/IP4Config/2"}
	for i := range air() {
		objects = append(objects, pointPath(i))
	}
	for _, path := range objects {
		n.export(t, path, "org.freedesktop.DBus.Properties", map[string]any{
			"GetAll": func(of string) (map[string]dbus.Variant, *dbus.Error) { return n.properties(path, of), nil },
		})
	}
	if _, err := bus.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *NM) export(t *testing.T, path dbus.ObjectPath, of string, methods map[string]any) {
	t.Helper()
	if err := n.bus.ExportMethodTable(methods, path, of); err != nil {
		t.Fatal(err)
	}
}

// Set sets what is around, as [Air] says; what was known before is forgotten.
func (n *NM) Set(is string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.is, n.state, n.using = is, disconnected, ""
	n.profiles, n.saved, n.blocked = map[dbus.ObjectPath]profile{}, map[dbus.ObjectPath]bool{}, map[dbus.ObjectPath]bool{}
	if is == "wifi" || is == "down" {
		path := n.add(profile{
			"connection":               {"id": dbus.MakeVariant(Home), "type": dbus.MakeVariant("802-11-wireless")},
			"802-11-wireless":          {"ssid": dbus.MakeVariant([]byte(Home))},
			"802-11-wireless-security": {"psk": dbus.MakeVariant(HomePassword), "key-mgmt": dbus.MakeVariant("wpa-psk")},
		})
		n.saved[path] = true
	}
}

// Saved returns the names of the Wi-Fis that a restart would not forget.
func (n *NM) Saved() (ssids []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for path := range n.saved {
		ssids = append(ssids, n.profiles[path].ssid())
	}
	slices.Sort(ssids)
	return ssids
}

// Mute is a Wi-Fi that lets everybody in and gives nobody an address.
const Mute = "Mute"

// point is an access point.
type point struct {
	ssid, password  string
	strength        byte
	frequency, keys uint32 // MHz; NM80211ApSecurityFlags of RSN
}

func air() []point {
	return []point{
		{Home, HomePassword, 70, 2437, 0x188}, {Home, HomePassword, 40, 5180, 0x188}, // two radios of one router
		{"Upstairs 5G", "not known to anybody", 50, 5500, 0x188},
		{Mute, "long enough", 60, 2412, 0x188}, {"Modern", "only wpa3", 30, 5200, 0x488}, {"Office", "", 20, 2412, 0x288}, {"Café", "", 10, 2462, 0}, {"", "", 5, 2412, 0x188},
	}
}

func pointPath(i int) dbus.ObjectPath {
	return dbus.ObjectPath(fmt.Sprintf("%s/AccessPoint/%d", root, i))
}

// inRange returns the access point of a name.
func (n *NM) inRange(ssid string) (p point, index int, ok bool) {
	for i, p := range air() {
		if p.ssid == ssid && (n.is != "down" || ssid != Home) {
			return p, i, true
		}
	}
	return p, 0, false
}

func (n *NM) properties(path dbus.ObjectPath, of string) map[string]dbus.Variant {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := map[string]any{}
	switch what := strings.TrimPrefix(of, name); {
	case path == root:
		b["Devices"] = []dbus.ObjectPath{cable, radio}
	case path == cable && what == ".Device":
		b = map[string]any{"DeviceType": uint32(1), "State": uint32(unavailable), "Ip4Config": none, "ActiveConnection": none}
		if n.is == "wired" {
			b["State"], b["Ip4Config"] = uint32(activated), root+"/IP4Config/1"
		}
	case path == radio && what == ".Device":
		n.step()
		b = map[string]any{"DeviceType": uint32(2), "State": n.state, "Ip4Config": none, "ActiveConnection": none}
		if n.using != "" {
			b["ActiveConnection"] = active + "1"
		}
		if n.state == activated {
			b["Ip4Config"] = root + "/IP4Config/2"
		}
	case path == radio && what == ".Device.Wireless":
		_, i, _ := n.inRange(n.profiles[n.using].ssid())
		b = map[string]any{"LastScan": n.scans, "ActiveAccessPoint": pointPath(i)}
	case strings.HasPrefix(string(path), string(active)):
		b["Connection"] = n.using
	case strings.Contains(string(path), "/IP4Config/"):
		b["AddressData"] = []map[string]dbus.Variant{{"address": dbus.MakeVariant("192.168.1.23"), "prefix": dbus.MakeVariant(uint32(24))}}
	default:
		for i, p := range air() {
			if path == pointPath(i) {
				b = map[string]any{"Ssid": []byte(p.ssid), "Strength": p.strength, "Frequency": p.frequency, "Flags": uint32(1), "WpaFlags": uint32(0), "RsnFlags": p.keys}
				if p.keys == 0 {
					b["Flags"] = uint32(0)
				}
			}
		}
	}
	wire := map[string]dbus.Variant{}
	for key, v := range b {
		wire[key] = dbus.MakeVariant(v)
	}
	return wire
}

// step moves the radio on.
func (n *NM) step() {
	p := n.profiles[n.using]
	at, _, there := n.inRange(p.ssid())
	own := p.text("802-11-wireless", "mode") == "ap"
	switch n.state {
	case disconnected:
		for _, path := range sorted(n.profiles) {
			auto, said := n.profiles[path]["connection"]["autoconnect"]
			if _, _, seen := n.inRange(n.profiles[path].ssid()); seen && !n.blocked[path] && !(said && auto.Value() == false) {
				n.using, n.state = path, config
				return
			}
		}
	case config:
		switch {
		case own:
			n.state = ipConfig
		case !there:
			n.fail(ssidMissing)
		case at.password != p.text("802-11-wireless-security", "psk"):
			n.blocked[n.using] = true
			n.fail(noSecrets)
		default:
			n.state = ipConfig
		}
	case ipConfig:
		if p.ssid() != Mute {
			n.state = activated
		}
	case failed:
		n.state, n.using = disconnected, ""
	}
}

func (n *NM) fail(reason uint32) {
	was := n.state
	n.state = failed
	_ = n.bus.Emit(radio, name+".Device.StateChanged", n.state, was, reason) // the test sees what is lost
}

func sorted(all map[dbus.ObjectPath]profile) (paths []dbus.ObjectPath) {
	for path := range all {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}
