package diagnosis

import (
	"archive/zip"
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestSecretsAreTakenOut(t *testing.T) {
	b := NewBlank([]string{"Ada", "Ada Lovelace", "Home Sweet \"Home\"", "", " "})
	secrets := []string{
		"Ada", "Lovelace", "Sweet", "1234-5678", "hunter2hunter2", "s3cr3t", "mqttpass",
		"AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGh", "MIIBsecretkey", "argon2id$v=19",
	}
	value := map[string]any{
		"viewers":  []any{map[string]any{"name": "Ada Lovelace", "role": "parent"}},
		"password": "s3cr3t", "setup_code": true, "wifi": map[string]any{"ssid": "Other", "psk": "s3cr3t"},
		"mqtt":  map[string]any{"url": "mqtt://cam:mqttpass@192.168.1.10:1883"},
		"token": "s3cr3t", "words": "Home Sweet \"Home\" is weak", "key": map[string]any{"deep": "s3cr3t"},
	}
	text, err := b.JSON(value)
	if err != nil {
		t.Fatal(err)
	}
	ring := NewRing(10_000)
	log := slog.New(slog.NewJSONHandler(ring, nil))
	log.Info("enter the set-up code", "code", "1234-5678", "room", "web")
	log.Warn("Ada Lovelace has typed hunter2hunter2", "password", "hunter2hunter2", "hash", "$argon2id$v=19$m=65536$aaaa$bbbb")
	log.Info("open http://nursery.local/#code=1234-5678", "cookie", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGh")
	log.Info("-----BEGIN PRIVATE KEY-----\nMIIBsecretkey\n-----END PRIVATE KEY-----")
	b = NewBlank([]string{"Ada", "Ada Lovelace", "Home Sweet \"Home\"", "hunter2hunter2"})
	all := string(text) + string(b.Log(append(ring.Lines(), []byte("no JSON, said Ada Lovelace"))))
	for _, s := range secrets {
		if strings.Contains(all, s) {
			t.Errorf("%q is still in\n%s", s, all)
		}
	}
	for _, kept := range []string{`"role": "parent"`, `"setup_code": true`, "192.168.1.10:1883", `"room":"web"`, "enter the set-up code", "has typed"} {
		if !strings.Contains(all, kept) {
			t.Errorf("%q is lost from\n%s", kept, all)
		}
	}
}

func TestTheRingKeepsTheLastLines(t *testing.T) {
	r := NewRing(100)
	for i := range 1000 {
		fmt.Fprintf(r, "line %03d\n", i)
	}
	fmt.Fprint(r, "two\nat once\n")
	lines := r.Lines()
	size := 0
	for _, l := range lines {
		size += len(l)
	}
	if size > 100 || len(lines) < 10 || string(lines[len(lines)-1]) != "at once" || string(lines[len(lines)-3]) != "line 999" {
		t.Errorf("%d bytes: %q", size, lines)
	}
	fmt.Fprint(r, strings.Repeat("x", 1000))
	if lines := r.Lines(); len(lines) != 1 || len(lines[0]) != 100 {
		t.Errorf("%q", lines)
	}
}

func TestPack(t *testing.T) {
	var b bytes.Buffer
	if err := Pack(&b, map[string][]byte{"b.txt": []byte("two"), "a.txt": []byte("one")}, time.Now()); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(z.File) != 2 || z.File[0].Name != "a.txt" {
		t.Fatal(err, z)
	}
}

func FuzzBlank(f *testing.F) {
	f.Add("Ada writes to mqtt://a:b@c", "Ada")
	f.Fuzz(func(t *testing.T, text, word string) {
		if strings.TrimSpace(word) == "" {
			return
		}
		out := NewBlank([]string{word}).Text(strings.ReplaceAll(strings.ReplaceAll(text, "(private 1)", ""), gone, ""))
		for piece := range strings.SplitSeq(strings.ReplaceAll(out, gone, "(private 1)"), "(private 1)") {
			if strings.Contains(piece, word) {
				t.Errorf("%q is left in %q", word, out)
			}
		}
	})
}
