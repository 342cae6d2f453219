package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options is what a Gate needs to know.
type Options struct {
	Dir string // the data folder; made if it is not there
	// OpenSetup lets the first visitor of a new device in without a set-up code.
	OpenSetup bool
	// SetupFile is where the set-up code is put; "" is babymonitor-setup.txt in
	// Dir.
	SetupFile string
	Log       *slog.Logger
}

// Credentials are what somebody says to get in.
type Credentials struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

// PasswordChange is what somebody says to change their password.
type PasswordChange struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// Gate knows who may get in. It may be used by many goroutines.
type Gate struct {
	people    *People
	log       *slog.Logger
	setupFile string
	openSetup bool
	turn      chan struct{} // held while a program's password is checked

	mu       sync.Mutex
	version  int // of people, when everything here was last made to agree with it
	sessions *sessions
	guesses  *guesses
	code     string // "" when the monitor is set up
	programs programs
	trouble  string // the last complaint about the files, to say it once
}

// How often the gate looks after what other programs changed and after what is
// not saved yet.
const rounds = 2 * time.Second

// Open opens the gate. A new device gets a set-up code, and the log says it. A
// damaged list of people is set aside with a loud word in the log, and the
// monitor wants to be set up again.
func Open(o Options) (*Gate, error) {
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w; name another with --data", err)
	}
	people, err := OpenPeople(o.Dir)
	if damaged := (*broken)(nil); errors.As(err, &damaged) {
		aside := damaged.path + ".broken-" + time.Now().UTC().Format("20060102T150405Z")
		o.Log.Error("The list of people is damaged. It is set aside, and the monitor must be set up again with the new set-up code.",
			"reason", damaged.err, "set_aside", aside)
		err = os.Rename(damaged.path, aside)
		o.OpenSetup = false
	}
	if err != nil {
		return nil, err
	}
	table, err := openSessions(filepath.Join(o.Dir, "sessions.json"), time.Now())
	if err != nil {
		o.Log.Warn("The logins are lost; every phone must log in again.", "reason", err)
	}
	if o.SetupFile == "" {
		o.SetupFile = filepath.Join(o.Dir, "babymonitor-setup.txt")
	}
	g := &Gate{
		people: people, log: o.Log, setupFile: o.SetupFile, openSetup: o.OpenSetup, turn: make(chan struct{}, 1),
		version: -1, sessions: table, guesses: newGuesses(), programs: newPrograms(),
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g, g.agree(time.Now())
}

// Run keeps the gate's files until ctx ends, and saves them then.
func (g *Gate) Run(ctx context.Context) error {
	tick := time.NewTicker(rounds)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			g.mu.Lock()
			defer g.mu.Unlock()
			return errors.Join(ctx.Err(), g.sessions.save(time.Now()))
		case now := <-tick.C:
			g.look(now)
		}
	}
}

// look notices what other programs changed, ends what is over and saves.
func (g *Gate) look(now time.Time) {
	err := g.people.refresh()
	g.mu.Lock()
	defer g.mu.Unlock()
	err = errors.Join(err, g.agree(now))
	g.sessions.prune(now, func(*session) bool { return true })
	g.complain(errors.Join(err, g.sessions.save(now)))
}

// save brings the sessions to the disk now; where that fails look tries again.
func (g *Gate) save() {
	if err := g.sessions.save(time.Now()); err != nil {
		g.complain(err)
	}
}

// complain logs a trouble with the files when it begins and when it ends.
func (g *Gate) complain(err error) {
	words := ""
	if err != nil {
		words = err.Error()
	}
	if words == g.trouble {
		return
	}
	g.trouble = words
	if err != nil {
		g.log.Error("Logins may be lost at the next restart. Make room in the data folder, or mend what the reason says.", "reason", err)
		return
	}
	g.log.Info("The logins are saved again.")
}

// agree makes sessions, programs and the set-up code agree with the list of
// people: what was granted to somebody who is gone, or before a new password,
// ends. It is called with g.mu held.
func (g *Gate) agree(now time.Time) error {
	count, version := g.people.known()
	if version == g.version {
		return nil
	}
	g.version = version
	g.sessions.prune(now, func(s *session) bool {
		one, ok := g.people.find(s.Name)
		return ok && one.stamp() == s.Stamp
	})
	g.programs.prune(g.people)
	if count > 0 {
		if g.code != "" {
			os.Remove(g.setupFile)
		}
		g.code = ""
		return nil
	}
	code, err := setupCode(g.setupFile)
	if err != nil {
		return err
	}
	g.code = code
	if !g.openSetup {
		g.log.Info("This monitor is not set up yet. Open its page and enter the set-up code.", "code", code, "file", g.setupFile)
	}
	return nil
}

// Session returns who holds a session's token.
func (g *Gate) Session(token string) (Caller, bool) {
	_ = g.people.refresh() // a trouble is told by look
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.agree(now)
	s, ok := g.sessions.use(token, now)
	if !ok {
		return Caller{}, false
	}
	one, ok := g.people.find(s.Name)
	if !ok {
		return Caller{}, false
	}
	return Caller{Name: one.Name, Role: one.Role, Session: s.public(), login: s.login.ctx}, true
}

// Login makes a session for who knows the password. The token goes into the
// browser's cookie. The session is on the disk when Login returns; where the
// disk is full it works nevertheless, until the next restart.
func (g *Gate) Login(ctx context.Context, from netip.Addr, who Credentials) (token string, c Caller, err error) {
	one, err := g.verify(ctx, from, who)
	if err != nil {
		return "", Caller{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	token, c = g.begin(one)
	return token, c, nil
}

// begin makes a session. It is called with g.mu held.
func (g *Gate) begin(one person) (string, Caller) {
	token, s := g.sessions.begin(one, time.Now())
	g.save()
	return token, Caller{Name: one.Name, Role: one.Role, Session: s.public(), login: s.login.ctx}
}

// Logout ends the session of a token, and what was opened under it.
func (g *Gate) Logout(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions.end(idOf(token))
	g.save()
}

// verify checks a name and a password, slowed down.
func (g *Gate) verify(ctx context.Context, from netip.Addr, who Credentials) (person, error) {
	_ = g.people.refresh()
	g.mu.Lock()
	t, wait := g.guesses.begin(from, "person "+idOf(fold(who.Name)), time.Now())
	g.mu.Unlock()
	if wait > 0 {
		return person{}, tooMany(wait)
	}
	one, _ := g.people.find(who.Name) // nobody has no hash
	ok, err := g.people.hasher.check(ctx, who.Password, one.Hash)
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err != nil:
		g.guesses.undo(t)
		return person{}, err
	case !ok:
		g.log.Warn("A login was wrong.", "from", from)
		return person{}, ErrWrong
	}
	g.guesses.right(t, time.Now())
	return one, nil
}

func tooMany(wait time.Duration) error {
	return &TooMany{After: (wait + time.Second - 1).Truncate(time.Second)}
}
