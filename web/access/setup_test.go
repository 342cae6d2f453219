package access

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

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
