package access

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
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

func TestSetupOnce(t *testing.T) {
	dir := t.TempDir()
	g, log := openGate(t, dir)
	needed, code := g.SetupNeeded()
	if !needed || !code {
		t.Fatal("a new monitor needs no set-up")
	}
	text, err := os.ReadFile(filepath.Join(dir, "babymonitor-setup.txt"))
	if err != nil {
		t.Fatal(err)
	}
	right := findCode(string(text))
	if !strings.Contains(log.String(), right) || len(right) != 9 {
		t.Errorf("code %q is not in the log %s", right, log)
	}
	again, _ := openGate(t, dir)
	if again.code != right {
		t.Errorf("the code changed from %s to %s over a restart", right, again.code)
	}

	anna := Credentials{"Anna", "correct horse"}
	if _, _, err := g.Setup(t.Context(), here(), "0000-000", anna); !errors.Is(err, ErrCode) {
		t.Errorf("a wrong code: %v", err)
	}
	if _, _, err := g.Setup(t.Context(), here(), right, Credentials{"Anna", "short"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a short password: %v", err)
	}
	token, c, err := g.Setup(t.Context(), here(), strings.Replace(right, "-", " ", 1), anna)
	if err != nil || c.Role != Parent || c.Name != "Anna" {
		t.Fatalf("%+v, %v", c, err)
	}
	if got, ok := g.Session(token); !ok || got != c {
		t.Errorf("the session is %+v, %v", got, ok)
	}
	if _, _, err := g.Setup(t.Context(), here(), right, anna); !errors.Is(err, ErrDone) {
		t.Errorf("a second set-up: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "babymonitor-setup.txt")); err == nil {
		t.Error("the code is still lying about")
	}
}

func TestOnlyOneOfManySetsUp(t *testing.T) {
	g, _ := openGate(t, t.TempDir())
	g.openSetup = true
	var won, lost sync.Map
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			name := string(rune('a' + i))
			if _, _, err := g.Setup(t.Context(), here(), "", Credentials{name, "password"}); err == nil {
				won.Store(name, true)
			} else if errors.Is(err, ErrDone) {
				lost.Store(name, true)
			}
		})
	}
	all.Wait()
	n := func(m *sync.Map) (n int) { m.Range(func(any, any) bool { n++; return true }); return }
	if n(&won) != 1 || n(&lost) != 7 {
		t.Errorf("%d set it up, %d were told that it is done", n(&won), n(&lost))
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

func TestDamagedPeopleAreSetAside(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "users.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	g, err := Open(Options{Dir: dir, OpenSetup: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if needed, code := g.SetupNeeded(); !needed || !code {
		t.Errorf("needed %v, with code %v", needed, code)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "users.json.broken-*"))
	if len(left) != 1 || !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("set aside %v; log %s", left, &log)
	}
}

func TestDamagedSessionsCostALoginOnly(t *testing.T) {
	dir := t.TempDir()
	withPeople(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "sessions.json"), []byte(`[null,{"token_sha256":"x"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	g, log := openGate(t, dir)
	if !strings.Contains(log.String(), "must log in again") {
		t.Errorf("log: %s", log)
	}
	logIn(t, g, "anna")
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

func TestOpenTellsThatItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(Options{Dir: filepath.Join(file, "data"), Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("error is %v", err)
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

func FuzzFiles(f *testing.F) {
	f.Add([]byte(`[{"token_sha256":"00","name":"a","stamp":"","made":"2020-01-01T00:00:00Z"}]`))
	f.Add([]byte(`{"users":[{"name":"anna","role":"king","hash":"$argon2id$"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if list, err := decodeSessions(text); err == nil {
			for _, s := range list {
				_ = s.public()
			}
		}
		if all, err := decodePeople(text); err == nil {
			for _, one := range all {
				if one.Role != Parent && one.Role != Viewer {
					t.Fatalf("role %q", one.Role)
				}
			}
		}
		if code := findCode(string(text)); code != "" && !sameCode(code, code) {
			t.Fatalf("code %q", code)
		}
	})
}
