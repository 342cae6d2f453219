package firstboot

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeShowsWhatIsUnderstood reads the README's example of the boot
// partition's file as the monitor does.
func TestReadmeShowsWhatIsUnderstood(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(b), "```toml boot\n")
	if !ok {
		t.Fatal("the README shows no babymonitor.toml of the boot partition")
	}
	block, _, _ = strings.Cut(block, "```")
	block = strings.ReplaceAll(block, "…", "") // stands for the rest of a key
	w, faults := readOwner("babymonitor.toml", []byte(block))
	if len(faults) > 0 || w.Hostname != "babymonitor" || w.Admin.Name != "Anna" {
		t.Errorf("%+v, %v", w, faults)
	}
}
