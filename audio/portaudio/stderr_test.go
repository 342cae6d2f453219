package portaudio

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// redirectStderr has do write its standard error to file, C libraries too.
func redirectStderr(t *testing.T, file *os.File, do func()) {
	t.Helper()
	kept, err := unix.Dup(2)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(kept)
	if err := unix.Dup3(int(file.Fd()), 2, 0); err != nil {
		t.Fatal(err)
	}
	defer unix.Dup3(kept, 2, 0)
	do()
}
