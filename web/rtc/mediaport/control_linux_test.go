package mediaport

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// TestAnswersLeaveFromTheAddressAsked asks at several of the machine's addresses
// and sees which end hears it and where the answers come from.
func TestAnswersLeaveFromTheAddressAsked(t *testing.T) {
	p := listen(t)
	phone, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	_ = phone.SetReadDeadline(time.Now().Add(patience))
	ask := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("here:there")).Raw
	m := p.UDP(true)
	ends := make(map[string]*end)
	for _, host := range []string{"127.0.0.1", "127.0.0.2", "127.0.0.3"} {
		c, err := m.GetConn("here", &net.UDPAddr{IP: net.ParseIP(host)})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		ends[host] = c.(*end)
	}
	for host, e := range ends {
		if _, err := phone.WriteToUDPAddrPort(ask, netip.AddrPortFrom(netip.MustParseAddr(host), uint16(p.Number()))); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 100)
		n, from, err := e.ReadFromAddrPort(buf)
		if err != nil || n != len(ask) || from.Addr().String() != "127.0.0.9" {
			t.Fatalf("%s hears %d bytes of %v: %v", host, n, from, err)
		}
		for _, batch := range []int{0, 3} {
			if batch > 0 {
				p.Cork()
			}
			for range max(batch, 1) {
				if _, err := e.WriteToAddrPort([]byte("answer"), from); err != nil {
					t.Fatal(err)
				}
			}
			if batch > 0 {
				p.Uncork()
			}
			for range max(batch, 1) {
				if n, by, err := phone.ReadFromUDPAddrPort(buf); err != nil || n != 6 || by.Addr().String() != host {
					t.Errorf("%s answers by %v: %d %v", host, by, n, err)
				}
			}
		}
	}
}

func TestSessionsAreKeptApart(t *testing.T) {
	p := listen(t)
	m := p.UDP(true)
	open := func(name string) *end {
		c, err := m.GetConn(name, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		return c.(*end)
	}
	first, second := open("one"), open("two")
	phone, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: p.Number()})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	hears := func(e *end, b []byte) {
		t.Helper()
		if _, err := phone.Write(b); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 200)
		if n, _, err := e.ReadFromAddrPort(buf); err != nil || n != len(b) {
			t.Fatalf("%d bytes of %d: %v", n, len(b), err)
		}
	}
	ask := func(name string) []byte {
		return stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername(name+":x")).Raw
	}
	hears(first, ask("one"))
	hears(first, []byte{0x80, 1, 2})
	// A session that merely writes to the phone of another does not get what
	// that phone sends.
	if _, err := second.WriteToAddrPort([]byte{1}, phone.LocalAddr().(*net.UDPAddr).AddrPort()); err != nil {
		t.Fatal(err)
	}
	hears(first, []byte{0x80, 1, 2})
	hears(second, ask("two")) // the phone itself moves over
	hears(second, []byte{0x80, 1, 2})
	m.RemoveConnByUfrag("two")
	hears(first, ask("one"))
	first.Close()
	second.Close()
	if n := len(p.udpMux.paths) + len(p.udpMux.boxes[0]) + len(p.udpMux.boxes[1]); n != 0 {
		t.Errorf("%d entries are left", n)
	}
	if _, _, err := first.ReadFromAddrPort(make([]byte, 10)); err == nil {
		t.Error("a closed end reads")
	}
}

func FuzzUserName(f *testing.F) {
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("here:there"), stun.Fingerprint).Raw)
	f.Add(make([]byte, 24))
	f.Fuzz(func(t *testing.T, b []byte) {
		name, ok := userName(b)
		m := &stun.Message{Raw: b}
		if m.Decode() != nil || m.Type != stun.BindingRequest || b[0]>>6 != 0 { // the first two bits of STUN are zero
			return
		}
		whole, err := m.Get(stun.AttrUsername)
		if err == nil && (!ok || len(name) > len(whole) || string(whole[:len(name)]) != string(name)) {
			t.Errorf("%q is read as %q", whole, name)
		}
	})
}

func FuzzDestination(f *testing.F) {
	f.Add(sourceControl(netip.MustParseAddr("127.0.0.1"), true))
	f.Add(append(segmentControl(), sourceControl(netip.MustParseAddr("192.0.2.1"), false)...))
	f.Fuzz(func(_ *testing.T, oob []byte) { destination(oob) })
}
