package web

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"

	"babymonitor/web/cert"
)

func TestOneDeviceCannotTakeAllConnections(t *testing.T) {
	l := newLimited(nil)
	a, b := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	for range mostFromOne {
		if !l.enter(a) {
			t.Fatal("refused")
		}
	}
	if l.enter(a) || !l.enter(b) {
		t.Error("the limit is not one device's")
	}
	l.leave(a)
	l.leave(b)
	if !l.enter(a) || len(l.from) != 1 || l.open != mostFromOne {
		t.Errorf("%d open from %d devices", l.open, len(l.from))
	}
	for i := range mostConnections {
		l.enter(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}))
	}
	if l.open != mostConnections || l.enter(b) {
		t.Errorf("%d open", l.open)
	}
}

func TestClosedConnectionsAreNotCounted(t *testing.T) {
	under, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer under.Close()
	l := newLimited(under)
	phone, err := net.Dial("tcp", under.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	c, err := l.Accept()
	if err != nil || l.open != 1 {
		t.Fatalf("%v, %d open", err, l.open)
	}
	c.Close()
	c.Close()
	if l.open != 0 {
		t.Errorf("%d open", l.open)
	}
}

func TestURLs(t *testing.T) {
	hosts := cert.Hosts{Names: []string{"localhost", "nursery", "nursery.local"}, Addresses: []netip.Addr{
		netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.168.1.9"), netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fd00::1"),
	}}
	for _, tt := range []struct {
		scheme, at string
		want       []string
	}{
		{"http", "127.0.0.1:8080", []string{"http://127.0.0.1:8080"}},
		{"http", "[::1]:80", []string{"http://[::1]"}},
		{"https", "[::]:443", []string{"https://nursery.local", "https://127.0.0.1", "https://192.168.1.9", "https://[fd00::1]"}},
		{"https", "0.0.0.0:80", []string{"https://nursery.local:80", "https://127.0.0.1:80", "https://192.168.1.9:80", "https://[fd00::1]:80"}},
	} {
		at := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.at))
		if got := urls(tt.scheme, at, hosts); !slices.Equal(got, tt.want) {
			t.Errorf("%s %s: %v, want %v", tt.scheme, tt.at, got, tt.want)
		}
	}
}

// TestStrangeClients is what scanners and broken programs send.
func TestStrangeClients(t *testing.T) {
	h := newHouse(t, nil)
	at := h.front.Listener.Addr().String()
	for name, words := range map[string]string{
		"garbage":       "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"no host":       "GET /healthz HTTP/1.1\r\n\r\n",
		"huge header":   "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + string(make([]byte, 4000)) + "\r\n\r\n",
		"odd method":    "BREW /api/state HTTP/1.1\r\nHost: x\r\n\r\n",
		"absolute path": "GET http://evil.example/api/state HTTP/1.1\r\nHost: x\r\n\r\n",
		"dots":          "GET /assets/../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := net.Dial("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(20 * time.Second))
			if _, err := io.WriteString(c, words); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode < 300 {
				t.Errorf("%s", res.Status)
			}
		})
	}
	h.phone(t).want(200, "GET", "/healthz", "")
}
