package web

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTheRootIsForEverybody(t *testing.T) {
	h := newHouse(t, nil)
	p := h.phone(t)
	a := p.want(200, "GET", "/ca.crt", "")
	root, err := x509.ParseCertificate([]byte(a.body))
	if err != nil || !root.IsCA || a.header.Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Fatalf("%v %v", err, a.header)
	}
	a = p.want(200, "GET", "/ca.mobileconfig", "")
	if a.header.Get("Content-Type") != "application/x-apple-aspen-config" {
		t.Errorf("%v", a.header)
	}
	for d := xml.NewDecoder(strings.NewReader(a.body)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("an iPhone cannot read it: %v", err)
		}
	}
	data := regexp.MustCompile(`<data>(.*)</data>`).FindStringSubmatch(a.body)
	if der, err := base64.StdEncoding.DecodeString(data[1]); err != nil || !slices.Equal(der, root.Raw) {
		t.Errorf("it holds another root: %v", err)
	}
	ids := regexp.MustCompile(`[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}`).FindAllString(a.body, -1)
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Errorf("identifiers %v", ids)
	}
	if again := p.want(200, "GET", "/ca.mobileconfig", ""); again.body != a.body {
		t.Error("installed again it would be another one")
	}
}

func TestWhereTheEncryptedPageIs(t *testing.T) {
	h := newHouse(t, nil)
	p := h.phone(t)
	if a := p.want(200, "GET", "/api/trust", ""); !strings.Contains(a.body, `"https":""`) {
		t.Error(a.body)
	}
	h.server.https = &entrance{address: "[::]:8443"}
	for host, want := range map[string]string{
		"nursery.local:80": "https://nursery.local:8443", "192.168.1.20": "https://192.168.1.20:8443", "[fd00::1]:8080": "https://[fd00::1]:8443",
	} {
		a := p.want(200, "GET", "/api/trust", "", "Host", host, "Origin", "http://"+host)
		if !strings.Contains(a.body, `"https":"`+want+`"`) || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %s %v", host, a.body, a.header)
		}
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "connect-src 'self' "+want+" ") {
			t.Errorf("%s: the page may not ask there: %s", host, csp)
		}
	}
	h.server.https = &entrance{address: "0.0.0.0:443"}
	if a := p.want(200, "GET", "/api/trust", "", "Host", "nursery.local"); !strings.Contains(a.body, `"https":"https://nursery.local"`) {
		t.Error(a.body)
	}
	for _, host := range []string{"a b.local", "a;script-src.local", "a'.local"} {
		if origin := h.server.secureOrigin(host); origin != "" {
			t.Errorf("%q becomes %q", host, origin)
		}
	}
	a := p.ask("GET", "/trust", "")
	if a.status != 200 || !strings.Contains(a.body, "<!doctype html>") { // followed
		t.Errorf("%d %s", a.status, a.body)
	}
}
