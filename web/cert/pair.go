package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"

	"babymonitor/internal/atomicfile"
)

// pair is a certificate and its key.
type pair struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newRoot makes a root that can vouch for these names, and for private
// addresses.
func newRoot(now time.Time, hosts Hosts) (*pair, error) {
	serial := newSerial()
	return sign(&x509.Certificate{
		SerialNumber: serial,
		// The number tells the roots of two monitors, or of two set-ups of one,
		// apart in a phone's list.
		Subject:   pkix.Name{CommonName: fmt.Sprintf("Baby monitor %s", serial.Text(36)[:6]), Organization: []string{"babymonitor"}},
		NotBefore: began(), NotAfter: later(now, began()).Add(rootLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         append(slices.Clone(hosts.Names), numbered(hosts.Names)...),
		PermittedIPRanges:           ipNets(private()),
	}, nil)
}

// began is when every root begins: before the first of these monitors was made,
// so that no clock which is a little right takes one for one of the future.
func began() time.Time { return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// newLeaf makes a server's certificate for hosts.
func newLeaf(now time.Time, hosts Hosts, root *pair) (*pair, error) {
	now = later(now, began())
	c := &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{CommonName: "babymonitor"},
		NotBefore:    now.Add(-24 * time.Hour), NotAfter: now.Add(leafLife - 24*time.Hour),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:              hosts.Names,
	}
	for _, a := range hosts.Addresses {
		c.IPAddresses = append(c.IPAddresses, a.AsSlice())
	}
	return sign(c, root)
}

// sign makes a key and the certificate for it; nil signs itself.
func sign(c *x509.Certificate, by *pair) (*pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if by == nil {
		by = &pair{cert: c, key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by.cert, &key.PublicKey, by.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &pair{cert, key}, err
}

func newSerial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] = b[0]&0x7f | 0x40 // positive, and always of this length
	return new(big.Int).SetBytes(b)
}

// moment is a time, and whether it is to be believed.
type moment struct {
	time.Time
	known bool
}

// fresh says whether the certificate is in force and stays so for a while. A
// device without a battery for its clock may have made it in the wrong year, and
// may itself be in the wrong year now: then one of the future is kept until the
// time is known.
func (p *pair) fresh(now moment) bool {
	return p != nil && (now.After(p.cert.NotBefore) || !now.known) && now.Add(renewal).Before(p.cert.NotAfter)
}

func (p *pair) soundRoot(now moment, hosts Hosts) bool {
	return p.fresh(now) && p.cert.IsCA && !slices.ContainsFunc(hosts.Names, func(name string) bool {
		return !slices.Contains(p.cert.PermittedDNSDomains, name)
	})
}

func (p *pair) soundLeaf(now moment, hosts Hosts, root *pair) bool {
	return p.fresh(now) && p.verify(root, hosts) == nil
}

// save writes certificate and key into one file that its owner alone can read.
func (p *pair) save(path string) error {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.cert.Raw})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(path, text, 0o600)
}

// CheckRoot says what is wrong with the content of a root's file, root.pem.
func CheckRoot(text []byte) error {
	p, err := decode(text)
	if err == nil && !p.cert.IsCA {
		err = errors.New("the certificate in it can vouch for no other")
	}
	return err
}

// decode reads what save writes.
func decode(text []byte) (*pair, error) {
	p := &pair{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		var err error
		switch block.Type {
		case "CERTIFICATE":
			p.cert, err = x509.ParseCertificate(block.Bytes)
		case "PRIVATE KEY":
			var key any
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
			p.key, _ = key.(*ecdsa.PrivateKey)
		}
		if err != nil {
			return nil, err
		}
	}
	if p.cert == nil || p.key == nil || !p.key.PublicKey.Equal(p.cert.PublicKey) {
		return nil, errors.New("the file does not hold a certificate and its key")
	}
	return p, nil
}
