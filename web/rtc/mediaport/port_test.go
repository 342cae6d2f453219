package mediaport

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// patience bounds how long a test waits for what must happen.
const patience = 30 * time.Second

func listen(t *testing.T) *Port {
	t.Helper()
	p, err := Listen(0, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestPortInUse(t *testing.T) {
	p := listen(t)
	_, err := Listen(p.Number(), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), "--media-port") {
		t.Errorf("the error does not say what to do: %v", err)
	}
	tcp, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	_, err = Listen(tcp.Addr().(*net.TCPAddr).Port, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "TCP") {
		t.Errorf("a TCP port in use: %v", err)
	}
}

// TestBatches sends batches of all shapes and sees that packets arrive as they
// were, in order, with and without the kernel's help.
func TestBatches(t *testing.T) {
	for _, v := range []string{"127.0.0.1", "::1"} {
		for _, help := range []bool{true, false} {
			t.Run(v, func(t *testing.T) { testBatches(t, v, help) })
		}
	}
}

func testBatches(t *testing.T, host string, help bool) {
	p := listen(t)
	if !help {
		p.counts.segmenting.Store(false)
	}
	phone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host)})
	if err != nil {
		t.Skip(err)
	}
	defer phone.Close()
	to := phone.LocalAddr().(*net.UDPAddr).AddrPort()
	by := p.udp.from(to.Addr())
	for name, sizes := range map[string][]int{
		"one":             {500},
		"equal":           {1000, 1000, 1000},
		"last is shorter": {1200, 1200, 1200, 7},
		"small then big":  {40, 1200, 1200, 300},
		"falling":         {900, 800, 700},
		"rising":          {1, 2, 3},
		"many":            many(150, 1100),
	} {
		p.Cork()
		for i, n := range sizes {
			if _, err := p.udp.send(bytes.Repeat([]byte{byte(i)}, n), by, to); err != nil {
				t.Fatal(err)
			}
			if len(sizes) > 100 && i%20 == 19 { // the phone's socket holds only so much
				p.Uncork()
				take(t, phone, sizes[i-19:i+1], i-19, name)
				p.Cork()
			}
		}
		p.Uncork()
		if len(sizes) > 100 {
			sizes = sizes[len(sizes)/20*20:]
			take(t, phone, sizes, 140, name)
			continue
		}
		take(t, phone, sizes, 0, name)
	}
}

func many(n, size int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = size
	}
	return s
}

func take(t *testing.T, phone *net.UDPConn, sizes []int, from int, name string) {
	t.Helper()
	buf := make([]byte, 3000)
	for i, want := range sizes {
		_ = phone.SetReadDeadline(time.Now().Add(patience))
		n, err := phone.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		if n != want || buf[0] != byte(from+i) || buf[n-1] != byte(from+i) {
			t.Fatalf("%s: packet %d has %d bytes of %d, want %d bytes", name, from+i, n, buf[0], want)
		}
	}
}

func TestBatchOfSeveralPhones(t *testing.T) {
	p := listen(t)
	var phones [3]*net.UDPConn
	for i := range phones {
		var err error
		if phones[i], err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			t.Fatal(err)
		}
		defer phones[i].Close()
	}
	by := p.udp.from(netip.MustParseAddr("127.0.0.1"))
	p.Cork()
	for k := range 4 {
		for _, phone := range phones {
			_, _ = p.udp.send([]byte{byte(k)}, by, phone.LocalAddr().(*net.UDPAddr).AddrPort())
		}
	}
	p.Uncork()
	for _, phone := range phones {
		take(t, phone, []int{1, 1, 1, 1}, 0, "each")
	}
}

func TestSendingAllocatesNothing(t *testing.T) {
	p := listen(t)
	phone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	to := phone.LocalAddr().(*net.UDPAddr).AddrPort()
	packet, by := make([]byte, 1100), p.udp.from(to.Addr())
	for _, help := range []bool{true, false} {
		p.counts.segmenting.Store(help && p.counts.segmenting.Load())
		n := testing.AllocsPerRun(200, func() {
			p.Cork()
			for range 8 {
				_, _ = p.udp.send(packet, by, to)
			}
			p.Uncork()
		})
		if n > 0 {
			t.Errorf("a batch costs %v allocations (kernel's help: %v)", n, help)
		}
	}
}

// TestGarbage sends what no session wants, and sees that it is dropped and that
// the port still works.
func TestGarbage(t *testing.T) {
	p := listen(t)
	to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(p.Number()))
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	whole := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("nobody:here"), stun.Fingerprint).Raw
	junk := [][]byte{{0}, []byte("GET / HTTP/1.1\r\n\r\n"), bytes.Repeat([]byte{0x80}, 1200), bytes.Repeat([]byte{22}, 60),
		whole, whole[:len(whole)-3], whole[:20], append(bytes.Clone(whole), 1, 2, 3), bytes.Repeat([]byte{0}, 9000)}
	for _, b := range junk {
		if _, err := c.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	late := time.After(patience)
	look := time.NewTicker(time.Millisecond) // the counter announces itself to nobody
	defer look.Stop()
	for p.Counters().Garbage < uint64(len(junk)) {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("counted %+v", p.Counters())
		}
	}
}

// TestConnectionsAreBounded opens more connections than one address may have;
// some send half a message, most nothing.
func TestConnectionsAreBounded(t *testing.T) {
	p := listen(t)
	var open []net.Conn
	refused := 0
	for i := range maxConnsPerHost + 40 {
		c, err := net.Dial("tcp", netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(p.Number())).String())
		if errors.Is(err, syscall.ECONNRESET) {
			refused++
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i%3 == 0 {
			_, _ = c.Write([]byte{0, 100, 0, 1})
		}
		open = append(open, c)
	}
	for _, c := range open { // refused ones are closed at once, the others after firstMessage
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := c.Read(make([]byte, 1)); err != nil && !strings.Contains(err.Error(), "timeout") {
			refused++
		}
	}
	if n := p.Counters(); refused != maxConnsPerHost+40 || n.Refused != 40 || n.Accepted != maxConnsPerHost {
		t.Errorf("%d were closed; counted %+v", refused, n)
	}
}
