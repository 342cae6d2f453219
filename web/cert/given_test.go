package cert

import (
	"crypto/tls"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// write makes a certificate for a name and writes it into two files.
func write(t *testing.T, cert, key, name string, now time.Time) {
	t.Helper()
	hosts := Hosts{Names: []string{name}}
	root, err := newRoot(now, hosts)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := newLeaf(now, hosts, root)
	if err != nil {
		t.Fatal(err)
	}
	if err := leaf.save(key); err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.cert.Raw})
	if err := os.WriteFile(cert, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// asked returns for which name a certificate is shown to who asks for name.
func asked(t *testing.T, k *Keeper, name string) string {
	t.Helper()
	c, err := k.TLS().GetCertificate(&tls.ClientHelloInfo{ServerName: name})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf.DNSNames[0]
}

func TestACertificateOfOnesOwn(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "my.crt"), filepath.Join(dir, "my.key")
	var told []Status
	k, err := Open(Options{Dir: filepath.Join(dir, "tls"), Hosts: house, Given: cert, GivenKey: key, Log: slog.New(slog.DiscardHandler),
		OnStatus: func(s Status) { told = append(told, s) }})
	if err != nil {
		t.Fatal(err)
	}
	look := func() Status {
		t.Helper()
		if err := k.look(time.Now()); err != nil {
			t.Fatal(err)
		}
		return told[len(told)-1]
	}
	if s := told[0]; s.Given || !strings.Contains(s.Problem, "there is no file "+cert) || asked(t, k, "nursery.ts.net") != "localhost" {
		t.Errorf("missing: %+v", s)
	}
	write(t, cert, key, "nursery.ts.net", time.Now())
	if s := look(); !s.Given || s.Problem != "" || s.Names[0] != "nursery.ts.net" {
		t.Errorf("good: %+v", s)
	}
	for name, want := range map[string]string{"nursery.ts.net": "nursery.ts.net", "nursery.local": "localhost", "": "localhost"} {
		if got := asked(t, k, name); got != want {
			t.Errorf("%q is shown the one for %s", name, got)
		}
	}
	if !k.Covers("nursery.ts.net") || k.Covers("evil.example") {
		t.Error("it covers the wrong names")
	}
	write(t, cert, key, "attic.ts.net", time.Now())
	if s := look(); s.Names[0] != "attic.ts.net" || asked(t, k, "attic.ts.net") != "attic.ts.net" {
		t.Errorf("another: %+v", s)
	}
	if err := os.WriteFile(cert, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := look(); s.Given || !strings.Contains(s.Problem, "do not hold a certificate") || asked(t, k, "attic.ts.net") != "localhost" {
		t.Errorf("damaged: %+v", s)
	}
	write(t, cert, key, "old.ts.net", time.Now().Add(-500*24*time.Hour))
	if s := look(); s.Given || !strings.Contains(s.Problem, "has expired on") {
		t.Errorf("expired: %+v", s)
	}
	before := len(told)
	look()
	if len(told) != before {
		t.Error("it tells the same again")
	}
}
