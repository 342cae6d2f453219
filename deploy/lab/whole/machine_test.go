// Package whole tries the whole program in the virtual lab, from outside: the
// tests run on this machine, boot a lab, start the monitor in it with real
// drivers, pull out its devices, and are the parent's phone.
package whole

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"babymonitor/deploy/lab"
)

// patience is how long anything may take in an emulated machine on a busy one.
const patience = time.Minute

// machine is a lab that does what it is told.
type machine struct {
	t      *testing.T
	http   int    // port of 127.0.0.1 that leads to the page in the lab
	media  int    // and the one for picture and sound, by UDP
	dir    string // the test's own, which the lab can read
	to     io.WriteCloser
	from   *bufio.Reader
	orders *int // how many it was given
}

// boot boots a lab that lasts until the test ends. bin/babymonitor in the
// machine's dir is the program as it is built for a device.
func boot(t *testing.T) *machine {
	t.Helper()
	if os.Getenv("BABYMONITOR_LAB_OUTSIDE") != "1" {
		t.Skip("boots the virtual lab: run scripts/lab deploy/lab/whole")
	}
	m := &machine{t: t, http: freePort(t, "tcp"), media: freePort(t, "udp"), dir: t.TempDir(), orders: new(int)}
	m.build()
	ctx, stop := context.WithCancel(context.Background())
	script := exec.CommandContext(ctx, filepath.Join("..", "..", "..", "scripts", "lab"), "--run", "exec sh 2>&1",
		"--forward", fmt.Sprintf("tcp:%d:8080", m.http), "--forward", fmt.Sprintf("udp:%d:8189", m.media))
	script.Cancel = func() error { return script.Process.Signal(syscall.SIGTERM) }
	script.WaitDelay = 20 * time.Second
	var complaint bytes.Buffer
	script.Stderr = &complaint
	out, err := script.StdoutPipe()
	if err == nil {
		m.to, err = script.StdinPipe()
	}
	if err == nil {
		err = script.Start()
	}
	if err != nil {
		stop()
		t.Fatal(err)
	}
	m.from = bufio.NewReader(out)
	t.Cleanup(func() {
		stop()
		_ = script.Wait()
		if t.Failed() && complaint.Len() > 0 {
			t.Log(complaint.String())
		}
	})
	m.do("true")
	return m
}

func (m *machine) build() {
	m.t.Helper()
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(m.dir, "bin", "babymonitor"), "babymonitor/cmd/babymonitor")
	if out, err := build.CombinedOutput(); err != nil {
		m.t.Fatalf("%v: %s", err, out)
	}
}

// with returns the machine for a part of the test.
func (m *machine) with(t *testing.T) *machine {
	part := *m
	part.t = t
	return &part
}

// freePort returns a port of 127.0.0.1 that nobody has.
func freePort(t *testing.T, network string) int {
	t.Helper()
	if network == "udp" {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.LocalAddr().(*net.UDPAddr).Port
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// try runs a shell command in the lab and returns what it says and its exit
// status. What it sets, and what it leaves running, stays.
func (m *machine) try(command string) (said string, status int) {
	m.t.Helper()
	*m.orders++
	mark := fmt.Sprintf("--- order %d:", *m.orders)
	if _, err := fmt.Fprintf(m.to, "{ %s\n} </dev/null; status=$?; echo; echo '%s' $status\n", command, mark); err != nil {
		m.t.Fatal(err)
	}
	var b strings.Builder
	for {
		line, err := m.from.ReadString('\n')
		if n, _ := fmt.Sscanf(line, mark+" %d", &status); n == 1 {
			return strings.TrimSpace(b.String()), status
		}
		b.WriteString(line)
		if err != nil {
			m.t.Fatalf("the lab is over: %v; it said last: %s", err, b.String())
		}
	}
}

// do runs a shell command that must not fail.
func (m *machine) do(command string) string {
	m.t.Helper()
	said, status := m.try(command)
	if status != 0 {
		m.t.Fatalf("%s: exit status %d: %s", command, status, said)
	}
	return said
}

// put writes a file that the lab can read, and returns where. The lab must not
// have looked for it yet.
func (m *machine) put(name string, content []byte) string {
	m.t.Helper()
	path := filepath.Join(m.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		m.t.Fatal(err)
	}
	return path
}

// until waits until cond holds.
func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// registers returns the registers of a chip on the I²C bus.
func (m *machine) registers(address int) []byte {
	m.t.Helper()
	text := m.do(fmt.Sprintf("od -An -v -tx1 %s/registers", chip(address)))
	all, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(all) != 256 {
		m.t.Fatalf("%d registers: %v", len(all), err)
	}
	return all
}

// chip is the folder of a chip's back side.
func chip(address int) string { return fmt.Sprintf("/sys/kernel/debug/lab_i2c/%02x", address) }

// fail has the bus answer a chip's messages with an error; 0: no more.
func (m *machine) fail(address int, errno syscall.Errno) {
	m.t.Helper()
	m.do(fmt.Sprintf("echo %d >%s/fault", errno, chip(address)))
}

// unplug takes a device away, as lab.Unplug does.
func (m *machine) unplug(device string) {
	m.t.Helper()
	driver, _, _ := strings.Cut(device, ".")
	m.do(fmt.Sprintf("(echo %[2]s >/sys/bus/platform/drivers/%[1]s/unbind; : >/run/%[2]s.gone) & :", driver, device))
}

// plug brings it back.
func (m *machine) plug(device string) {
	m.t.Helper()
	driver, _, _ := strings.Cut(device, ".")
	until(m.t, device+" is let go", func() bool { _, status := m.try("test -e /run/" + device + ".gone"); return status == 0 })
	m.do(fmt.Sprintf("rm /run/%[2]s.gone && echo %[2]s >/sys/bus/platform/drivers/%[1]s/bind", driver, device))
}

// tone plays a sine of hz into the room until the lab ends.
func (m *machine) tone(hz float64) {
	m.t.Helper()
	sound := make([]byte, 0, 2*lab.SampleRate*10)
	for n := range 10 * lab.SampleRate {
		sound = binary.LittleEndian.AppendUint16(sound, uint16(int16(16000*math.Sin(2*math.Pi*hz*float64(n)/lab.SampleRate))))
	}
	m.do(fmt.Sprintf("(while :; do aplay -q -D plug$BABYMONITOR_LAB_ROOM -t raw -f S16_LE -c 1 -r %d %s; sleep 0.2; done) >/dev/null 2>&1 &",
		lab.SampleRate, m.put("tone.raw", sound)))
}
