// Package welcome writes what the owner of a new monitor reads first: its set-up
// code, its addresses and its own Wi-Fi, as a text and as a page with QR codes.
// Both end up on the boot partition of the card, where any computer shows them.
package welcome

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"babymonitor/internal/atomicfile"
	"babymonitor/internal/qr"
)

// The files, in the monitor's data folder.
const (
	TextFile = "babymonitor-setup.txt"
	PageFile = "babymonitor-setup.html"
	// OwnFile stays when the others have gone: a new router is a matter of years.
	OwnFile = "babymonitor-wifi.txt"
)

// Card is what is to be told.
type Card struct {
	Code      string   // the set-up code, as "1234-5678"
	Addresses []string // of the page, as URLs, the best first
	SSID      string   // of the monitor's own Wi-Fi; "" where it has none
	Password  string   // of that
}

// Link is the address that brings the code along. It stands behind the #, which
// browsers never send.
func (c Card) Link() string {
	if len(c.Addresses) == 0 {
		return ""
	}
	return strings.TrimSuffix(c.Addresses[0], "/") + "/#code=" + c.Code
}

// Text is the card for everybody.
func (c Card) Text() []byte {
	var b strings.Builder
	b.WriteString("This baby monitor is not set up yet.\n\n")
	if c.SSID != "" {
		fmt.Fprintf(&b, "Where it finds no network it opens a Wi-Fi of its own. Join it with your phone:\n\n    Wi-Fi:    %s\n    password: %s\n\n", c.SSID, c.Password)
	}
	b.WriteString("Open its page in a browser:\n\n")
	for _, a := range c.Addresses {
		fmt.Fprintf(&b, "    %s\n", a)
	}
	if c.SSID != "" {
		b.WriteString("    http://10.42.0.1   (in its own Wi-Fi)\n")
	}
	fmt.Fprintf(&b, "\nand enter this code:\n\n    %s\n\n", c.Code)
	b.WriteString("The code works once. This file goes away when the monitor is set up.\n")
	return []byte(b.String())
}

//go:embed page.html
var pageText string // never changed

// Page is the card with QR codes, whole in one file.
func (c Card) Page() ([]byte, error) {
	link, err := picture(c.Link())
	if err != nil {
		return nil, err
	}
	join := template.HTML("")
	if c.SSID != "" {
		if join, err = picture(qr.WiFi(c.SSID, c.Password)); err != nil {
			return nil, err
		}
	}
	page, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = page.Execute(&b, struct {
		Card
		LinkCode, JoinCode template.HTML
	}{c, link, join})
	return b.Bytes(), err
}

// picture is a QR code that was drawn here, so that it is no danger to a page.
func picture(text string) (template.HTML, error) {
	svg, err := qr.SVG(text)
	return template.HTML(svg), err
}

// Write puts both into a folder, for the owner of that folder alone.
func (c Card) Write(dir string) error {
	page, err := c.Page()
	if err != nil {
		return err
	}
	return errors.Join(
		atomicfile.Write(filepath.Join(dir, TextFile), c.Text(), 0o600),
		atomicfile.Write(filepath.Join(dir, PageFile), page, 0o600))
}

// WriteOwn puts the monitor's own Wi-Fi alone into a folder, where it has one.
func (c Card) WriteOwn(dir string) error {
	if c.SSID == "" {
		return nil
	}
	text := fmt.Appendf(nil, "Where this baby monitor finds no other network it opens a Wi-Fi of its own:\n\n    Wi-Fi:    %s\n    password: %s\n\nJoin it with your phone, open http://10.42.0.1 and choose another Wi-Fi for it.\n", c.SSID, c.Password)
	path := filepath.Join(dir, OwnFile)
	if now, err := os.ReadFile(path); err == nil && bytes.Equal(now, text) {
		return nil
	}
	return atomicfile.Write(path, text, 0o600)
}

// Remove takes both away, where they are.
func Remove(dir string) error {
	var failed []error
	for _, name := range []string{TextFile, PageFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
