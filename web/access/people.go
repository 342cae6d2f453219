package access

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"babymonitor/internal/atomicfile"
)

// User is a person as others may see it.
type User struct {
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// person is a person as the file keeps it.
type person struct {
	User
	Hash  string    `json:"hash"` // argon2id
	Since time.Time `json:"since"`
}

// stamp changes with the password and the role, so that what was granted
// before such a change can be told from what is granted after it.
func (p person) stamp() string {
	sum := sha256.Sum256([]byte(string(p.Role) + " " + p.Hash))
	return hex.EncodeToString(sum[:8])
}

// People is the file of who may get in, users.json in the data folder. Several
// programs may use it at once: a lock file beside it keeps their changes apart,
// and what another one writes is noticed.
type People struct {
	path   string
	hasher *hasher

	mu      sync.Mutex
	seen    fs.FileInfo // of the file as it was read last; nil: there was none
	all     map[string]person
	version int // counts the changes of all
}

// OpenPeople opens the file in the data folder dir. Neither need exist; the
// first change makes them.
func OpenPeople(dir string) (*People, error) {
	p := &People{path: filepath.Join(dir, "users.json"), hasher: newHasher(cost())}
	return p, p.refresh()
}

// List returns everybody by name.
func (p *People) List() ([]User, error) {
	err := p.refresh()
	p.mu.Lock()
	defer p.mu.Unlock()
	users := make([]User, 0, len(p.all))
	for _, one := range p.all {
		users = append(users, one.User)
	}
	slices.SortFunc(users, func(a, b User) int { return cmp.Compare(fold(a.Name), fold(b.Name)) })
	return users, err
}

// Add lets somebody in. It is ErrTaken where the name is there.
func (p *People) Add(ctx context.Context, u User, password string) error {
	return p.put(ctx, u, password, func(all map[string]person) error {
		if _, ok := all[fold(u.Name)]; ok {
			return ErrTaken
		}
		return nil
	})
}

// Set lets somebody in, or gives somebody who is there this role and password:
// the way back in for who has forgotten it.
func (p *People) Set(ctx context.Context, u User, password string) error {
	return p.put(ctx, u, password, func(all map[string]person) error {
		if old, ok := all[fold(u.Name)]; ok && u.Role != Parent && last(all, old) {
			return ErrLastParent
		}
		return nil
	})
}

// put writes a person if allow, who sees everybody, has nothing against it.
func (p *People) put(ctx context.Context, u User, password string, allow func(map[string]person) error) error {
	one, err := p.make(ctx, u, password)
	if err != nil {
		return err
	}
	return p.store(one, allow)
}

// make checks and hashes.
func (p *People) make(ctx context.Context, u User, password string) (person, error) {
	if err := checkName(u.Name); err != nil {
		return person{}, err
	}
	if err := checkPassword(password); err != nil {
		return person{}, err
	}
	if u.Role != Viewer && u.Role != Parent {
		return person{}, invalid(`the role is "parent" or "viewer"`)
	}
	hash, err := p.hasher.hash(ctx, password)
	return person{User: u, Hash: hash, Since: time.Now().UTC().Truncate(time.Second)}, err
}

func (p *People) store(one person, allow func(map[string]person) error) error {
	return p.change(func(all map[string]person) error {
		if err := allow(all); err != nil {
			return err
		}
		all[fold(one.Name)] = one
		return nil
	})
}

// Remove shuts somebody out. The last parent stays: ErrLastParent.
func (p *People) Remove(name string) error {
	return p.change(func(all map[string]person) error {
		one, ok := all[fold(name)]
		if !ok {
			return ErrNobody
		}
		if last(all, one) {
			return ErrLastParent
		}
		delete(all, fold(name))
		return nil
	})
}

// last says whether one is the only parent of all.
func last(all map[string]person, one person) bool {
	parents := 0
	for _, other := range all {
		if other.Role == Parent {
			parents++
		}
	}
	return one.Role == Parent && parents == 1
}

// find returns a person by name.
func (p *People) find(name string) (person, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one, ok := p.all[fold(name)]
	return one, ok
}

// known returns how many there are, and a number that changes whenever
// something about them does.
func (p *People) known() (count, version int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all), p.version
}

// change edits the newest content of the file, alone among all programs.
func (p *People) change(edit func(map[string]person) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(p.path), 0o750); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w", err)
	}
	lock, err := os.OpenFile(p.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("the list of people cannot be changed: %w", err)
	}
	defer lock.Close() // and with it the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	if err := p.read(); err != nil {
		return err
	}
	next := maps.Clone(p.all)
	if next == nil {
		next = map[string]person{}
	}
	if err := edit(next); err != nil {
		return err
	}
	if err := p.write(next); err != nil {
		return fmt.Errorf("the list of people cannot be saved: %w", err)
	}
	p.all = next
	p.version++
	return nil
}

// refresh reads the file if another program has changed it. After an error
// everybody stays who was there.
func (p *People) refresh() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.read()
}

// file is the JSON form.
type file struct {
	Users []person `json:"users"`
}

func (p *People) read() error {
	info, err := os.Stat(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		if p.seen != nil {
			p.seen, p.all = nil, nil
			p.version++
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("the list of people cannot be read: %w", err)
	}
	if p.seen != nil && os.SameFile(p.seen, info) && p.seen.ModTime().Equal(info.ModTime()) && p.seen.Size() == info.Size() {
		return nil
	}
	text, err := os.ReadFile(p.path)
	if err != nil {
		return fmt.Errorf("the list of people cannot be read: %w", err)
	}
	all, err := decodePeople(text)
	if err != nil {
		return &broken{p.path, err}
	}
	p.seen, p.all = info, all
	p.version++
	return nil
}

// CheckPeople says what is wrong with the content of a list of people,
// users.json, that somebody brings along.
func CheckPeople(text []byte) error {
	all, err := decodePeople(text)
	if err != nil {
		return err
	}
	parents := 0
	for _, one := range all {
		if err := checkName(one.Name); err != nil {
			return err
		}
		if !soundHash(one.Hash) {
			return invalid("the password of " + one.Name + " is not kept as this monitor keeps it")
		}
		if one.Role == Parent {
			parents++
		}
	}
	if parents == 0 {
		return invalid("there is no parent in it")
	}
	return nil
}

// decodePeople reads the file's text. A role that is not known is the least.
func decodePeople(text []byte) (map[string]person, error) {
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	all := make(map[string]person, len(f.Users))
	for _, one := range f.Users {
		if one.Role != Parent {
			one.Role = Viewer
		}
		all[fold(one.Name)] = one
	}
	return all, nil
}

func (p *People) write(all map[string]person) error {
	f := file{Users: slices.SortedFunc(maps.Values(all), func(a, b person) int { return cmp.Compare(a.Name, b.Name) })}
	text, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return err
	}
	if err := atomicfile.Write(p.path, append(text, '\n'), 0o600); err != nil {
		return err
	}
	p.seen, err = os.Stat(p.path)
	return err
}

// broken is the error of a file that is there but cannot be understood.
type broken struct {
	path string
	err  error
}

func (e *broken) Error() string {
	return fmt.Sprintf("%s is damaged (%v); mend it, or remove it to set the monitor up anew", e.path, e.err)
}

func (e *broken) Unwrap() error { return e.err }
