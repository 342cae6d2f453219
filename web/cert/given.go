package cert

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// given is the owner's own certificate.
type given struct {
	cert, key string // files; "" for none
	now       atomic.Pointer[tls.Certificate]

	read    *tls.Certificate // as it was read last, in force or not
	stamp   string           // of the files as they were read
	failed  error            // why they cannot be used
	problem string           // what was said of it last
}

// look reads the files again if they have changed, and says why the certificate
// is not shown; "" where it is, or where there is none.
func (g *given) look(now moment, log *slog.Logger) string {
	if g.cert == "" {
		return ""
	}
	if stamp := stampOf(g.cert) + stampOf(g.key); stamp != g.stamp {
		g.stamp = stamp
		g.read, g.failed = load(g.cert, g.key)
	}
	err := g.failed
	if err == nil && now.known && now.After(g.read.Leaf.NotAfter) {
		err = fmt.Errorf("the certificate in %s has expired on %s; renew it", g.cert, g.read.Leaf.NotAfter.Format(time.DateOnly))
	}
	if err == nil && now.known && now.Before(g.read.Leaf.NotBefore) {
		err = fmt.Errorf("the certificate in %s is valid only from %s on", g.cert, g.read.Leaf.NotBefore.Format(time.DateOnly))
	}
	if err != nil {
		g.now.Store(nil)
		if g.problem != err.Error() {
			log.Error("The certificate of the settings file is not shown; the monitor shows its own.", "reason", err)
		}
		g.problem = err.Error()
		return g.problem
	}
	if g.now.Swap(g.read) != g.read {
		log.Info("The certificate of the settings file is shown.", "names", g.read.Leaf.DNSNames, "until", g.read.Leaf.NotAfter)
	}
	g.problem = ""
	return ""
}

// stampOf changes when a file does. Links are followed: who renews certificates
// often only turns a link.
func stampOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(path, info.ModTime().UnixNano(), info.Size())
}

// load reads a certificate with its chain, and its key.
func load(cert, key string) (*tls.Certificate, error) {
	for _, file := range []string{cert, key} {
		_, err := os.ReadFile(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("there is no file %s; write its full path into the section [access] of the settings file", file)
		case errors.Is(err, fs.ErrPermission):
			return nil, fmt.Errorf("%s may not be read by the monitor; copy it to where the user babymonitor may read it", file)
		case err != nil:
			return nil, fmt.Errorf("%s cannot be read: %w", file, err)
		}
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("%s and %s do not hold a certificate and its key as PEM: %w", cert, key, err)
	}
	return &pair, nil
}

// covers says whether a certificate is for what a browser asks for: a name, or
// the address that it came to.
func covers(c *tls.Certificate, hello *tls.ClientHelloInfo) bool {
	if hello == nil {
		return false
	}
	name := hello.ServerName
	if name == "" && hello.Conn != nil {
		if at, ok := hello.Conn.LocalAddr().(*net.TCPAddr); ok {
			name = at.IP.String()
		}
	}
	return name != "" && c.Leaf.VerifyHostname(name) == nil
}
