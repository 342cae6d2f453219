package emulator

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Card is the file of an SD card's content.
type Card string

// bootAt is where the boot partition begins, as mtools writes it.
const bootAt = "@@4M"

// NewCard writes the image to a new card of so many MiB in a folder. The card
// is sparse: only what is written takes room.
func NewCard(image, dir string, mib int64) (Card, error) {
	card := filepath.Join(dir, "card.img")
	if out, err := exec.Command("cp", "--sparse=always", image, card).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return Card(card), os.Truncate(card, mib<<20)
}

// Put writes a file to the boot partition, as the owner of the card can.
func (c Card) Put(name, text string) error {
	return c.mtools(strings.NewReader(text), nil, "mcopy", "-o", "-i", string(c)+bootAt, "-", "::"+name)
}

// Get reads a file of the boot partition.
func (c Card) Get(name string) (string, error) {
	var out bytes.Buffer
	err := c.mtools(nil, &out, "mcopy", "-i", string(c)+bootAt, "::"+name, "-")
	return out.String(), err
}

// Files are the names in the boot partition's top folder.
func (c Card) Files() ([]string, error) {
	var out bytes.Buffer
	err := c.mtools(nil, &out, "mdir", "-b", "-i", string(c)+bootAt, "::")
	return strings.Fields(strings.ReplaceAll(out.String(), "::/", "")), err
}

// Read returns some bytes of the card.
func (c Card) Read(at int64, size int) ([]byte, error) {
	f, err := os.Open(string(c))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	bytes := make([]byte, size)
	_, err = f.ReadAt(bytes, at)
	return bytes, err
}

// Break overwrites some bytes of the card.
func (c Card) Break(at int64, with []byte) error {
	f, err := os.OpenFile(string(c), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt(with, at)
	return err
}

func (c Card) mtools(in io.Reader, out io.Writer, name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1")
	command.Stdin, command.Stdout = in, out
	var words bytes.Buffer
	command.Stderr = &words
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, words.String())
	}
	return nil
}
