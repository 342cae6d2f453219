package wifi

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// Announced returns the name that this machine is found by in the home, as
// avahi announces it: "babymonitor.local", or "babymonitor-2.local" where another
// device had that name first. address is the bus, "" for the system's. An error
// says that nobody announces it.
func Announced(ctx context.Context, address string) (name string, err error) {
	bus, err := dial(ctx, address)
	if err != nil {
		return "", err
	}
	defer bus.Close()
	return name, bus.Object("org.freedesktop.Avahi", dbus.ObjectPath("/")).
		CallWithContext(ctx, "org.freedesktop.Avahi.Server.GetHostNameFqdn", 0).Store(&name)
}
