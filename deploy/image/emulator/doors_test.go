package emulator

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A wire of its own leads from this machine to the monitor that is scanned.
const (
	wire    = "babymonitor0"
	ourSide = "10.213.77.1/24"
	itsSide = "10.213.77.2"
)

// TestImageDoors knocks at every port from outside. Only the documented ones are
// open, and SSH only while there is a key for it on the card.
func TestImageDoors(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("a wire to the emulated machine takes root")
	}
	r := newRoom(t)
	m := r.start(Virt(), "-netdev", "tap,id=wire,ifname="+wire+",script=no,downscript=no", "-device", "virtio-net-pci,romfile=,netdev=wire,mac=52:54:00:77:77:02")
	for _, words := range []string{"address add " + ourSide + " dev " + wire, "link set " + wire + " up"} {
		until(t, "ip "+words, 10*time.Second, func() bool { return exec.Command("ip", strings.Fields(words)...).Run() == nil })
	}
	newPhone(t, m).healthy()
	// It says of every closed port that it is, as often as it is asked.
	r.shell(m, "i=$(basename $(dirname $(grep -l 52:54:00:77:77:02 /sys/class/net/*/address))); nmcli -w 20 device set $i managed no; ip address add "+itsSide+"/24 dev $i && ip link set $i up"+
		" && echo 0 >/proc/sys/net/ipv4/icmp_ratelimit && echo 1000000 >/proc/sys/net/ipv4/icmp_msgs_per_sec && echo 100000 >/proc/sys/net/ipv4/icmp_msgs_burst")
	until(t, "SSH is open with a key on the card", time.Minute, func() bool { return knock("tcp", SSH) })
	r.shell(m, "rm /root/.ssh/authorized_keys; systemd-run --on-active=1 systemctl restart ssh.service")
	until(t, "SSH is closed without a key", patience, func() bool { return !knock("tcp", SSH) })

	for protocol, documented := range map[string][]int{"tcp": {HTTP, HTTPS, Media}, "udp": {5353, Media}} {
		began := time.Now()
		if open := scan(protocol); !slices.Equal(open, documented) {
			t.Errorf("open by %s: %v, documented are %v", protocol, open, documented)
		}
		t.Logf("scanned 65535 ports by %s in %.0f s", protocol, time.Since(began).Seconds())
	}
}

// scan knocks at every port and returns those that are open.
func scan(protocol string) (open []int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	ports := make(chan int)
	for range 100 {
		all.Go(func() {
			for port := range ports {
				if knock(protocol, port) {
					mu.Lock()
					open = append(open, port)
					mu.Unlock()
				}
			}
		})
	}
	for port := 1; port <= 65535; port++ {
		ports <- port
	}
	close(ports)
	all.Wait()
	slices.Sort(open)
	return open
}

// knock tells whether a port is open: somebody takes the connection, or, by UDP,
// nobody says that the port is closed. What does not answer is asked again.
func knock(protocol string, port int) bool {
	for range 10 {
		c, err := net.DialTimeout(protocol, net.JoinHostPort(itsSide, strconv.Itoa(port)), 5*time.Second)
		if err == nil && protocol == "udp" {
			_ = c.SetDeadline(time.Now().Add(time.Second))
			_, err = c.Write([]byte{0})
			if err == nil {
				_, err = c.Read(make([]byte, 1))
			}
		}
		if c != nil {
			c.Close()
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			return false
		}
		if err == nil {
			return true
		}
	}
	return true
}

// TestImageSockets looks from inside at every socket that listens, on any address.
func TestImageSockets(t *testing.T) {
	r := newRoom(t)
	m := r.start(Virt())
	newPhone(t, m).healthy()
	allowed := regexp.MustCompile(`^(tcp .*:(80|443|8189|22)|udp .*:(8189|5353)|\S+ (127\.0\.0\.1|\[::1\]):\d+)$`)
	for line := range strings.Lines(r.shell(m, "ss -Hlntu | awk '{print $1, $5}'")) {
		if line = strings.TrimSpace(line); !allowed.MatchString(line) {
			t.Errorf("an undocumented door: %s", line)
		}
	}
	if failed := r.shell(m, "systemctl list-units --failed --no-legend --plain"); failed != "" {
		t.Errorf("these units failed: %s", failed)
	}
}
