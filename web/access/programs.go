package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"time"
)

const (
	remembered   = 5 * time.Minute // how long a right password is taken without a check
	mostPrograms = 64
)

// programs are who comes by HTTP Basic, at every request with the password. A
// password that was right is remembered for a while, as a keyed hash, so that
// not every picture costs a password check.
type programs struct {
	key    []byte
	known  map[[sha256.Size]byte]program
	logins map[string]login // by name and stamp
}

type program struct {
	name, stamp string
	until       time.Time
}

func newPrograms() programs {
	key := make([]byte, 32)
	rand.Read(key)
	return programs{key: key, known: map[[sha256.Size]byte]program{}, logins: map[string]login{}}
}

func (p *programs) sum(who Credentials) (sum [sha256.Size]byte) {
	mac := hmac.New(sha256.New, p.key)
	fmt.Fprintf(mac, "%d %s%s", len(who.Name), who.Name, who.Password)
	mac.Sum(sum[:0])
	return sum
}

// get returns who was found to have the password with this sum.
func (p *programs) get(sum [sha256.Size]byte, people *People, now time.Time) (Caller, bool) {
	known, ok := p.known[sum]
	if !ok || now.After(known.until) {
		return Caller{}, false
	}
	one, ok := people.find(known.name)
	if !ok || one.stamp() != known.stamp {
		return Caller{}, false
	}
	return p.caller(one), true
}

// put remembers that somebody has the password with this sum.
func (p *programs) put(sum [sha256.Size]byte, one person, now time.Time) Caller {
	for old, known := range p.known {
		if now.After(known.until) || len(p.known) >= mostPrograms {
			delete(p.known, old)
		}
	}
	p.known[sum] = program{name: one.Name, stamp: one.stamp(), until: now.Add(remembered)}
	return p.caller(one)
}

// caller returns the caller, whose login lives until the person's password or
// role changes.
func (p *programs) caller(one person) Caller {
	key := fold(one.Name) + " " + one.stamp()
	if _, ok := p.logins[key]; !ok {
		p.logins[key] = newLogin()
	}
	return Caller{Name: one.Name, Role: one.Role, login: p.logins[key].ctx}
}

// prune ends what is no longer granted.
func (p *programs) prune(people *People) {
	still := map[string]bool{}
	for _, known := range p.known {
		if one, ok := people.find(known.name); ok {
			still[fold(one.Name)+" "+one.stamp()] = true
		}
	}
	for key, l := range p.logins {
		if !still[key] {
			l.end()
			delete(p.logins, key)
		}
	}
}

// Basic returns who comes with this name and password, as a program does by
// HTTP Basic.
func (g *Gate) Basic(ctx context.Context, from netip.Addr, who Credentials) (Caller, error) {
	_ = g.people.refresh()
	sum := g.programs.sum(who)
	if c, ok := g.program(sum); ok {
		return c, nil
	}
	// One check at a time: a program that begins with many requests at once is
	// no guesser, and the first of them answers for all.
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return Caller{}, ctx.Err()
	}
	if c, ok := g.program(sum); ok {
		return c, nil
	}
	one, err := g.verify(ctx, from, who)
	if err != nil {
		return Caller{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.programs.put(sum, one, time.Now()), nil
}

func (g *Gate) program(sum [sha256.Size]byte) (Caller, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	_ = g.agree(now)
	return g.programs.get(sum, g.people, now)
}
