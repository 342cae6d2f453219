package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPeopleBelongToTheMonitor has root add somebody: the monitor, which is
// another user, must be able to read who that is.
func TestPeopleBelongToTheMonitor(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	const monitor = 12345
	dir := t.TempDir()
	if err := os.Chown(dir, monitor, monitor); err != nil {
		t.Fatal(err)
	}
	owners := func() {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%v, %v", files, err)
		}
		for _, f := range files {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			if s := info.Sys().(*syscall.Stat_t); s.Uid != monitor || s.Gid != monitor {
				t.Errorf("%s belongs to %d:%d", f, s.Uid, s.Gid)
			}
		}
	}
	add := func(name string) {
		t.Helper()
		err := command(t.Context(), []string{"user", "add", name, "--role", "parent", "--data", dir}, strings.NewReader("eight letters\n"), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
	}
	add("Anna")
	owners()
	add("Ben")
	if err := command(t.Context(), []string{"user", "remove", "Anna", "--data", dir}, nil, io.Discard); err != nil {
		t.Fatal(err)
	}
	owners()
}
