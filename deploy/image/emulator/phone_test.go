package emulator

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// patience is how long a start may take here, where everything is emulated.
const patience = 12 * time.Minute

// image is the file that scripts/image made; without it there is nothing to test.
func image(t *testing.T) string {
	t.Helper()
	file := os.Getenv("BABYMONITOR_CARD")
	if file == "" {
		t.Skip("no image: make image-test makes one and runs this")
	}
	return file
}

// room is a card with a key for SSH and the settings for a machine without
// camera, microphone and head.
type room struct {
	t    *testing.T
	card Card
	key  string // file
}

// settings for an emulator, which has no sound card.
const settings = `name = "Nursery"

[audio]
microphone = "none"
speaker = "none"

[ssh]
keys = ["%s"]
`

func newRoom(t *testing.T) *room {
	t.Helper()
	file := image(t)
	dir := t.TempDir()
	card, err := NewCard(file, dir, 2048)
	if err != nil {
		t.Fatal(err)
	}
	key, err := NewKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := card.Put("babymonitor.toml", fmt.Sprintf(settings, strings.TrimSpace(string(public)))); err != nil {
		t.Fatal(err)
	}
	return &room{t, card, key}
}

// start gives power to a board with the room's card.
func (r *room) start(b Board, more ...string) *Machine {
	r.t.Helper()
	m, err := Start(b, r.card, more...)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		m.Cut()
		if r.t.Failed() {
			text := m.Console()
			r.t.Logf("the console said at last:\n%s", text[max(0, len(text)-6000):])
		}
	})
	return m
}

// phone is a browser that visits the monitor.
type phone struct {
	*http.Client
	t *testing.T
	m *Machine
}

func newPhone(t *testing.T, m *Machine) *phone {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &phone{&http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, // its own certificate
		DisableKeepAlives: true,
	}}, t, m}
}

// ask returns the status, 0 where nobody answers, and the answer or the reason.
func (p *phone) ask(method, path, body string) (int, string) {
	r, err := http.NewRequest(method, "http://"+p.m.At(HTTP)+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := p.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(text)
}

func (p *phone) want(status int, method, path, body string) string {
	p.t.Helper()
	got, text := p.ask(method, path, body)
	if got != status {
		p.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, got, text, status)
	}
	return text
}

// until asks again and again, for a while, until what it is told holds.
func until(t *testing.T, what string, limit time.Duration, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); !holds(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("waited %v in vain: %s", limit, what)
		}
	}
}

// healthy waits until the monitor says that it is, and returns how long after
// the power came.
func (p *phone) healthy() time.Duration {
	p.t.Helper()
	until(p.t, "the monitor is healthy", patience, func() bool {
		select {
		case <-p.m.Ended():
			p.t.Fatal("the machine is off")
		default:
		}
		status, _ := p.ask("GET", "/healthz", "")
		return status == http.StatusOK
	})
	return time.Since(p.m.Started)
}

// setUp makes Anna the first parent, with the code from the card.
func (p *phone) setUp(card Card) {
	p.t.Helper()
	var code string
	until(p.t, "the set-up code is on the boot partition", time.Minute, func() bool {
		text, err := card.Get("babymonitor-setup.txt")
		code = setupCode.FindString(text)
		return err == nil && code != ""
	})
	p.want(http.StatusOK, "POST", "/api/setup", fmt.Sprintf(`{"code":%q,"name":"anna","password":"anna's password"}`, code))
}

var setupCode = regexp.MustCompile(`[0-9]{4}-[0-9]{4}`)

// shell runs a command on the monitor; SSH may need a moment after the start.
func (r *room) shell(m *Machine, command string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	until(r.t, "SSH answers", patience, func() bool {
		_, err := m.Shell(ctx, r.key, "true", nil)
		return err == nil
	})
	out, err := m.Shell(ctx, r.key, command, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// TestMain looks for the programs that the tests run, where there is an image.
func TestMain(m *testing.M) {
	if os.Getenv("BABYMONITOR_CARD") != "" {
		for _, tool := range []string{"mcopy", "ssh", program()} {
			if _, err := exec.LookPath(tool); err != nil {
				fmt.Fprintln(os.Stderr, "emulator:", err)
				os.Exit(1)
			}
		}
	}
	os.Exit(m.Run())
}
