package wifi

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// Names of NetworkManager's D-Bus API, version 1.
const (
	nmName       = "org.freedesktop.NetworkManager"
	nmPath       = dbus.ObjectPath("/org/freedesktop/NetworkManager")
	settingsPath = nmPath + "/Settings"
	properties   = "org.freedesktop.DBus.Properties"
	noPath       = dbus.ObjectPath("/")
)

// NMDeviceType, NMDeviceState and NMActiveConnectionState, as far as they are
// needed.
const (
	ethernetDevice = 1
	wifiDevice     = 2

	stateUnmanaged    = 10
	stateUnavailable  = 20
	stateDisconnected = 30
	stateIPConfig     = 70
	stateActivated    = 100
	stateDeactivating = 110
	stateFailed       = 120
)

// NetworkManager is the [Manager] of a device.
type NetworkManager struct {
	bus     *dbus.Conn
	signals chan *dbus.Signal
	own     string // SSID of the monitor's own Wi-Fi

	ownPath dbus.ObjectPath // its connection; "" until it was opened
	chosen  dbus.ObjectPath // the connection that a parent chose, until it is kept or forgotten
	joining string          // SSID that was being joined last
	failed  string
	why     Why
	missed  int // looks on end at which a known Wi-Fi was not even tried
}

// Connect reaches NetworkManager over a bus: "" is the system's. own is the name
// of the monitor's own Wi-Fi, by which it is told from others. The error says
// that there is none.
func Connect(ctx context.Context, address, own string) (*NetworkManager, error) {
	bus, err := dial(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("the system bus does not answer: %w", err)
	}
	m := &NetworkManager{bus: bus, own: own, signals: make(chan *dbus.Signal, 64)}
	err = bus.AddMatchSignalContext(ctx, dbus.WithMatchInterface(nmName+".Device"), dbus.WithMatchMember("StateChanged"))
	if err == nil {
		bus.Signal(m.signals)
		_, err = m.get(ctx, nmPath, nmName)
	}
	if err != nil {
		bus.Close()
		return nil, fmt.Errorf("NetworkManager does not answer: %w", err)
	}
	return m, nil
}

func dial(ctx context.Context, address string) (*dbus.Conn, error) {
	if address == "" {
		return dbus.ConnectSystemBus(dbus.WithContext(ctx))
	}
	return dbus.Connect(address, dbus.WithContext(ctx))
}

// Close leaves the bus.
func (m *NetworkManager) Close() error { return m.bus.Close() }

// bag is the properties of an object.
type bag map[string]dbus.Variant

// value returns a property, or the zero value where it is missing or another
// type.
func value[T any](b bag, name string) (v T) {
	v, _ = b[name].Value().(T)
	return v
}

func (m *NetworkManager) get(ctx context.Context, path dbus.ObjectPath, of string) (bag, error) {
	b := bag{}
	return b, m.bus.Object(nmName, path).CallWithContext(ctx, properties+".GetAll", 0, of).Store(&b)
}

func (m *NetworkManager) call(ctx context.Context, path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return m.bus.Object(nmName, path).CallWithContext(ctx, nmName+method, 0, args...)
}

// device is a network device.
type device struct {
	path dbus.ObjectPath
	bag
}

func (d device) state() uint32 { return value[uint32](d.bag, "State") }

// devices returns the first wired and the first Wi-Fi device; a path of "" where
// there is none.
func (m *NetworkManager) devices(ctx context.Context) (wired, radio device, err error) {
	all, err := m.get(ctx, nmPath, nmName)
	if err != nil {
		return wired, radio, err
	}
	for _, path := range value[[]dbus.ObjectPath](all, "Devices") {
		b, err := m.get(ctx, path, nmName+".Device")
		if err != nil {
			continue // it has just gone
		}
		switch d := (device{path, b}); value[uint32](b, "DeviceType") {
		case ethernetDevice:
			if wired.path == "" || d.state() > wired.state() {
				wired = d
			}
		case wifiDevice:
			if radio.path == "" {
				radio = d
			}
		}
	}
	return wired, radio, nil
}

// Look implements [Manager].
func (m *NetworkManager) Look(ctx context.Context) (Look, error) {
	wired, radio, err := m.devices(ctx)
	if err != nil {
		return Look{}, err
	}
	is := Look{Link: Idle}
	if wired.path != "" {
		is.Wired = wired.state() == stateActivated
		is.Carrier = is.Wired || wired.state() > stateUnavailable
	}
	if radio.path != "" && radio.state() > stateUnavailable {
		is.Radio = true
		m.lookAtRadio(ctx, radio, &is)
	}
	if !is.online() {
		if is.Known, err = m.known(ctx); err != nil {
			return Look{}, err
		}
		m.missing(&is)
	}
	is.Failed, is.Why = m.failed, m.why
	for _, d := range []device{wired, radio} {
		if d.path != "" && d.state() == stateActivated {
			is.Addresses = append(is.Addresses, m.addresses(ctx, d)...)
		}
	}
	return is, nil
}

// lookAtRadio says what the radio does.
func (m *NetworkManager) lookAtRadio(ctx context.Context, radio device, is *Look) {
	var active bag
	if path := value[dbus.ObjectPath](radio.bag, "ActiveConnection"); path != "" && path != noPath {
		active, _ = m.get(ctx, path, nmName+".Connection.Active")
	}
	ssid, isOwn := m.ssidOf(ctx, value[dbus.ObjectPath](active, "Connection"))
	state := radio.state()
	if !isOwn && ssid != "" && state > stateDisconnected {
		m.joining = ssid
	}
	m.drain(radio.path)
	switch {
	case state == stateActivated && isOwn:
		is.Link, is.SSID = OwnOpen, m.own
	case state == stateActivated:
		is.Link, is.SSID = Joined, ssid
		m.failed, m.why, m.missed = "", None, 0
		is.Signal = m.signal(ctx, radio)
	case state > stateDisconnected && state < stateDeactivating:
		is.Link, is.SSID, is.Asking = Joining, ssid, state == stateIPConfig
		if isOwn {
			is.Link, is.SSID = Opening, m.own
		}
	}
}

// drain heeds what devices have told since the last look: a failure passes too
// fast to be seen.
func (m *NetworkManager) drain(radio dbus.ObjectPath) {
	for {
		select {
		case s := <-m.signals:
			if s == nil {
				return // the bus is gone, which the next call says
			}
			var is, was, reason uint32
			if s.Path == radio && dbus.Store(s.Body, &is, &was, &reason) == nil && is == stateFailed {
				m.failed, m.why = m.joining, whyOf(reason)
			}
		default:
			return
		}
	}
}

// whyOf reads an NMDeviceStateReason.
func whyOf(reason uint32) Why {
	switch reason {
	case 7: // no secrets: asked for them again after a wrong one, and nobody there
		return Password
	case 8, 9, 10, 11: // the supplicant disconnected, failed, timed out
		return Refused
	case 5, 15, 16, 17: // no address, DHCP
		return Address
	case 53: // SSID not found
		return Missing
	}
	return Failed
}

// patientLooks is how many looks a known Wi-Fi may take to come in sight.
const patientLooks = 12

// missing notes a known Wi-Fi that NetworkManager does not even try, because it
// does not see it.
func (m *NetworkManager) missing(is *Look) {
	if is.Link != Idle || len(is.Known) == 0 {
		m.missed = 0
		return
	}
	if m.missed++; m.missed >= patientLooks && m.why == None {
		m.failed, m.why = is.Known[0], Missing
	}
}
