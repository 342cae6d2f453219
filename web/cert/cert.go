// Package cert makes the certificate that the device shows over HTTPS, with
// nobody's help: a root of its own that phones may be told to trust, and under
// it the certificate of the server, which is made anew before it expires and
// when the device gets a name or an address that it does not cover. An owner who
// has a certificate for a name of their own gives its files; it is shown under
// that name.
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
	"reflect"
	"sync/atomic"
	"time"
)

const (
	rootLife = 10 * 365 * 24 * time.Hour
	leafLife = 397 * 24 * time.Hour // the most that browsers take gladly
	renewal  = 30 * 24 * time.Hour  // a certificate with less left is made anew
	rounds   = time.Minute          // how often the device's names and addresses are looked at
)

// Options is what a Keeper needs to know.
type Options struct {
	Dir string // where the certificates are kept; made if it is not there
	// Hosts tells the names and addresses of the device at any time; nil is
	// [Here].
	Hosts func() Hosts
	// ClockSet says whether the device knows the time; nil: always. A board
	// without a battery for its clock starts in the past, and must not take a
	// root that phones trust already for one of the future.
	ClockSet func() bool
	// Given and GivenKey are files of the owner's own certificate, in PEM; "" for
	// none. They are read again when they change.
	Given, GivenKey string
	// OnStatus, which may be nil, is told what is shown, at first and when that
	// changes.
	OnStatus func(Status)
	Log      *slog.Logger
}

// Status is what is shown.
type Status struct {
	Given   bool      // the owner's own, under Names
	Names   []string  // that the certificate is for; one may begin with "*."
	Until   time.Time // when it expires
	Problem string    // why the owner's own is not shown, and what to do
}

// Keeper keeps the certificate. It may be used by many goroutines.
type Keeper struct {
	o     Options
	now   atomic.Pointer[served]
	given given
	told  Status // of Run alone, once it runs
}

// served is what is in force.
type served struct {
	root, leaf *pair
	chain      tls.Certificate
}

// Open reads the certificates, or makes them. Where the folder cannot be written
// the certificates last until the program ends, and the log says so.
func Open(o Options) (*Keeper, error) {
	if o.Hosts == nil {
		o.Hosts = Here
	}
	if o.ClockSet == nil {
		o.ClockSet = func() bool { return true }
	}
	k := &Keeper{o: o, given: given{cert: o.Given, key: o.GivenKey}}
	return k, k.look(time.Now())
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
			if err := k.look(now); err != nil {
				k.o.Log.Error("The certificate cannot be renewed. The old one stays in use.", "reason", err)
			}
		}
	}
}

// TLS returns the settings of a server that shows the certificate in force at
// each new connection.
func (k *Keeper) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if own := k.given.now.Load(); own != nil && covers(own, hello) {
				return own, nil
			}
			return &k.now.Load().chain, nil
		},
	}
}

// Names returns the names of the owner's certificate that is shown; one may
// begin with "*.".
func (k *Keeper) Names() []string {
	if own := k.given.now.Load(); own != nil {
		return own.Leaf.DNSNames
	}
	return nil
}

// Covers says whether the owner's certificate is shown under a name.
func (k *Keeper) Covers(name string) bool {
	own := k.given.now.Load()
	return own != nil && own.Leaf.VerifyHostname(name) == nil
}

// look renews what is to be renewed, and tells what is shown.
func (k *Keeper) look(now time.Time) error {
	err := k.renew(now)
	problem := k.given.look(k.moment(now), k.o.Log)
	if k.now.Load() == nil {
		return err
	}
	shown := Status{Names: k.now.Load().leaf.cert.DNSNames, Until: k.now.Load().leaf.cert.NotAfter, Problem: problem}
	if own := k.given.now.Load(); own != nil {
		shown.Given, shown.Names, shown.Until = true, own.Leaf.DNSNames, own.Leaf.NotAfter
	}
	if k.o.OnStatus != nil && !reflect.DeepEqual(shown, k.told) {
		k.o.OnStatus(shown)
	}
	k.told = shown
	return err
}

// Root returns the root certificate in DER, for phones that are to trust it.
func (k *Keeper) Root() []byte { return k.now.Load().root.cert.Raw }

// moment is now, which is not to be believed before the device knows the time.
func (k *Keeper) moment(now time.Time) moment {
	return moment{now, k.o.ClockSet() && now.After(began())}
}

// renew makes what is missing, about to expire, or about other names.
func (k *Keeper) renew(now time.Time) error {
	hosts := k.o.Hosts().permitted()
	at := k.moment(now)
	s := k.now.Load()
	if s == nil {
		s = &served{root: k.load("root"), leaf: k.load("leaf")}
	}
	next := *s
	var err error
	if !next.root.soundRoot(at, hosts) {
		if next.root, err = newRoot(now, hosts); err != nil {
			return fmt.Errorf("make a root certificate: %w", err)
		}
		k.keep("root", next.root)
	}
	hosts = hosts.under(next.root)
	if !next.leaf.soundLeaf(at, hosts, next.root) {
		if next.leaf, err = newLeaf(now, hosts, next.root); err != nil {
			return fmt.Errorf("make a certificate: %w", err)
		}
		k.keep("leaf", next.leaf)
		k.o.Log.Info("The monitor has a new certificate.", "names", next.leaf.cert.DNSNames,
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
	text, err := os.ReadFile(filepath.Join(k.o.Dir, name+".pem"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var p *pair
	if err == nil {
		p, err = decode(text)
	}
	if err != nil {
		k.o.Log.Warn("A certificate cannot be read and is made anew.", "which", name, "reason", err)
		return nil
	}
	return p
}

// keep writes a pair.
func (k *Keeper) keep(name string, p *pair) {
	err := p.save(filepath.Join(k.o.Dir, name+".pem"))
	if err != nil {
		k.o.Log.Error("A new certificate cannot be kept; phones will be asked to trust another one after a restart. Make room in the data folder.",
			"which", name, "reason", err)
	}
}

// verify says whether p is a server's certificate under root for every host. Its
// dates are another matter.
func (p *pair) verify(root *pair, hosts Hosts) error {
	pool := x509.NewCertPool()
	pool.AddCert(root.cert)
	for _, name := range hosts.all() {
		_, err := p.cert.Verify(x509.VerifyOptions{DNSName: name, Roots: pool, CurrentTime: later(p.cert.NotBefore, root.cert.NotBefore).Add(time.Hour)})
		if err != nil {
			return err
		}
	}
	return nil
}
