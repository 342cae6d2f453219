package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// module is how our own packages begin.
const module = "babymonitor/"

// pkg is what `go list -json` tells of a package.
type pkg struct {
	ImportPath  string
	Dir         string
	Imports     []string
	Doc         string
	GoFiles     []string
	CgoFiles    []string
	TestGoFiles []string
}

func packages(t *testing.T) (all []pkg) {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,Doc,GoFiles,CgoFiles,TestGoFiles", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within reports whether path is one of the rooms or below it.
func within(path string, rooms ...string) bool {
	return slices.ContainsFunc(rooms, func(room string) bool {
		return path == room || strings.HasPrefix(path, room+"/")
	})
}

// TestWhoMayLookIntoWhom is the import rules of ARCHITECTURE.md.
func TestWhoMayLookIntoWhom(t *testing.T) {
	devices := []string{"camera", "servo", "sensors", "audio"}
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		for _, to := range p.Imports {
			ours := strings.HasPrefix(to, module)
			to = strings.TrimPrefix(to, module)
			var wrong string
			switch {
			case !ours:
				if opensSockets(to) && !within(from, "web", "cmd") {
					wrong = "only web/... opens network sockets"
				}
				// The bus is a socket of this machine, through which the network
				// is asked about and never reached.
				if within(to, "github.com/godbus/dbus") && !within(from, "internal/wifi") {
					wrong = "only internal/wifi speaks to the system bus"
				}
			case within(to, "cmd"):
				wrong = "nothing knows the program that wires the rooms"
			case within(from, devices...):
				room := strings.SplitN(from, "/", 2)[0]
				if !within(to, room, "internal/fanout", "internal/atomicfile") {
					wrong = "a device room sees neither the house nor another device room; lend it a callback"
				}
			case within(from, "internal/run", "internal/fanout", "internal/atomicfile", "internal/state", "internal/diary", "internal/steward", "internal/diagnosis", "internal/backup"):
				if !within(to, "internal/atomicfile", "internal/steward") {
					wrong = "it is below every other room"
				}
			case within(from, "internal/story"):
				if !within(to, "internal/state", "internal/diary") {
					wrong = "what is worth remembering is a matter of facts alone"
				}
			case within(from, "internal/config"):
				if !within(to, "internal/atomicfile") {
					wrong = "settings know no room"
				}
			case within(from, "internal/sim"):
				if !within(to, append(devices, "internal/wifi")...) {
					wrong = "the simulation implements hardware contracts and nothing else"
				}
			case within(from, "web"):
				if !within(to, append(devices, "web", "internal/state", "internal/config", "internal/diary", "internal/wifi", "internal/qr", "internal/atomicfile")...) {
					wrong = "a door sees the facts, the settings and the types of the device rooms"
				}
			}
			if wrong != "" {
				t.Errorf("%s (%s) imports %s: %s", from, strings.Join(p.GoFiles, ", "), to, wrong)
			}
		}
		if p.Doc == "" && !strings.Contains(p.ImportPath, "/testdata/") && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package documentation", from)
		}
	}
}

func opensSockets(path string) bool {
	return path == "net" || path == "net/http" || within(path, "github.com/gorilla/websocket", "github.com/pion/webrtc", "github.com/pion/ice")
}

// TestNoHiddenState forbids init functions and package variables that can
// change. A variable is accepted when it holds an error, a compiled pattern or
// an embedded file, or when its comment says "never changed".
func TestNoHiddenState(t *testing.T) {
	constant := regexp.MustCompile(`^(errors\.New|fmt\.Errorf|regexp\.MustCompile|embed\.FS|_$)`)
	everyFile(t, func(path string, fset *token.FileSet, file *ast.File, source string) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function: do it where it is needed", fset.Position(f.Pos()))
			}
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				v := spec.(*ast.ValueSpec)
				said := d.Doc.Text() + v.Doc.Text() + v.Comment.Text()
				text := source[v.Pos()-file.FileStart : v.End()-file.FileStart]
				what := text[strings.LastIndex(strings.SplitN(text, "(", 2)[0], " ")+1:]
				if strings.HasPrefix(text, "_ ") || constant.MatchString(what) || strings.Contains(said, "never changed") {
					continue
				}
				t.Errorf("%s: package variable %s: pass it, or say why it is never changed", fset.Position(v.Pos()), v.Names[0])
			}
		}
	})
}

// TestTestsDoNotSleep allows time.Sleep in tests only where time is simulated.
func TestTestsDoNotSleep(t *testing.T) {
	everyFile(t, func(path string, _ *token.FileSet, _ *ast.File, source string) {
		sleeps := strings.Contains(source, "time."+"Sleep(")
		if strings.HasSuffix(path, "_test.go") && sleeps && !strings.Contains(source, `"testing/synctest"`) {
			t.Errorf("%s sleeps: wait for what it waits for, or use testing/synctest", path)
		}
	})
}

func everyFile(t *testing.T, see func(path string, fset *token.FileSet, file *ast.File, source string)) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != root):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		source, err := readFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, source, parser.ParseComments)
		if err != nil {
			return err
		}
		see(path, fset, file, source)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readFile(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), err
}
