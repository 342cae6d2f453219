package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Board is a machine that QEMU plays.
type Board struct {
	Name    string
	Program string   // QEMU
	Args    []string // but for the card and the network
	Drive   string   // options of the card's -drive, after the file
	Device  []string // that bring the card
	NIC     string   // device of the network
	Via     string   // where QEMU finds the card, as "nbd:unix:PATH"; "" for its file
}

// Virt is a machine of no maker, quick to emulate, with a Pi 3's processor. Its
// U-Boot reads the same boot script as a Pi's.
func Virt() Board {
	return Board{
		Name: "virt", Program: program(),
		Args: []string{"-M", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", "1024", "-accel", "tcg,thread=multi,tb-size=512",
			"-nodefaults", "-bios", path("BABYMONITOR_UBOOT", "/usr/lib/u-boot/qemu_arm64/u-boot.bin"),
			"-device", "i6300esb", "-device", "virtio-rng-pci"},
		Drive:  "if=none,id=card",
		Device: []string{"-device", "virtio-blk-pci,drive=card"},
		NIC:    "virtio-net-pci,romfile=",
	}
}

// Counted is Virt with one processor whose clock is its instructions: each takes
// 2 ns, whatever else this machine does. That is about how fast one of a Pi 3's
// four cores runs such code (1.2 GHz, 2.4 cycles an instruction).
func Counted() Board {
	b := Virt()
	b.Name = "counted"
	for i, arg := range b.Args {
		switch arg {
		case "2":
			b.Args[i] = "1"
		case "tcg,thread=multi,tb-size=512":
			b.Args[i] = "tcg,thread=single,tb-size=512"
		}
	}
	b.Args = append(b.Args, "-icount", "shift=1,align=off,sleep=on")
	return b
}

// Pi3 is a Raspberry Pi 3B; QEMU does not play its firmware, so U-Boot and the
// device tree are taken from the boot partition and given to it.
func Pi3(uboot, tree string) Board {
	return Board{
		Name: "raspi3b", Program: program(),
		Args:  []string{"-M", "raspi3b", "-kernel", uboot, "-dtb", tree, "-serial", "null"},
		Drive: "if=sd",
		NIC:   "usb-net",
	}
}

// Pi4 is a Raspberry Pi 4B, started like a Pi3. QEMU would put the card into the
// reader that a Pi 4 has its Wi-Fi at; and it plays no network for it.
func Pi4(uboot, tree string) Board {
	return Board{
		Name: "raspi4b", Program: program(),
		Args:   []string{"-M", "raspi4b", "-kernel", uboot, "-dtb", tree},
		Drive:  "if=none,id=card",
		Device: []string{"-device", "sd-card,drive=card,bus=/generic-sdhci/sd-bus"},
		NIC:    "usb-net",
	}
}

func program() string { return path("BABYMONITOR_QEMU", "qemu-system-aarch64") }

func path(variable, usual string) string {
	if p := os.Getenv(variable); p != "" {
		return p
	}
	return usual
}

// Ports of the monitor that are lent to this machine.
const (
	HTTP  = 80
	HTTPS = 443
	SSH   = 22
	Media = 8189 // by UDP
)

// A Machine is a board with a card in it, under power.
type Machine struct {
	Started time.Time
	board   Board
	console string // file
	ports   map[int]int
	command *exec.Cmd
	ended   chan struct{}
}

// Start gives power to a board. The console's words are appended to a file beside
// the card. More are further arguments for QEMU.
func Start(b Board, card Card, more ...string) (*Machine, error) {
	m := &Machine{board: b, console: string(card) + ".console", ports: map[int]int{}, ended: make(chan struct{})}
	forward := ""
	for port, protocol := range map[int]string{HTTP: "tcp", HTTPS: "tcp", SSH: "tcp", Media: "udp"} {
		free, err := freePort()
		if err != nil {
			return nil, err
		}
		m.ports[port] = free
		forward += fmt.Sprintf(",hostfwd=%s:127.0.0.1:%d-:%d", protocol, free, port)
	}
	where := string(card)
	if b.Via != "" {
		where = b.Via
	}
	args := append([]string{}, b.Args...)
	args = append(args, b.Device...)
	args = append(args, "-display", "none", "-no-user-config", "-monitor", "none",
		"-chardev", "file,id=console,append=on,path="+m.console, "-serial", "chardev:console",
		"-drive", "format=raw,file="+where+","+b.Drive,
		"-netdev", "user,id=net"+forward, "-device", b.NIC+",netdev=net")
	m.command = exec.Command(b.Program, append(args, more...)...)
	var words bytes.Buffer
	m.command.Stderr = &words
	if err := m.command.Start(); err != nil {
		return nil, err
	}
	m.Started = time.Now()
	go func() {
		defer close(m.ended)
		if err := m.command.Wait(); err != nil && words.Len() > 0 {
			fmt.Fprintf(os.Stderr, "emulator: %v: %s\n", err, words.Bytes())
		}
	}()
	return m, nil
}

// freePort is a port of this machine that nobody listens at.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Cut takes the power away, at once.
func (m *Machine) Cut() {
	m.command.Process.Kill()
	<-m.ended
}

// Ended is closed when the machine has no power any more.
func (m *Machine) Ended() <-chan struct{} { return m.ended }

// At is the address here of one of the monitor's ports.
func (m *Machine) At(port int) string { return "127.0.0.1:" + strconv.Itoa(m.ports[port]) }

// Console is all that the machine has said so far, the starts before included.
func (m *Machine) Console() string {
	text, err := os.ReadFile(m.console)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Shell runs a command on the monitor as root, by SSH with the key in a file, and
// returns what it prints.
func (m *Machine) Shell(ctx context.Context, key, command string, stdin io.Reader) (string, error) {
	host, port, _ := strings.Cut(m.At(SSH), ":")
	c := exec.CommandContext(ctx, "ssh", "-i", key, "-p", port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=ERROR", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "root@"+host, command)
	c.Stdin = stdin
	var errors bytes.Buffer
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w: %s", command, err, errors.String())
	}
	return string(out), nil
}

// NewKey makes a key for Shell below a folder and returns its file; the public
// half is the same name with ".pub".
func NewKey(dir string) (string, error) {
	file := filepath.Join(dir, "key")
	out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file).CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return file, nil
}
