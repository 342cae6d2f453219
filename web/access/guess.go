package access

import (
	"net/netip"
	"strings"
	"time"
)

// How guessing is slowed down: after free wrong tries the next one waits a
// second, and each further one twice as long, up to longest. A quarter of an
// hour without a wrong try forgives all.
const (
	freeTries = 5
	longest   = 5 * time.Minute
	forgiven  = 15 * time.Minute
	mostKept  = 4096 // of each kind of origin
)

// guesses remembers wrong tries by where they came from and by whom they were
// about. Its memory is bounded: when it is full the one that was quiet longest
// is forgotten, and names cannot crowd out addresses or the other way round. It
// is guarded by the gate's lock.
type guesses struct {
	addresses, names tally
	// trusted are the addresses from which a name has got in before. They are
	// counted apart, so that guessing from elsewhere does not hinder it there.
	trusted tally
}

type tally map[string]*tries

type tries struct {
	wrong int
	last  time.Time
	until time.Time // no further try before
}

// try is one attempt. It counts as wrong until it is told otherwise, so that a
// thousand at the same time are no way round the limit.
type try struct{ address, name string }

// pair is a name at an address, for the count of a trusted one.
func (t try) pair() string {
	if strings.HasSuffix(t.name, "\x00"+t.address) {
		return t.name
	}
	return t.name + "\x00" + t.address
}

func newGuesses() *guesses {
	return &guesses{addresses: tally{}, names: tally{}, trusted: tally{}}
}

// begin counts an attempt, or says how long to wait.
func (g *guesses) begin(from netip.Addr, name string, now time.Time) (try, time.Duration) {
	t := try{address: network(from), name: name}
	if pair := t.pair(); g.trusted.has(pair, now) {
		t.name = pair
	}
	if wait := max(g.addresses.wait(t.address, now), g.names.wait(t.name, now)); wait > 0 {
		return t, wait
	}
	g.addresses.count(t.address, now)
	g.names.count(t.name, now)
	return t, 0
}

// right forgives: the attempt was no guess.
func (g *guesses) right(t try, now time.Time) {
	delete(g.addresses, t.address)
	delete(g.names, t.name)
	g.trusted.count(t.pair(), now)
}

// undo takes back an attempt that was never answered.
func (g *guesses) undo(t try) {
	g.addresses.undo(t.address)
	g.names.undo(t.name)
}

func (l tally) wait(key string, now time.Time) time.Duration {
	if t := l[key]; t != nil {
		return t.until.Sub(now)
	}
	return 0
}

func (l tally) has(key string, now time.Time) bool {
	t := l[key]
	if t != nil {
		t.last = now
	}
	return t != nil
}

func (l tally) count(key string, now time.Time) {
	t := l[key]
	if t == nil {
		l.makeRoom()
		t = &tries{}
		l[key] = t
	}
	if now.Sub(t.last) > forgiven {
		t.wrong = 0
	}
	t.wrong++
	t.last = now
	if over := t.wrong - freeTries; over >= 0 {
		t.until = now.Add(min(longest, time.Second<<min(over, 10)))
	}
}

func (l tally) undo(key string) {
	if t := l[key]; t != nil {
		t.wrong = max(0, t.wrong-1)
		t.until = time.Time{}
	}
}

func (l tally) makeRoom() {
	if len(l) < mostKept {
		return
	}
	oldest, at := "", time.Time{}
	for key, t := range l {
		if oldest == "" || t.last.Before(at) {
			oldest, at = key, t.last
		}
	}
	delete(l, oldest)
}

// network is what counts as one address: an IPv4 address, or the /64 that one
// household has in IPv6.
func network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	if from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			return p.String()
		}
	}
	return from.String()
}
