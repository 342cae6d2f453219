package access

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"regexp"
	"strings"

	"babymonitor/internal/atomicfile"
)

// setupText is what the owner of a new device reads, on its card or in its data
// folder.
const setupText = `This baby monitor is not set up yet.

Open its page in a browser and enter this code:

    %s

The code works once. This file goes away when the monitor is set up.
`

// setupCode returns the code in the file at path, or makes the file with a new
// one: eight random digits in two groups. It stays the same over restarts, for
// who has written it down already.
func setupCode(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		if code := findCode(string(text)); code != "" {
			return code, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the set-up code cannot be read: %w", err)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%04d-%04d", n.Int64()/10_000, n.Int64()%10_000)
	if err := atomicfile.Write(path, fmt.Appendf(nil, setupText, code), 0o600); err != nil {
		return "", fmt.Errorf("the set-up code cannot be kept: %w", err)
	}
	return code, nil
}

func findCode(text string) string {
	return strings.TrimSpace(regexp.MustCompile(`(?m)^\s*\d{4}-\d{4}\s*$`).FindString(text))
}

// sameCode compares what somebody typed with the code, and minds neither the
// dash nor spaces.
func sameCode(typed, code string) bool {
	plain := func(s string) []byte {
		return []byte(strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s))
	}
	return subtle.ConstantTimeCompare(plain(typed), plain(code)) == 1
}
