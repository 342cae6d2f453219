package cert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func house() Hosts {
	return Hosts{Names: []string{"localhost", "nursery", "nursery.local"}, Addresses: []netip.Addr{
		netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("::1"),
		netip.MustParseAddr("2001:db8::1"), // a public one, which the root cannot vouch for
	}}
}

func open(t *testing.T, dir string, hosts func() Hosts) *Keeper {
	t.Helper()
	k, err := Open(Options{Dir: dir, Hosts: hosts, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func shown(t *testing.T, k *Keeper) *tls.Certificate {
	t.Helper()
	c, err := k.TLS().GetCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPhonesThatTrustTheRootTrustTheDevice(t *testing.T) {
	k := open(t, t.TempDir(), house)
	root, err := x509.ParseCertificate(k.Root())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	leaf := shown(t, k).Leaf
	for name, good := range map[string]bool{
		"nursery.local": true, "nursery": true, "localhost": true, "192.168.1.20": true, "127.0.0.1": true, "::1": true,
		"nursery.test": false, "192.168.1.21": false, "2001:db8::1": false,
	} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool})
		if (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life > leafLife {
		t.Errorf("it lives %v", life)
	}
}

func TestTheRootVouchesForNobodyElse(t *testing.T) {
	k := open(t, t.TempDir(), house)
	pool := x509.NewCertPool()
	pool.AddCert(k.now.Load().root.cert)
	for _, h := range []Hosts{
		{Names: []string{"bank.example"}}, {Names: []string{"other.local"}}, {Addresses: []netip.Addr{netip.MustParseAddr("8.8.8.8")}},
	} {
		leaf, err := newLeaf(time.Now(), h, k.now.Load().root)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.cert.Verify(x509.VerifyOptions{Roots: pool}); err == nil {
			t.Errorf("it vouches for %v", h)
		}
	}
}

func TestKeptOverARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	first, second := open(t, dir, house), open(t, dir, house)
	if !slices.Equal(first.Root(), second.Root()) || !slices.Equal(shown(t, first).Certificate[0], shown(t, second).Certificate[0]) {
		t.Error("it changed over a restart")
	}
	for _, name := range []string{"root.pem", "leaf.pem"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestWhenItIsMadeAnew(t *testing.T) {
	tests := []struct {
		name       string
		change     func(h *Hosts, dir string)
		wait       time.Duration
		root, leaf bool // whether they stay
	}{
		{"nothing", func(*Hosts, string) {}, 300 * 24 * time.Hour, true, true},
		{"about to expire", func(*Hosts, string) {}, 370 * 24 * time.Hour, true, false},
		{"root about to expire", func(*Hosts, string) {}, rootLife - 24*time.Hour, false, false},
		{"another private address", func(h *Hosts, _ string) {
			h.Addresses = append(slices.Clone(h.Addresses), netip.MustParseAddr("10.0.0.7"))
		}, 0, true, false},
		{"another public address", func(h *Hosts, _ string) {
			h.Addresses = append(slices.Clone(h.Addresses), netip.MustParseAddr("9.9.9.9"))
		}, 0, true, true},
		{"another name", func(h *Hosts, _ string) { h.Names = []string{"attic", "attic.local"} }, 0, false, false},
		{"the clock was ahead", func(*Hosts, string) {}, -100 * 24 * time.Hour, true, false},
		{"the clock was far behind", func(*Hosts, string) {}, 500 * 24 * time.Hour, true, false},
		{"the clock is nonsense", func(*Hosts, string) {}, -20 * 365 * 24 * time.Hour, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hosts, dir := house(), t.TempDir()
			k := open(t, dir, func() Hosts { return hosts })
			root, leaf := k.Root(), shown(t, k).Certificate[0]
			tt.change(&hosts, dir)
			if err := k.renew(time.Now().Add(tt.wait)); err != nil {
				t.Fatal(err)
			}
			if got := slices.Equal(root, k.Root()); got != tt.root {
				t.Errorf("root stays: %v", got)
			}
			if got := slices.Equal(leaf, shown(t, k).Certificate[0]); got != tt.leaf {
				t.Errorf("leaf stays: %v", got)
			}
		})
	}
}

func TestDamagedFilesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, house)
	for _, name := range []string{"root.pem", "leaf.pem"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shown(t, open(t, dir, house))
}

func TestServesThoughItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	shown(t, open(t, filepath.Join(file, "tls"), house))
}

func TestRunRenewsForANewAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var moved atomic.Bool
		k := open(t, t.TempDir(), func() Hosts {
			h := house()
			if moved.Load() {
				h.Addresses = append(h.Addresses, netip.MustParseAddr("10.0.0.7"))
			}
			return h
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- k.Run(ctx) }()
		moved.Store(true)
		time.Sleep(rounds + time.Second)
		if err := shown(t, k).Leaf.VerifyHostname("10.0.0.7"); err != nil {
			t.Error(err)
		}
		cancel()
		<-done
	})
}

