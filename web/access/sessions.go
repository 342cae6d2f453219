package access

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"babymonitor/internal/atomicfile"
)

const (
	idle         = 90 * 24 * time.Hour // a session that nobody uses ends after this
	touchEvery   = time.Hour           // how exactly its last use is known
	keepEvery    = 6 * time.Hour       // how often that is brought to the disk
	mostSessions = 50                  // of one person; the one unused longest makes room
)

// session is a login. Its token is known to the browser alone; the monitor
// keeps the SHA-256 of it, which is enough for 256 random bits.
//
// How long nobody used it is counted while the monitor runs, and kept as a
// length: a board without a battery for its clock may take one year for
// another, and must not end logins when it learns the right one.
type session struct {
	ID    string    `json:"token_sha256"` // hex
	Name  string    `json:"name"`
	Stamp string    `json:"stamp"` // of the person at login; see person.stamp
	Made  time.Time `json:"made"`
	Idle  int64     `json:"idle_seconds"` // when it was saved
	Seen  time.Time `json:"-"`            // last use, by this process's monotonic clock

	login login
}

// login is something that ends: a session, or what a person does by HTTP Basic.
type login struct {
	ctx context.Context
	end context.CancelFunc
}

func newLogin() login {
	ctx, end := context.WithCancel(context.Background())
	return login{ctx, end}
}

// public is a session's name in logs and lists: nothing that lets anyone in.
func (s *session) public() string { return s.ID[:16] }

// sessions is the table of logins. It is guarded by the gate's lock.
type sessions struct {
	path  string
	all   map[string]*session // by ID
	dirty bool                // something is not on the disk yet
	saved time.Time           // when it was brought there last
}

// openSessions reads the file at path, which need not exist. One that cannot be
// understood costs a login on each phone, no more: it is forgotten.
func openSessions(path string, now time.Time) (*sessions, error) {
	t := &sessions{path: path, all: map[string]*session{}, saved: now}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	list, err := decodeSessions(text)
	if err != nil {
		return t, fmt.Errorf("%s is damaged: %w", path, err)
	}
	for _, s := range list {
		s.login = newLogin()
		s.Seen = now.Add(-time.Duration(min(max(0, s.Idle), int64(2*idle/time.Second))) * time.Second)
		t.all[s.ID] = s
	}
	return t, nil
}

func decodeSessions(text []byte) ([]*session, error) {
	var list []*session
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	for _, s := range list {
		if s == nil {
			return nil, errors.New("a session is null")
		}
		if raw, err := hex.DecodeString(s.ID); err != nil || len(raw) != sha256.Size {
			return nil, errors.New("a session has no sound id")
		}
	}
	return list, nil
}

// begin makes a session and returns its token.
func (t *sessions) begin(p person, now time.Time) (token string, s *session) {
	secret := make([]byte, 32)
	rand.Read(secret)
	token = base64.RawURLEncoding.EncodeToString(secret)
	s = &session{ID: idOf(token), Name: p.Name, Stamp: p.stamp(), Made: now, Seen: now, login: newLogin()}
	t.makeRoom(p.Name)
	t.all[s.ID] = s
	t.dirty = true
	return token, s
}

func (t *sessions) makeRoom(name string) {
	var theirs []*session
	for _, s := range t.all {
		if fold(s.Name) == fold(name) {
			theirs = append(theirs, s)
		}
	}
	slices.SortFunc(theirs, func(a, b *session) int { return a.Seen.Compare(b.Seen) })
	for len(theirs) >= mostSessions {
		t.end(theirs[0].ID)
		theirs = theirs[1:]
	}
}

// use returns the session of a token and notes that it is in use.
func (t *sessions) use(token string, now time.Time) (*session, bool) {
	s, ok := t.all[idOf(token)]
	if !ok || now.Sub(s.Seen) > idle {
		return nil, false
	}
	if now.Sub(s.Seen) > touchEvery {
		s.Seen, t.dirty = now, true
	}
	return s, true
}

func (t *sessions) end(id string) {
	if s, ok := t.all[id]; ok {
		s.login.end()
		delete(t.all, id)
		t.dirty = true
	}
}

// prune ends those for which keep says no, and those that nobody uses.
func (t *sessions) prune(now time.Time, keep func(*session) bool) {
	for id, s := range t.all {
		if now.Sub(s.Seen) > idle || !keep(s) {
			t.end(id)
		}
	}
}

// restamp keeps the session with this public name alive when its person's
// password changes.
func (t *sessions) restamp(public string, was, is person) {
	for _, s := range t.all {
		if s.public() == public && s.Stamp == was.stamp() {
			s.Stamp, t.dirty = is.stamp(), true
		}
	}
}

// save brings the table to the disk if something has changed, or if it has not
// been there for long.
func (t *sessions) save(now time.Time) error {
	if !t.dirty && (len(t.all) == 0 || now.Sub(t.saved) < keepEvery) {
		return nil
	}
	for _, s := range t.all {
		s.Idle = int64(now.Sub(s.Seen) / time.Second)
	}
	list := slices.SortedFunc(maps.Values(t.all), func(a, b *session) int {
		return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
	})
	text, err := json.MarshalIndent(list, "", "\t")
	if err == nil {
		err = atomicfile.Write(t.path, append(text, '\n'), 0o600)
	}
	t.dirty, t.saved = err != nil, now
	return err
}

func idOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
