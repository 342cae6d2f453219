package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"text/template"

	"babymonitor/internal/qr"
)

// rootCertificate answers with the root that a phone may be told to trust. It is
// no secret: every https connection shows it.
func (s *Server) rootCertificate(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/x-x509-ca-cert")
	w.Header().Set("Content-Disposition", `attachment; filename="babymonitor-ca.crt"`)
	_, _ = w.Write(s.cert.Root())
	return nil
}

//go:embed ca.mobileconfig
var profileText string // never changed

// rootProfile answers with the root as an iPhone wants it: a configuration
// profile (Apple, "Configuration Profile Reference", payload
// com.apple.security.root). Its identifiers come from the root, so that the same
// one installed again takes the place of the first.
func (s *Server) rootProfile(w http.ResponseWriter, _ *http.Request) error {
	sum := sha256.Sum256(s.cert.Root())
	profile, err := template.New("profile").Parse(profileText)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	err = profile.Execute(&text, struct{ Root, ID, Outer, Inner string }{
		base64.StdEncoding.EncodeToString(s.cert.Root()), hex.EncodeToString(sum[:6]), uuid(sum[:16]), uuid(sum[16:]),
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-apple-aspen-config")
	_, _ = text.WriteTo(w)
	return nil
}

// uuid writes 16 bytes as a UUID of version 8 (RFC 9562), which is one that its
// maker has chosen.
func uuid(b []byte) string {
	b = append([]byte{}, b...)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16]))
}

// trust tells a phone where the encrypted page is. The page over plain http asks
// the encrypted one for it: an answer means that the browser accepts the
// certificate. There is no secret in it, so that any page may read it.
func (s *Server) trust(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	host := hostOf(r.Host)
	return respond(w, http.StatusOK, struct {
		HTTPS string `json:"https"` // of this very name; "": there is no encrypted page
		Given bool   `json:"given"` // the owner has a certificate for this name, which phones trust already
	}{s.secureOrigin(r.Host), s.cert.Covers(host)})
}

// qrCode answers with a text as a QR code, for another phone to read.
func (s *Server) qrCode(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("text")
	if text == "" || len(text) > 500 {
		return wrongField("text", "must have 1 to 500 letters")
	}
	picture, err := qr.SVG(text)
	if err != nil {
		return wrongField("text", err.Error())
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write([]byte(picture))
	return nil
}

// trustPage is where README and stickers may point.
func (s *Server) trustPage(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/#trust", http.StatusSeeOther)
	return nil
}

// secureOrigin returns the encrypted page under the name that somebody used for
// this device; "" where there is none.
func (s *Server) secureOrigin(hostport string) string {
	host := hostOf(hostport)
	if s.https == nil || !regexp.MustCompile(`^[a-z0-9.:-]+$`).MatchString(host) {
		return ""
	}
	at := url.URL{Scheme: "https", Host: host}
	if strings.Contains(host, ":") {
		at.Host = "[" + host + "]"
	}
	if _, port, err := net.SplitHostPort(s.https.address); err == nil && port != "443" {
		at.Host = net.JoinHostPort(host, port)
	}
	return at.String()
}

// hostOf is the name or address in a Host header.
func hostOf(hostport string) string {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
