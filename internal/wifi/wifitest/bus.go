package wifitest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// busConfig is a bus on which everybody may do everything.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`

// Bus starts a D-Bus daemon for one test and returns its address.
func Bus(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, filepath.Join(dir, "bus")), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon := exec.Command("dbus-daemon", "--nofork", "--nopidfile", "--print-address=1", "--config-file="+config)
	var complaints strings.Builder
	daemon.Stderr = &complaints
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatalf("%v; scripts/setup test installs it", err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait() // killed
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = daemon.Wait() // then it has said all
		t.Fatalf("%v: %s", err, complaints.String())
	}
	return strings.TrimSpace(address)
}

// StartAvahi puts an avahi on a bus that announces a name.
func StartAvahi(t *testing.T, address, name string) {
	t.Helper()
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	methods := map[string]any{"GetHostNameFqdn": func() (string, *dbus.Error) { return name, nil }}
	if err := bus.ExportMethodTable(methods, "/", "org.freedesktop.Avahi.Server"); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName("org.freedesktop.Avahi", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
}
