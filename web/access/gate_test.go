package access

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/argon2id"
)

func here() netip.Addr { return netip.MustParseAddr("192.168.1.2") }

// cheap lets tests check passwords by the thousand.
func cheap() *argon2id.Params {
	return &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

func openGate(t *testing.T, dir string) (*Gate, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	g, err := Open(Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	g.people.hasher = newHasher(cheap())
	return g, &log
}

// withPeople opens a gate that knows a parent, anna, and a viewer, bob.
func withPeople(t *testing.T, dir string) *Gate {
	t.Helper()
	g, _ := openGate(t, dir)
	for _, u := range []User{{"anna", Parent}, {"bob", Viewer}} {
		if err := g.Add(t.Context(), u, "password of "+u.Name); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func logIn(t *testing.T, g *Gate, name string) (string, Caller) {
	t.Helper()
	token, c, err := g.Login(t.Context(), here(), Credentials{name, "password of " + name})
	if err != nil {
		t.Fatal(err)
	}
	return token, c
}

func ended(c Caller) bool {
	select {
	case <-c.Ended():
		return true
	default:
		return false
	}
}

func TestSessionsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	g := withPeople(t, dir)
	token, c := logIn(t, g, "bob")
	gone, _ := logIn(t, g, "anna")
	g.Logout(gone)

	again, _ := openGate(t, dir)
	got, ok := again.Session(token)
	if !ok || got.Name != "bob" || got.Role != Viewer || got.Session != c.Session {
		t.Errorf("after the restart: %+v, %v", got, ok)
	}
	if _, ok := again.Session(gone); ok {
		t.Error("a session that was logged out lives again")
	}
	kept, err := os.ReadFile(filepath.Join(dir, "sessions.json"))
	if err != nil || bytes.Contains(kept, []byte(token)) {
		t.Errorf("the file holds the token itself, or nothing: %v", err)
	}
	for _, name := range []string{"sessions.json", "users.json"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestSessionsSlideAndEnd(t *testing.T) {
	dir := t.TempDir()
	g := withPeople(t, dir)
	synctest.Test(t, func(t *testing.T) {
		token, c := logIn(t, g, "anna")
		for range 3 {
			time.Sleep(idle - time.Hour)
			if _, ok := g.Session(token); !ok {
				t.Fatal("a session in use ended")
			}
		}
		time.Sleep(idle + time.Hour)
		g.look(time.Now())
		if _, ok := g.Session(token); ok || !ended(c) {
			t.Error("a session that nobody uses goes on")
		}
	})
}

// TestClockThatIsSet restarts the monitor in another year than it ran in: logins
// neither end early nor live for ever.
func TestClockThatIsSet(t *testing.T) {
	for name, years := range map[string]int{"from 1970": 56, "back to 1970": -56, "right": 0} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			g := withPeople(t, dir)
			synctest.Test(t, func(t *testing.T) {
				token, _ := logIn(t, g, "anna")
				fresh, _ := logIn(t, g, "bob")
				for range 60 {
					time.Sleep(24 * time.Hour)
					g.look(time.Now())
					if _, ok := g.Session(fresh); !ok {
						t.Fatal("a session in use ended")
					}
				}
				now := time.Now().AddDate(years, 0, 0)
				again, err := openSessions(filepath.Join(dir, "sessions.json"), now)
				if err != nil {
					t.Fatal(err)
				}
				again.prune(now, func(*session) bool { return true })
				if len(again.all) != 2 {
					t.Fatalf("%d of 2 logins are left", len(again.all))
				}
				now = now.Add(31 * 24 * time.Hour)
				if _, ok := again.use(token, now); ok {
					t.Error("a login that nobody has used for 91 days lives")
				}
				if _, ok := again.use(fresh, now); !ok {
					t.Error("a login that was used a month ago has ended")
				}
			})
		})
	}
}

func TestRunNoticesAndSaves(t *testing.T) {
	dir := t.TempDir()
	g := withPeople(t, dir)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- g.Run(ctx) }()
		_, c := logIn(t, g, "bob")
		if err := people(t, dir).Remove("bob"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rounds + time.Second)
		if !ended(c) {
			t.Error("another program removed bob, and his login goes on")
		}
		g.mu.Lock()
		g.sessions.dirty = true
		g.mu.Unlock()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || g.sessions.dirty {
			t.Errorf("ended with %v, saved %v", err, !g.sessions.dirty)
		}
	})
}

