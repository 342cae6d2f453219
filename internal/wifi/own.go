package wifi

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"babymonitor/internal/atomicfile"
)

// Own is the Wi-Fi that the monitor opens itself where it has no network. It is
// made once on each device, from chance alone, so that no two share a secret.
type Own struct {
	SSID     string `json:"ssid"`
	Password string `json:"password"`
}

// ReadOwn reads it from the file at path, or makes the file.
func ReadOwn(path string) (Own, error) {
	var o Own
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &o)
	}
	if err == nil && o.SSID != "" && len(o.Password) >= 8 {
		return o, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		var broken *json.SyntaxError
		if !errors.As(err, &broken) {
			return Own{}, fmt.Errorf("the monitor's own Wi-Fi cannot be read: %w", err)
		}
	}
	o = Own{
		SSID:     "Babymonitor-" + strings.ToUpper(chance(4)),
		Password: chance(4) + "-" + chance(4) + "-" + chance(4), // 59 bits
	}
	return o, o.save(path)
}

// SetOwnPassword gives it another password, of 8 to 63 ASCII characters.
func SetOwnPassword(path, password string) error {
	o, err := ReadOwn(path)
	if err != nil {
		return err
	}
	o.Password = password
	return o.save(path)
}

func (o Own) save(path string) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("the monitor's own Wi-Fi cannot be kept: %w", err)
	}
	return nil
}

// chance returns letters and digits that are not taken for one another.
func chance(n int) string {
	const signs = "abcdefghjkmnpqrstuvwxyz23456789" // 31
	out := make([]byte, 0, n)
	for b := make([]byte, 1); len(out) < n; {
		rand.Read(b)
		if int(b[0]) < 8*len(signs) { // no sign is likelier than another
			out = append(out, signs[int(b[0])%len(signs)])
		}
	}
	return string(out)
}
