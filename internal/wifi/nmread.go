package wifi

import (
	"context"
	"net/netip"
	"slices"

	"github.com/godbus/dbus/v5"
)

// known returns the names of the Wi-Fis that are joined without being asked.
func (m *NetworkManager) known(ctx context.Context) ([]string, error) {
	all, err := m.connections(ctx)
	var names []string
	for _, path := range all {
		s, ok := m.settings(ctx, path)
		if !ok || value[string](s["connection"], "type") != "802-11-wireless" || value[string](s["802-11-wireless"], "mode") == "ap" {
			continue
		}
		if auto, said := s["connection"]["autoconnect"]; said && auto.Value() == false {
			continue
		}
		names = append(names, string(value[[]byte](s["802-11-wireless"], "ssid")))
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

func (m *NetworkManager) connections(ctx context.Context) (all []dbus.ObjectPath, err error) {
	return all, m.call(ctx, settingsPath, ".Settings.ListConnections").Store(&all)
}

// settings returns a connection's; false where it has just gone.
func (m *NetworkManager) settings(ctx context.Context, path dbus.ObjectPath) (s map[string]bag, ok bool) {
	if path == "" || path == noPath {
		return nil, false
	}
	err := m.call(ctx, path, ".Settings.Connection.GetSettings").Store(&s)
	return s, err == nil
}

// ssidOf returns the name of a connection's Wi-Fi, and whether it is our own.
func (m *NetworkManager) ssidOf(ctx context.Context, path dbus.ObjectPath) (ssid string, own bool) {
	s, ok := m.settings(ctx, path)
	if !ok {
		return "", false
	}
	w := s["802-11-wireless"]
	return string(value[[]byte](w, "ssid")), value[string](w, "mode") == "ap"
}

func (m *NetworkManager) signal(ctx context.Context, radio device) int {
	w, err := m.get(ctx, radio.path, nmName+".Device.Wireless")
	if err != nil {
		return 0
	}
	ap, err := m.get(ctx, value[dbus.ObjectPath](w, "ActiveAccessPoint"), nmName+".AccessPoint")
	if err != nil {
		return 0
	}
	return int(value[byte](ap, "Strength"))
}

// addresses returns those of a device that phones can use.
func (m *NetworkManager) addresses(ctx context.Context, d device) (all []netip.Addr) {
	for _, version := range []string{"4", "6"} {
		path := value[dbus.ObjectPath](d.bag, "Ip"+version+"Config")
		if path == "" || path == noPath {
			continue
		}
		config, err := m.get(ctx, path, nmName+".IP"+version+"Config")
		if err != nil {
			continue
		}
		for _, one := range value[[]map[string]dbus.Variant](config, "AddressData") {
			if a, err := netip.ParseAddr(value[string](one, "address")); err == nil && !a.IsLinkLocalUnicast() {
				all = append(all, a)
			}
		}
	}
	return all
}
