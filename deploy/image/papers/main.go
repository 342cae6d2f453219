// Command papers writes what goes with an SD image: the list of what it is made
// of (an SBOM, CycloneDX 1.5) and the manifest that opens it in Raspberry Pi
// Imager. scripts/image runs it.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// image is an SD image and what is said of it.
type image struct {
	name    string    // of its files, without an ending
	base    string    // "debian" or "raspios"
	version string    // of the monitor
	date    time.Time // of the commit that it was made from
	tree    string    // folder with its root file system
	card    string    // file: the image as it is on a card
	packed  string    // file: the image as it is handed out
	url     string    // where it can be fetched; "" for beside the manifest
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "papers:", err)
		os.Exit(1)
	}
}

func run() error {
	var m image
	var epoch int64
	var out string
	flag.StringVar(&m.name, "name", "", "of the image's files")
	flag.StringVar(&m.base, "base", "debian", "whose packages it is made of")
	flag.StringVar(&m.version, "version", "", "of the monitor")
	flag.Int64Var(&epoch, "epoch", 0, "its date, in seconds since 1970")
	flag.StringVar(&m.tree, "tree", "", "folder with the root file system")
	flag.StringVar(&m.card, "card", "", "the image")
	flag.StringVar(&m.packed, "packed", "", "the packed image")
	flag.StringVar(&m.url, "url", "", "where the packed image can be fetched")
	flag.StringVar(&out, "out", ".", "folder to write to")
	flag.Parse()
	m.date = time.Unix(epoch, 0).UTC()

	bill, err := m.bill()
	if err != nil {
		return err
	}
	list, err := m.manifest()
	if err != nil {
		return err
	}
	if err := write(filepath.Join(out, m.name+".cdx.json"), bill); err != nil {
		return err
	}
	return write(filepath.Join(out, m.name+".rpi-imager-manifest"), list)
}

func write(path string, what any) error {
	text, err := json.MarshalIndent(what, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// measure returns a file's size in bytes and its SHA-256 in hexadecimal.
func measure(path string) (size int64, sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return size, hex.EncodeToString(h.Sum(nil)), err
}
