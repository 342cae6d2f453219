package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// family is a back-up of a data folder.
func family(dir string) Archive {
	return Archive{
		Dir: dir, Most: 1 << 20,
		Parts: []Part{
			{Name: "people", Must: true, Check: func(text []byte) error {
				if !bytes.Contains(text, []byte("anna")) {
					return errors.New("anna is not in it")
				}
				return nil
			}},
			{Name: "settings", None: "{}", Check: func([]byte) error { return nil }},
			{Name: "tls/root", Must: true, Check: func([]byte) error { return nil }},
		},
		Folder: Folder{Name: "songs", Known: func(name string) bool { return strings.HasPrefix(name, "own-") }},
	}
}

// fill writes files, by names and contents in turn.
func fill(t testing.TB, dir string, files ...string) {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		if err := put(filepath.Join(dir, files[i]), strings.NewReader(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// content is every file below a folder.
func content(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		below, _ := filepath.Rel(dir, name)
		all[below] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// made is a good back-up.
func made(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir()
	fill(t, dir, "people", "anna and bob", "tls/root", "a key", "songs/own-1", "la la", "songs/own-2", "lu lu", "history", "long")
	a := family(dir)
	a.Folder.Files = []string{"own-1", "own-gone"}
	var b bytes.Buffer
	if err := a.Write(&b, Head{Version: "1.2", Name: "Nursery", Made: time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatWasSavedComesBack(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "people", "anna alone", "settings", "changed", "history", "short", "songs/own-9", "older")
	head, err := family(dir).Receive(bytes.NewReader(made(t)))
	if err != nil || head.Name != "Nursery" || head.Version != "1.2" || head.Format != Format {
		t.Fatalf("%+v, %v", head, err)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "people")); string(text) != "anna alone" {
		t.Errorf("it is in force before it is finished: %q", text)
	}
	if _, err := family(dir).Receive(bytes.NewReader(made(t))); err != already {
		t.Errorf("another one meanwhile: %v", err)
	}
	for _, want := range []bool{true, false} {
		if any, err := Finish(dir); any != want || err != nil {
			t.Errorf("finished %v, %v", any, err)
		}
	}
	want := map[string]string{"people": "anna and bob", "settings": "{}", "tls/root": "a key", "songs/own-1": "la la", "songs/own-9": "older", "history": "short"}
	got := content(t, dir)
	if len(got) != len(want) {
		t.Errorf("there is %v", got)
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is %q, want %q", name, got[name], text)
		}
	}
}

func TestAPowerCutLeavesNoHalf(t *testing.T) {
	dir := t.TempDir()
	if _, err := family(dir).Receive(bytes.NewReader(made(t))); err != nil {
		t.Fatal(err)
	}
	// It ended while it was brought into force, and another was arriving.
	if err := os.Rename(filepath.Join(dir, ready, "people"), filepath.Join(dir, "people")); err != nil {
		t.Fatal(err)
	}
	fill(t, dir, "restore-1.part/people", "nobody")
	if any, err := Finish(dir); !any || err != nil {
		t.Fatal(any, err)
	}
	if got := content(t, dir); got["people"] != "anna and bob" || got["settings"] != "{}" || len(got) != 4 {
		t.Errorf("there is %v", got)
	}
}

func TestWithoutPeopleThereIsNoBackUp(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, "tls/root", "a key")
	if err := family(dir).Write(io.Discard, Head{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// entry is one of an archive that is made by hand.
type entry struct {
	name, text string
	kind       byte
}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	out := tar.NewWriter(packed)
	for _, e := range entries {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: 0o600, Size: int64(len(e.text))}
		if e.kind != 0 {
			h.Typeflag, h.Linkname, h.Size = e.kind, e.text, 0
		}
		if err := out.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if e.kind == 0 {
			if _, err := out.Write([]byte(e.text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(out.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsNoBackUpChangesNothing(t *testing.T) {
	good := made(t)
	head, people := entry{name: headName, text: `{"format": 1}`}, entry{name: "people", text: "anna"}
	settings, root := entry{name: "settings"}, entry{name: "tls/root"}
	damaged := bytes.Clone(good)
	damaged[len(damaged)-6] ^= 1 // of the check sum
	var bomb bytes.Buffer
	packed := gzip.NewWriter(&bomb)
	if _, err := packed.Write(make([]byte, 20<<20)); err != nil {
		t.Fatal(err)
	}
	packed.Close()
	for name, test := range map[string]struct {
		file []byte
		says string
	}{
		"empty":               {nil, "no back-up"},
		"a picture":           {[]byte("\xff\xd8 cat"), "no back-up"},
		"another archive":     {archive(t, entry{name: "cat.jpg", text: "meow"}), "no back-up"},
		"no archive":          {bomb.Bytes(), "no back-up"},
		"a strange beginning": {archive(t, entry{name: headName, text: "1"}), "no back-up"},
		"half":                {good[:len(good)/2], "not whole"},
		"all but a byte":      {good[:len(good)-1], "not whole"},
		"damaged":             {damaged, "not whole"},
		"a part missing":      {archive(t, head, people, settings), "not whole"},
		"a part twice":        {archive(t, head, people, people, settings, root), "not whole"},
		"newer":               {archive(t, entry{name: headName, text: `{"format": 2, "version": "9.1"}`}), `newer version of the monitor ("9.1"); update`},
		"an unknown part":     {archive(t, head, people, settings, root, entry{name: "dreams"}), `"dreams", which this monitor does not know`},
		"a wrong part":        {archive(t, head, entry{name: "people", text: "eve"}, settings, root), "anna is not in it"},
		"out of the folder":   {archive(t, head, people, settings, root, entry{name: "../own-1"}), "does not know"},
		"out of the songs":    {archive(t, head, people, settings, root, entry{name: "songs/../own-1"}), "does not know"},
		"from the root":       {archive(t, head, people, settings, root, entry{name: "/songs/own-1"}), "does not know"},
		"a folder":            {archive(t, head, people, settings, root, entry{"songs/own-1", "", tar.TypeDir}), "no back-up"},
		"a link":              {archive(t, head, people, settings, root, entry{"songs/own-1", "/etc/passwd", tar.TypeSymlink}), "no back-up"},
		"a linked part":       {archive(t, head, entry{"people", "/etc/passwd", tar.TypeLink}, settings, root), "no back-up"},
		"a large part":        {archive(t, head, entry{name: "people", text: "anna" + strings.Repeat(" ", mostPart)}, settings, root), "more in this file"},
		"large songs":         {archive(t, head, people, settings, root, entry{name: "songs/own-1", text: strings.Repeat(" ", 3<<20)}), "more in this file"},
	} {
		dir := t.TempDir()
		fill(t, dir, "people", "anna")
		_, err := family(dir).Receive(bytes.NewReader(test.file))
		if refused := Refusal(""); !errors.As(err, &refused) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
		if got := content(t, dir); len(got) != 1 || got["people"] != "anna" {
			t.Errorf("%s: there is %v", name, got)
		}
	}
}

func TestAnUploadThatBreaksOffIsNoRefusal(t *testing.T) {
	dir, lost := t.TempDir(), errors.New("the phone is gone")
	_, err := family(dir).Receive(io.MultiReader(bytes.NewReader(made(t)[:100]), failing{lost}))
	if !errors.Is(err, lost) || len(content(t, dir)) != 0 {
		t.Errorf("%v, there is %v", err, content(t, dir))
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzReceive tries to get anything but the expected files out of an archive,
// which is packed here so that the fuzzer need not find a check sum.
func FuzzReceive(f *testing.F) {
	packed, err := gzip.NewReader(bytes.NewReader(made(f)))
	if err != nil {
		f.Fatal(err)
	}
	plain, err := io.ReadAll(packed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain, 0)
	f.Add(plain, 9)
	f.Add(plain[:2048], 0)
	f.Fuzz(func(t *testing.T, plain []byte, cut int) {
		var file bytes.Buffer
		packed := gzip.NewWriter(&file)
		_, _ = packed.Write(plain)
		packed.Close()
		if cut > 0 && cut < file.Len() {
			file.Truncate(file.Len() - cut)
		}
		dir := t.TempDir()
		_, err := family(dir).Receive(&file)
		got := content(t, dir)
		if err != nil && len(got) != 0 {
			t.Fatalf("%v, and there is %v", err, got)
		}
		for name := range got {
			dir, base := filepath.Split(strings.TrimPrefix(name, ready+"/"))
			if part := dir + base; part != "people" && part != "settings" && part != "tls/root" && (dir != "songs/" || !strings.HasPrefix(base, "own-")) {
				t.Fatalf("there is %q", name)
			}
		}
		if _, err := Finish(dir); err != nil {
			t.Fatal(err)
		}
	})
}