// TestABoardThatStartsInThePast: phones trust the root; a board that does not
// know the time yet must not make another.
func TestABoardThatStartsInThePast(t *testing.T) {
	known := true
	k, err := Open(Options{Dir: t.TempDir(), Hosts: house, ClockSet: func() bool { return known }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	root, leaf := k.Root(), shown(t, k).Certificate[0]
	known = false
	for _, year := range []int{1970, 2020, 2026} {
		if err := k.renew(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(root, k.Root()) || !slices.Equal(leaf, shown(t, k).Certificate[0]) {
		t.Error("what phones trust was thrown away")
	}
}

// TestARootThatWasMadeInThePast serves for ten years from the first of these
// monitors on.
func TestARootThatWasMadeInThePast(t *testing.T) {
	known := false
	k, err := Open(Options{Dir: t.TempDir(), Hosts: house, ClockSet: func() bool { return known }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	past, now := time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	first, err := newRoot(past, house().permitted())
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := newLeaf(past, house().permitted(), first)
	if err != nil {
		t.Fatal(err)
	}
	k.now.Store(&served{root: first, leaf: leaf})
	known = true
	if err := k.renew(now); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.cert.Raw, k.Root()) {
		t.Error("the root was thrown away")
	}
	if got := shown(t, k).Leaf; !got.NotAfter.After(now) || !got.NotBefore.Before(now) {
		t.Errorf("the leaf is for %v to %v", got.NotBefore, got.NotAfter)
	}
}

func TestHereIsPermitted(t *testing.T) {
	h := Here().permitted()
	if !slices.Contains(h.Names, "localhost") {
		t.Errorf("%+v", h)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if p, err := decode(text); err == nil && (p.cert == nil || p.key == nil) {
			t.Fatal("half a pair")
		}
	})
}

func TestTheAnnouncedNameNeedsNoNewRoot(t *testing.T) {
	for announced, covered := range map[string]bool{
		"": false, "nursery.local": true, "Nursery-2.local": true, "nursery-9.local": true, "nursery-10.local": false, "kitchen.local": false, "nursery-2.example": false,
	} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(began().AddDate(1, 0, 0))) // in the bubble's time
			var now atomic.Pointer[string]
			now.Store(new(string))
			k := open(t, t.TempDir(), func() Hosts {
				h := house()
				h.Announced = *now.Load()
				return h
			})
			root := k.Root()
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = k.Run(ctx)
			}()
			now.Store(&announced)
			time.Sleep(rounds + time.Second)
			if got := shown(t, k).Leaf.VerifyHostname(announced) == nil; got != covered {
				t.Errorf("%q is covered: %v", announced, got)
			}
			if shown(t, k).Leaf.VerifyHostname("nursery.local") != nil || !slices.Equal(root, k.Root()) {
				t.Errorf("%q: the name is gone, or phones have to trust another root", announced)
			}
			cancel()
			<-done
		})
	}
}
