package config

import (
	"bufio"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// root is where the documents are, from this package.
const root = "../.."

// snippet is a block of settings in a document.
type snippet struct {
	file string
	line int
	text string
}

// snippets returns what the documents for owners show as settings: their blocks
// fenced as toml. One fenced as "toml boot" is for the card's boot partition,
// which holds more.
func snippets(t *testing.T) (all []snippet) {
	t.Helper()
	for _, file := range documents(t) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var s *snippet
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			switch line := lines.Text(); {
			case s == nil && strings.TrimSpace(line) == "```toml":
				s = &snippet{file: file, line: n + 1}
			case s != nil && strings.TrimSpace(line) == "```":
				all = append(all, *s)
				s = nil
			case s != nil:
				s.text += line + "\n"
			}
		}
		if s != nil || lines.Err() != nil {
			t.Fatalf("%s: a block does not end, %v", file, lines.Err())
		}
	}
	return all
}

func documents(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	return append(docs, filepath.Join(root, "README.md"))
}

// TestSettingsInDocumentsAreFine checks what owners copy, as `babymonitor config
// check` does.
func TestSettingsInDocumentsAreFine(t *testing.T) {
	all := snippets(t)
	if len(all) < 12 {
		t.Fatalf("only %d blocks of settings in %q", len(all), documents(t))
	}
	for _, s := range all {
		file := filepath.Join(t.TempDir(), "babymonitor.toml")
		if err := os.WriteFile(file, []byte(s.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(Default(), file); err != nil {
			t.Errorf("%s:%d: %v", s.file, s.line, err)
		}
	}
}

// TestReadmeTellsTheDefaults: the README's block of defaults is what they are.
func TestReadmeTellsTheDefaults(t *testing.T) {
	for _, s := range snippets(t) {
		if !strings.HasPrefix(s.text, `name = "Nursery"`) {
			continue
		}
		file := filepath.Join(t.TempDir(), "babymonitor.toml")
		if err := os.WriteFile(file, []byte(s.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Load(Default(), file)
		if want := Default().clone(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:%d: %+v\nthe defaults are %+v, %v", s.file, s.line, got, want, err)
		}
		return
	}
	t.Error("the README does not show the defaults")
}

// TestDocumentsPointToWhatIsThere follows the links to files and pictures.
func TestDocumentsPointToWhatIsThere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"`)
	for _, file := range documents(t) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			to := m[1] + m[2]
			if strings.Contains(to, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), to)); err != nil {
				t.Errorf("%s points to %s: %v", file, to, err)
			}
		}
	}
}