func TestWhatEndsALogin(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, g *Gate, token string) error
	}{
		{"logout", func(t *testing.T, g *Gate, token string) error { g.Logout(token); return nil }},
		{"removal", func(t *testing.T, g *Gate, _ string) error { return g.Remove("BOB") }},
		{"another program removes", func(t *testing.T, g *Gate, _ string) error {
			p, err := OpenPeople(filepath.Dir(g.people.path))
			return errors.Join(err, p.Remove("bob"))
		}},
		{"another program sets the password", func(t *testing.T, g *Gate, _ string) error {
			p, err := OpenPeople(filepath.Dir(g.people.path))
			p.hasher = newHasher(cheap())
			return errors.Join(err, p.Set(t.Context(), User{"bob", Viewer}, "another password"))
		}},
		{"a new password on another phone", func(t *testing.T, g *Gate, _ string) error {
			_, other := logIn(t, g, "bob")
			return g.SetPassword(t.Context(), here(), other, PasswordChange{"password of bob", "another password"})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := withPeople(t, t.TempDir())
			token, c := logIn(t, g, "bob")
			ctx, cancel := c.Bind(t.Context())
			defer cancel()
			if err := tt.do(t, g, token); err != nil {
				t.Fatal(err)
			}
			g.look(time.Now())
			<-ctx.Done()
			if _, ok := g.Session(token); ok || !ended(c) {
				t.Error("the login goes on")
			}
		})
	}
}

func TestNewPasswordKeepsThisSession(t *testing.T) {
	dir := t.TempDir()
	g := withPeople(t, dir)
	token, c := logIn(t, g, "anna")
	if err := g.SetPassword(t.Context(), here(), c, PasswordChange{"wrong one", "new password"}); !errors.Is(err, ErrWrong) {
		t.Errorf("with the wrong old one: %v", err)
	}
	if err := g.SetPassword(t.Context(), here(), c, PasswordChange{"password of anna", "new password"}); err != nil {
		t.Fatal(err)
	}
	again, _ := openGate(t, dir)
	for _, gate := range []*Gate{g, again} {
		if _, ok := gate.Session(token); !ok {
			t.Error("the session that made the change ended")
		}
	}
	if _, _, err := g.Login(t.Context(), here(), Credentials{"anna", "password of anna"}); !errors.Is(err, ErrWrong) {
		t.Errorf("the old password: %v", err)
	}
	if _, _, err := g.Login(t.Context(), here(), Credentials{" Anna", "new password"}); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestBasicChecksThePasswordOnce(t *testing.T) {
	g := withPeople(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		bob := Credentials{"bob", "password of bob"}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				c, err := g.Basic(t.Context(), here(), bob)
				if err != nil || c.Name != "bob" || c.Session != "" {
					t.Errorf("%+v, %v", c, err)
				}
			})
		}
		all.Wait()
		g.people.hasher = nil // a further check would be seen
		c, err := g.Basic(t.Context(), here(), bob)
		if err != nil {
			t.Fatal(err)
		}
		g.people.hasher = newHasher(cheap())
		if _, err := g.Basic(t.Context(), here(), Credentials{"bob", "password of bob "}); !errors.Is(err, ErrWrong) {
			t.Errorf("a wrong password: %v", err)
		}
		if err := g.people.Set(t.Context(), User{"bob", Viewer}, "new password"); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Basic(t.Context(), here(), bob); !errors.Is(err, ErrWrong) {
			t.Errorf("the old password is still taken: %v", err)
		}
		if !ended(c) {
			t.Error("what a program opened with the old password goes on")
		}
		if _, err := g.Basic(t.Context(), here(), Credentials{"bob", "new password"}); err != nil {
			t.Error(err)
		}
	})
}

func TestLoginWorksOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	g := withPeople(t, dir)
	g.sessions.path = filepath.Join(dir, "nowhere", "sessions.json") // stands for any failure to write
	token, _ := logIn(t, g, "anna")
	if _, ok := g.Session(token); !ok {
		t.Error("no session")
	}
	g.sessions.path = filepath.Join(dir, "sessions.json")
	g.look(time.Now())
	again, _ := openGate(t, dir)
	if _, ok := again.Session(token); !ok {
		t.Error("the session was not saved when there was room again")
	}
}

func TestOldSessionsMakeRoom(t *testing.T) {
	g := withPeople(t, t.TempDir())
	first, c := logIn(t, g, "anna")
	for range mostSessions {
		logIn(t, g, "anna")
	}
	if _, ok := g.Session(first); ok || !ended(c) || len(g.sessions.all) != mostSessions {
		t.Errorf("%d sessions", len(g.sessions.all))
	}
}
