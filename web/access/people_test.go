package access

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func people(t *testing.T, dir string) *People {
	t.Helper()
	p, err := OpenPeople(dir)
	if err != nil {
		t.Fatal(err)
	}
	p.hasher = newHasher(cheap())
	return p
}

func TestAddSetRemove(t *testing.T) {
	p := people(t, t.TempDir()+"/data")
	if err := p.Add(t.Context(), User{"Anna", Parent}, "password"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"twice", p.Add(t.Context(), User{"anna", Viewer}, "password"), ErrTaken},
		{"last parent removed", p.Remove("anna"), ErrLastParent},
		{"last parent made a viewer", p.Set(t.Context(), User{"ANNA", Viewer}, "password"), ErrLastParent},
		{"nobody", p.Remove("carl"), ErrNobody},
		{"short password", p.Add(t.Context(), User{"carl", Viewer}, "1234567"), ErrInvalid},
		{"long password", p.Add(t.Context(), User{"carl", Viewer}, strings.Repeat("x", 201)), ErrInvalid},
		{"no name", p.Add(t.Context(), User{"", Viewer}, "password"), ErrInvalid},
		{"colon", p.Add(t.Context(), User{"a:b", Viewer}, "password"), ErrInvalid},
		{"space", p.Add(t.Context(), User{" carl", Viewer}, "password"), ErrInvalid},
		{"unseen", p.Add(t.Context(), User{"ca\u200brl", Viewer}, "password"), ErrInvalid},
		{"role", p.Add(t.Context(), User{"carl", "king"}, "password"), ErrInvalid},
		{"another parent", p.Set(t.Context(), User{"Dora", Parent}, "12345678"), nil},
		{"now removed", p.Remove("anna"), nil},
	}
	for _, tt := range tests {
		if !errors.Is(tt.err, tt.want) || (tt.err != nil) != (tt.want != nil) {
			t.Errorf("%s: %v, want %v", tt.name, tt.err, tt.want)
		}
	}
	if users, err := p.List(); err != nil || fmt.Sprint(users) != "[{Dora parent}]" {
		t.Errorf("left: %v, %v", users, err)
	}
}

func TestProgramsShareTheFile(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 4 {
		p := people(t, dir)
		all.Go(func() {
			for j := range 8 {
				if err := p.Add(t.Context(), User{fmt.Sprintf("p%d-%d", i, j), Parent}, "password"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if users, err := people(t, dir).List(); err != nil || len(users) != 32 {
		t.Errorf("%d people, %v", len(users), err)
	}
}

func TestRealCost(t *testing.T) {
	h := newHasher(cost())
	hash, err := h.hash(t.Context(), "password")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s, %v", hash, err)
	}
	for password, want := range map[string]bool{"password": true, "Password": false} {
		start := time.Now()
		if ok, err := h.check(t.Context(), password, hash); ok != want || err != nil {
			t.Errorf("%s: %v, %v", password, ok, err)
		}
		t.Logf("a check took %v", time.Since(start))
	}
	if ok, err := h.check(t.Context(), "password", ""); ok || err != nil {
		t.Errorf("nobody's password: %v, %v", ok, err)
	}
}

func TestAListOfPeopleThatIsBroughtAlongIsChecked(t *testing.T) {
	p := people(t, t.TempDir())
	hash, err := p.hasher.hash(t.Context(), "password")
	if err != nil {
		t.Fatal(err)
	}
	costly := strings.Replace(hash, "m=", "m=9999", 1)
	for text, good := range map[string]bool{
		`{"users": [{"name": "Anna", "role": "parent", "hash": "` + hash + `"}]}`:     true,
		`{"users": [{"name": "Anna", "role": "viewer", "hash": "` + hash + `"}]}`:     false,
		`{"users": [{"name": "A:nna", "role": "parent", "hash": "` + hash + `"}]}`:    false,
		`{"users": [{"name": "Anna", "role": "parent", "hash": "a password"}]}`:       false,
		`{"users": [{"name": "Anna", "role": "parent", "hash": "` + costly + `"}]}`:   false,
		`{"users": [{"name": "Anna", "role": "parent", "hash": "` + hash + `"}, {"na`: false,
		`{}`: false, `[]`: false, ``: false,
	} {
		if err := CheckPeople([]byte(text)); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}
