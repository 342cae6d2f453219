package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// page serves the built page. Everything about its files is found out once.
type page struct {
	files map[string]asset // by path, as "assets/app-1a2b.js"
}

// asset is one file of the page.
type asset struct {
	kind  string // content type
	etag  string
	plain []byte
	gzip  []byte // nil: not built
	br    []byte
}

// newPage reads the built page, which is small. A page that was not built is
// none.
func newPage(from fs.FS) (*page, error) {
	p := &page{files: map[string]asset{}}
	if from == nil {
		return p, nil
	}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, known := kinds(name)
		if !known {
			return nil // also the compressed ones, which are found by their plain name
		}
		a := asset{kind: kind}
		if a.plain, err = fs.ReadFile(from, name); err != nil {
			return err
		}
		a.gzip, _ = fs.ReadFile(from, name+".gz") // they need not be there
		a.br, _ = fs.ReadFile(from, name+".br")
		sum := sha256.Sum256(a.plain)
		a.etag = hex.EncodeToString(sum[:8])
		p.files[name] = a
		return nil
	})
	return p, err
}

// kinds returns the content type of a file by its name. Asking the system
// would give another answer on every machine.
func kinds(name string) (kind string, known bool) {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8", true
	case ".js":
		return "text/javascript; charset=utf-8", true
	case ".css":
		return "text/css; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	case ".png":
		return "image/png", true
	case ".ico":
		return "image/x-icon", true
	case ".webp":
		return "image/webp", true
	case ".woff2":
		return "font/woff2", true
	case ".webmanifest":
		return "application/manifest+json", true
	case ".json":
		return "application/json", true
	case ".txt":
		return "text/plain; charset=utf-8", true
	case ".wasm":
		return "application/wasm", true
	case ".mp3":
		return "audio/mpeg", true
	case ".wav":
		return "audio/wav", true
	}
	return "", false
}

// notBuilt is what there is to see of a page that was not built.
const notBuilt = "The monitor runs, but its page was not built into this program. Build it with `make build`.\n"

func (p *page) serve(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return refuse(http.StatusMethodNotAllowed, "this is the page; it can only be read")
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	a, ok := p.files[name]
	if !ok && name == "index.html" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(notBuilt))
		return nil
	}
	if !ok {
		return refuse(http.StatusNotFound, "there is nothing at "+r.URL.Path)
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache") // ask each time whether it is still so
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, encoding := a.choose(r.Header.Get("Accept-Encoding"))
	h.Set("ETag", `"`+a.etag+encoding+`"`)
	if a.gzip != nil || a.br != nil {
		h.Add("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}

// choose returns the smallest form that the browser takes.
func (a asset) choose(accepts string) (body []byte, encoding string) {
	takes := func(want string) bool {
		for one := range strings.SplitSeq(accepts, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
			if strings.TrimSpace(name) == want {
				weight = strings.ReplaceAll(weight, " ", "")
				return weight != "q=0" && !strings.HasPrefix(weight, "q=0.0")
			}
		}
		return false
	}
	switch {
	case a.br != nil && takes("br"):
		return a.br, "br"
	case a.gzip != nil && takes("gzip"):
		return a.gzip, "gzip"
	}
	return a.plain, ""
}
