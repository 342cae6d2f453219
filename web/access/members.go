package access

import (
	"context"
	"net/netip"
	"time"
)

// SetupNeeded says whether nobody is let in yet, and whether the set-up code
// will be asked for.
func (g *Gate) SetupNeeded() (needed, code bool) {
	_ = g.people.refresh()
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.agree(time.Now())
	return g.code != "", !g.openSetup
}

// Code returns the set-up code; "" once the monitor is set up, or where none is
// asked for.
func (g *Gate) Code() string {
	if needed, code := g.SetupNeeded(); !needed || !code {
		return ""
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.code
}

// CheckCode says whether somebody knows the set-up code of a monitor that is
// not set up yet; it is ErrDone once that is so.
func (g *Gate) CheckCode(from netip.Addr, code string) error {
	if needed, _ := g.SetupNeeded(); !needed {
		return ErrDone
	}
	return g.checkCode(from, code)
}

// Setup makes the first parent and logs them in, if the code is right. It is
// ErrDone once somebody is let in.
func (g *Gate) Setup(ctx context.Context, from netip.Addr, code string, first Credentials) (token string, c Caller, err error) {
	if needed, _ := g.SetupNeeded(); !needed {
		return "", Caller{}, ErrDone
	}
	if err := g.checkCode(from, code); err != nil {
		return "", Caller{}, err
	}
	one, err := g.people.make(ctx, User{first.Name, Parent}, first.Password)
	if err != nil {
		return "", Caller{}, err
	}
	err = g.settle(g.people.store(one, func(all map[string]person) error {
		if len(all) > 0 {
			return ErrDone
		}
		return nil
	}))
	if err != nil {
		return "", Caller{}, err
	}
	g.log.Info("The monitor is set up.", "parent", first.Name, "from", from)
	g.mu.Lock()
	defer g.mu.Unlock()
	token, c = g.begin(one)
	return token, c, nil
}

func (g *Gate) checkCode(from netip.Addr, code string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.openSetup {
		return nil
	}
	t, wait := g.guesses.begin(from, "set-up", time.Now())
	if wait > 0 {
		return tooMany(wait)
	}
	if g.code == "" {
		return ErrDone
	}
	if !sameCode(code, g.code) {
		g.log.Warn("A set-up code was wrong.", "from", from)
		return ErrCode
	}
	g.guesses.right(t, time.Now())
	return nil
}

// Users returns who is let in, by name.
func (g *Gate) Users() ([]User, error) { return g.people.List() }

// Add lets somebody in; see [People.Add].
func (g *Gate) Add(ctx context.Context, u User, password string) error {
	return g.settle(g.people.Add(ctx, u, password))
}

// Remove shuts somebody out and ends what they have open; see [People.Remove].
func (g *Gate) Remove(name string) error {
	return g.settle(g.people.Remove(name))
}

// settle makes the logins agree with a change that was made without err.
func (g *Gate) settle(err error) error {
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	err = g.agree(time.Now())
	g.save()
	return err
}

// Confirm asks the caller for their password once more, before what cannot be
// undone.
func (g *Gate) Confirm(ctx context.Context, from netip.Addr, c Caller, password string) error {
	_, err := g.verify(ctx, from, Credentials{c.Name, password})
	return err
}

// SetPassword changes the caller's own password, if they know the old one. All
// their other logins end; the session that the call came with stays.
func (g *Gate) SetPassword(ctx context.Context, from netip.Addr, c Caller, change PasswordChange) error {
	if err := checkPassword(change.New); err != nil {
		return err
	}
	was, err := g.verify(ctx, from, Credentials{c.Name, change.Old})
	if err != nil {
		return err
	}
	one, err := g.people.make(ctx, was.User, change.New)
	if err != nil {
		return err
	}
	one.Since = was.Since
	g.mu.Lock()
	defer g.mu.Unlock()
	err = g.people.store(one, func(all map[string]person) error {
		if all[fold(was.Name)].Hash != was.Hash {
			return ErrWrong // somebody else has just changed it
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.sessions.restamp(c.Session, was, one)
	err = g.agree(time.Now())
	g.save()
	return err
}
