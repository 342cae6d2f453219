package steward_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"babymonitor/internal/steward"
	"babymonitor/internal/steward/stewardtest"
)

// board notes what is done to it.
type board struct{ did []string }

func (b *board) Reboot(context.Context) error { b.did = append(b.did, "reboot"); return nil }
func (b *board) Reset(context.Context) error  { b.did = append(b.did, "reset"); return nil }

func newSteward(t *testing.T) (*steward.Steward, *board) {
	t.Helper()
	b := &board{}
	s := &steward.Steward{
		Door:      steward.Door{Run: filepath.Join(t.TempDir(), "run"), Store: filepath.Join(t.TempDir(), "update")},
		Installer: steward.Pretend{}, System: b, Version: "1.0.0", Log: slog.New(slog.DiscardHandler),
	}
	if err := s.Door.Open(); err != nil {
		t.Fatal(err)
	}
	return s, b
}

func report(t *testing.T, d steward.Door) steward.Report {
	t.Helper()
	r, err := d.Report()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func good() string { return string(steward.PretendBundle("1.2.3", "simulation", "simulated nursery")) }

func TestAWishIsFulfilledOnce(t *testing.T) {
	s, b := newSteward(t)
	for _, w := range []steward.Wish{steward.Reboot, steward.Reset, steward.Reboot} {
		if err := s.Door.Ask(w); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := s.Serve(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(b.did, []string{"reset", "reboot"}) {
		t.Errorf("it did %v", b.did)
	}
}

func TestAnUpdateIsInstalledAndToldAfterTheRestart(t *testing.T) {
	s, b := newSteward(t)
	if r := report(t, s.Door); r.Stage != steward.Idle {
		t.Errorf("at first it is %+v", r)
	}
	if err := s.Door.Receive(strings.NewReader(good()), int64(len(good()))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Door.Ask(steward.Update), s.Serve(t.Context())); err != nil {
		t.Fatal(err)
	}
	if r := report(t, s.Door); r.Stage != steward.Installed || r.Version != "1.2.3" || r.Percent != 100 {
		t.Errorf("it is %+v", r)
	}
	if len(b.did) > 0 {
		t.Errorf("nobody asked for a restart yet: %v", b.did)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Door.Store, "bundle*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	if r := s.Door.Outcome("1.0.0"); r.Stage != steward.Idle {
		t.Errorf("before the restart it tells %+v", r)
	}
	restarted(t, s.Door)
	if r := s.Door.Outcome("1.2.3"); r.Stage != steward.Updated || r.Version != "1.2.3" {
		t.Errorf("after the restart it tells %+v", r)
	}
	if r := s.Door.Outcome("1.2.3"); r.Stage != steward.Idle {
		t.Errorf("it is told twice: %+v", r)
	}
}

func TestAnUpdateThatDidNotStartIsTold(t *testing.T) {
	s, _ := newSteward(t)
	err := errors.Join(s.Door.Receive(strings.NewReader(good()), -1), s.Door.Ask(steward.Update), s.Serve(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	restarted(t, s.Door)
	if r := s.Door.Outcome("1.0.0"); r.Stage != steward.Failed || r.Why != steward.RolledBack || !strings.Contains(r.Detail, "1.0.0") {
		t.Errorf("it tells %+v", r)
	}
}

// restarted makes the note look as if it were from the boot before.
func restarted(t *testing.T, d steward.Door) {
	t.Helper()
	path := filepath.Join(d.Store, "expected.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Replace(string(text), `"boot":"`, `"boot":"another `, 1)
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestARefusedUpdateChangesNothing(t *testing.T) {
	s, b := newSteward(t)
	forged := steward.PretendBundle("6.6.6", "simulation", "somebody else")
	if err := s.Door.Receive(strings.NewReader(string(forged)), -1); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Door.Ask(steward.Update), s.Serve(t.Context())); err != nil {
		t.Fatal(err)
	}
	r := report(t, s.Door)
	if r.Stage != steward.Failed || r.Why != steward.BadSignature || !strings.Contains(r.Detail, "not signed") {
		t.Errorf("it is %+v", r)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Door.Store, "*")); len(left) > 0 || len(b.did) > 0 {
		t.Errorf("left %v, did %v", left, b.did)
	}
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	s, _ := newSteward(t)
	broken := io.MultiReader(strings.NewReader("half a bundle"), &failing{errors.New("the phone is gone")})
	if err := s.Door.Receive(broken, 1000); err == nil {
		t.Error("it was taken")
	}
	var full *steward.Refusal
	if err := s.Door.Receive(strings.NewReader("x"), 1<<60); !errors.As(err, &full) || full.Why != steward.NoSpace {
		t.Errorf("more than fits: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Door.Store, "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

func TestLinksLeadNowhere(t *testing.T) {
	s, b := newSteward(t)
	outside := t.TempDir()
	precious := filepath.Join(outside, "reboot")
	if err := os.WriteFile(precious, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	wish := filepath.Join(s.Door.Run, "wish")
	if err := errors.Join(os.Remove(wish), os.Symlink(outside, wish)); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(t.Context()); err == nil {
		t.Error("it follows a link")
	}
	for _, name := range []string{"steward.json", "steward.json.new"} {
		if err := os.Symlink(precious, filepath.Join(s.Door.Run, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.Tell(steward.Report{Stage: steward.Checking})
	if text, err := os.ReadFile(precious); err != nil || string(text) != "precious" || len(b.did) > 0 {
		t.Errorf("%q, %v, did %v", text, err, b.did)
	}
	if r := report(t, s.Door); r.Stage != steward.Checking {
		t.Errorf("it is %+v", r)
	}
}

func TestJunkDoesNotWakeTheStewardForEver(t *testing.T) {
	s, b := newSteward(t)
	for _, name := range []string{"coffee", "update.new-1"} {
		if err := os.MkdirAll(filepath.Join(s.Door.Run, "wish", name, "deep"), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Serve(t.Context()); err != nil || len(b.did) > 0 {
		t.Errorf("%v, did %v", err, b.did)
	}
	if left, _ := os.ReadDir(filepath.Join(s.Door.Run, "wish")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestPretend(t *testing.T) {
	dir := t.TempDir()
	file := func(name, version, device, key string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, steward.PretendBundle(version, device, key), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	stewardtest.Run(t, steward.Pretend{}, stewardtest.Bundles{
		Good:    file("good", "1.2.3", "simulation", "simulated nursery"),
		Forged:  file("forged", "1.2.3", "simulation", "somebody else"),
		Foreign: file("foreign", "1.2.3", "toaster", "simulated nursery"),
	}, true)
}

// TestRauc tries the real program's checks; what it installs is tried on the
// image, since that takes a boot loader.
func TestRauc(t *testing.T) {
	for _, need := range []string{"rauc", "openssl", "mksquashfs"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not here", need)
		}
	}
	dir := t.TempDir()
	command := func(name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []string{"we", "they"} {
		command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
			"-subj", "/CN="+who, "-keyout", who+".key", "-out", who+".crt")
	}
	write("system.conf", "[system]\ncompatible=babymonitor-test\nbootloader=noop\n\n[keyring]\npath="+filepath.Join(dir, "we.crt")+"\n")
	bundle := func(name, who, device string) string {
		content := filepath.Join(dir, name)
		if err := os.Mkdir(content, 0o700); err != nil {
			t.Fatal(err)
		}
		noise := make([]byte, 20_000) // which does not pack
		rand.Read(noise)
		write(name+"/root.ext4", string(noise))
		write(name+"/manifest.raucm", "[update]\ncompatible="+device+"\nversion=1.2.3\n\n[bundle]\nformat=verity\n\n[image.rootfs]\nfilename=root.ext4\n")
		command("rauc", "bundle", "--cert="+who+".crt", "--key="+who+".key", name, name+".raucb")
		return content + ".raucb"
	}
	stewardtest.Run(t, steward.Rauc{Conf: filepath.Join(dir, "system.conf")}, stewardtest.Bundles{
		Good: bundle("good", "we", "babymonitor-test"), Forged: bundle("forged", "they", "babymonitor-test"), Foreign: bundle("foreign", "we", "toaster"),
	}, false)
}

// TestRaucInstalls tries how the words of `rauc install` are read, with a
// program that says them.
func TestRaucInstalls(t *testing.T) {
	for _, tt := range []struct {
		says, complains string
		code            string
		why             steward.Why
		steps           []int
	}{
		{says: "installing\n  0% Installing\n 20% Determining slot states done.\n 40% Verifying signature done.\n100% Installing done.\nidle", steps: []int{0, 20, 40, 100}, code: "0"},
		{says: "  0% Installing\nLastError: Failed updating slot rootfs.1: No space left on device", steps: []int{0}, code: "1", why: steward.NoSpace},
		{complains: "LastError: signature verification failed: Verify error: certificate is not yet valid", code: "1", why: steward.ClockWrong},
		{says: "LastError: Compatible mismatch: Expected 'a' but bundle manifest has 'b'", code: "1", why: steward.OtherDevice},
		{says: "LastError: Something else", code: "1", why: steward.Other},
	} {
		script := filepath.Join(t.TempDir(), "rauc")
		text := "#!/bin/sh\ncat <<'E'\n" + tt.says + "\nE\ncat >&2 <<'E'\n" + tt.complains + "\nE\nexit " + tt.code + "\n"
		if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
		var steps []int
		err := steward.Rauc{Command: script}.Install(t.Context(), "bundle", func(p int) { steps = append(steps, p) })
		var r *steward.Refusal
		if errors.As(err, &r) != (tt.why != "") || r != nil && r.Why != tt.why || !slices.Equal(steps, tt.steps) {
			t.Errorf("%q: %v, steps %v", tt.says+tt.complains, err, steps)
		}
	}
	var r *steward.Refusal
	if err := (steward.Rauc{Command: "no-such-program"}).Install(t.Context(), "x", func(int) {}); !errors.As(err, &r) || !strings.Contains(r.Detail, "rauc") {
		t.Errorf("without the program: %v", err)
	}
}

func TestTheApplianceRemembersThatItIsToForget(t *testing.T) {
	dir := t.TempDir()
	a := steward.Appliance{ResetMark: filepath.Join(dir, "factory-reset"), Systemctl: "true"}
	if err := a.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(a.ResetMark); err != nil {
		t.Error(err)
	}
	a = steward.Appliance{ResetMark: filepath.Join(dir, "nowhere", "factory-reset"), Systemctl: "false"}
	if err := a.Reset(t.Context()); err == nil || !strings.Contains(err.Error(), "stays as it is") {
		t.Errorf("without a place for the mark: %v", err)
	}
}
