// Package cert makes the certificate that the device shows over HTTPS, with
// nobody's help: a root of its own that phones may be told to trust, and under
// it the certificate of the server, which is made anew before it expires and
// when the device gets a name or an address that it does not cover.
//
// The root can vouch for nothing but this device's names and private addresses
// (name constraints, RFC 5280 §4.2.1.10), so trusting it costs a phone little.
package cert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

const (
	rootLife = 10 * 365 * 24 * time.Hour
	leafLife = 397 * 24 * time.Hour // the most that browsers take gladly
	renewal  = 30 * 24 * time.Hour  // a certificate with less left is made anew
	rounds   = time.Minute          // how often the device's names and addresses are looked at
)

// Keeper keeps the certificate. It may be used by many goroutines.
type Keeper struct {
	dir   string
	log   *slog.Logger
	hosts func() Hosts
	now   atomic.Pointer[served]
}

// served is what is in force.
type served struct {
	root, leaf *pair
	chain      tls.Certificate
}

// Open reads the certificates in the folder dir, or makes them. hosts tells the
// names and addresses of the device at any time; [Here] does. Where dir cannot
// be written the certificates last until the program ends, and the log says so.
func Open(dir string, hosts func() Hosts, log *slog.Logger) (*Keeper, error) {
	k := &Keeper{dir: dir, hosts: hosts, log: log}
	return k, k.renew(time.Now())
}

// Run keeps the certificate fresh until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	tick := time.NewTicker(rounds)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-tick.C:
			if err := k.renew(now); err != nil {
				k.log.Error("The certificate cannot be renewed. The old one stays in use.", "reason", err)
			}
		}
	}
}

// TLS returns the settings of a server that shows the certificate in force at
// each new connection.
func (k *Keeper) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return &k.now.Load().chain, nil
		},
	}
}

// Root returns the root certificate in DER, for phones that are to trust it.
func (k *Keeper) Root() []byte { return k.now.Load().root.cert.Raw }

// renew makes what is missing, about to expire, or about other names.
func (k *Keeper) renew(now time.Time) error {
	hosts := k.hosts().permitted()
	s := k.now.Load()
	if s == nil {
		s = &served{root: k.load("root"), leaf: k.load("leaf")}
	}
	next := *s
	var err error
	if !next.root.soundRoot(now, hosts) {
		if next.root, err = newRoot(now, hosts); err != nil {
			return fmt.Errorf("make a root certificate: %w", err)
		}
		k.keep("root", next.root)
	}
	if !next.leaf.soundLeaf(now, hosts, next.root) {
		if next.leaf, err = newLeaf(now, hosts, next.root); err != nil {
			return fmt.Errorf("make a certificate: %w", err)
		}
		k.keep("leaf", next.leaf)
		k.log.Info("The monitor has a new certificate.", "names", next.leaf.cert.DNSNames,
			"addresses", next.leaf.cert.IPAddresses, "until", next.leaf.cert.NotAfter)
	}
	next.chain = tls.Certificate{
		Certificate: [][]byte{next.leaf.cert.Raw, next.root.cert.Raw},
		PrivateKey:  next.leaf.key, Leaf: next.leaf.cert,
	}
	k.now.Store(&next)
	return nil
}

// load reads a pair; nil where there is none that can be used.
func (k *Keeper) load(name string) *pair {
	text, err := os.ReadFile(filepath.Join(k.dir, name+".pem"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var p *pair
	if err == nil {
		p, err = decode(text)
	}
	if err != nil {
		k.log.Warn("A certificate cannot be read and is made anew.", "which", name, "reason", err)
		return nil
	}
	return p
}

// keep writes a pair.
func (k *Keeper) keep(name string, p *pair) {
	err := p.save(filepath.Join(k.dir, name+".pem"))
	if err != nil {
		k.log.Error("A new certificate cannot be kept; phones will be asked to trust another one after a restart. Make room in the data folder.",
			"which", name, "reason", err)
	}
}

// verify says whether p is a server's certificate under root for every host.
func (p *pair) verify(root *pair, now time.Time, hosts Hosts) error {
	pool := x509.NewCertPool()
	pool.AddCert(root.cert)
	for _, name := range hosts.all() {
		_, err := p.cert.Verify(x509.VerifyOptions{DNSName: name, Roots: pool, CurrentTime: now})
		if err != nil {
			return err
		}
	}
	return nil
}
