package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// cost is what one password check costs: 19 MiB and two passes, the smallest
// memory that OWASP's password storage cheat sheet advises, because a Pi has
// little and needs about a third of a second for it.
func cost() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// hasher checks passwords, two at a time, so that a crowd of guessers takes
// neither the memory nor the cores from the picture.
type hasher struct {
	params *argon2id.Params
	slots  chan struct{}
	nobody string // a hash that no password has, for names that nobody has
}

func newHasher(params *argon2id.Params) *hasher {
	b64 := func(n uint32) string {
		b := make([]byte, n)
		rand.Read(b)
		return base64.RawStdEncoding.EncodeToString(b)
	}
	return &hasher{
		params: params,
		slots:  make(chan struct{}, 2),
		nobody: fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
			params.Memory, params.Iterations, params.Parallelism, b64(params.SaltLength), b64(params.KeyLength)),
	}
}

// check says whether password has this hash. An empty hash stands for nobody:
// the answer is no, and takes as long.
func (h *hasher) check(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		hash = h.nobody
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	return argon2id.ComparePasswordAndHash(password, hash)
}

// hash returns the hash of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon2id.CreateHash(password, h.params)
}

func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave gives the memory of the check back at once: it is a third of what the
// whole monitor uses, and checks are rare.
func (h *hasher) leave() {
	debug.FreeOSMemory()
	<-h.slots
}

// soundHash says whether a hash is one that a check can afford.
func soundHash(hash string) bool {
	p, _, _, err := argon2id.DecodeHash(hash)
	return err == nil && p.Memory <= 4*cost().Memory && p.Iterations <= 4*cost().Iterations && p.Parallelism <= 4
}

// checkPassword says whether a password may be chosen.
func checkPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return invalid("the password is not text")
	case n < 8:
		return invalid("the password is too short; take at least 8 characters")
	case n > 200:
		return invalid("the password is too long; take at most 200 characters")
	}
	return nil
}

// checkName says whether a name may be chosen. A colon would end the name in
// HTTP Basic (RFC 7617).
func checkName(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case n < 1 || n > 40 || !utf8.ValidString(name):
		return invalid("a name has 1 to 40 characters")
	case strings.TrimSpace(name) != name:
		return invalid("a name does not begin or end with a space")
	case strings.ContainsFunc(name, func(r rune) bool { return r == ':' || !unicode.IsPrint(r) }):
		return invalid("a name has no colon and no characters that cannot be seen")
	}
	return nil
}

// fold is what names are compared by: a phone writes "Anna" where "anna" was
// meant.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
