// Package diagnosis makes the file that a parent attaches to a bug report: what
// the monitor was doing, and nothing that is a secret or names a person.
package diagnosis

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Blank takes secrets out of texts. Make it with [NewBlank].
type Blank struct {
	words *strings.Replacer
}

// NewBlank returns one that knows the words of this household that are nobody
// else's business: names of people, of Wi-Fis, codes. Each becomes a name of its
// own, the same everywhere, so that one can still see who is who.
func NewBlank(words []string) *Blank {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.TrimSpace(w) == "" })
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // none is part of one before it
	var pairs []string
	for i, w := range slices.Compact(words) {
		instead := fmt.Sprintf("(private %d)", i+1)
		pairs = append(pairs, w, instead)
		if quoted, err := json.Marshal(w); err == nil { // as it stands in JSON
			if inner := string(quoted[1 : len(quoted)-1]); inner != w {
				pairs = append(pairs, inner, instead)
			}
		}
	}
	return &Blank{strings.NewReplacer(pairs...)}
}

const gone = "(blanked)"

// Text returns text without the known words and without what looks like a secret
// by itself: set-up codes, credentials in addresses, tokens, keys.
func (b *Blank) Text(text string) string {
	text = b.words.Replace(text)
	for _, secret := range []struct{ looks, instead string }{
		{`\b\d{4}-\d{4}\b`, gone},
		{`([a-z][a-z0-9+.-]*://)[^\s/@"]+@`, "${1}" + gone + "@"},
		{`(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}`, "${1} " + gone},
		{`(?s)-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----`, gone},
		{`#code=[^\s"]+`, "#code=" + gone},
		{`\$argon2id?\$[^\s"]+`, gone},
		{`\b[A-Za-z0-9_-]{40,}\b`, gone},
	} {
		text = regexp.MustCompile(secret.looks).ReplaceAllString(text, secret.instead)
	}
	return text
}

// Value returns a value in JSON's terms (maps, lists, texts …) with what stands
// under a telling key blanked, and every text without secrets.
func (b *Blank) Value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			if telling(key) && !plain(inner) {
				inner = gone
			}
			out[b.Text(key)] = b.Value(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = b.Value(v[i])
		}
		return out
	case string:
		return b.Text(v)
	}
	return v
}

// telling says whether a key stands before a secret.
func telling(key string) bool {
	return regexp.MustCompile(`(?i)pass(word|phrase|wd)?$|secret|token|psk|credential|^code$|_code$|private|ssid|^key$|_key$`).MatchString(key)
}

// plain says whether a value can be no secret.
func plain(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return true
	case string:
		return v == ""
	}
	return false
}

// JSON returns a value as indented JSON without secrets.
func (b *Blank) JSON(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, err
	}
	return json.MarshalIndent(b.Value(tree), "", "  ")
}

// Log returns log lines in JSON without secrets, one each line.
func (b *Blank) Log(lines [][]byte) []byte {
	var out bytes.Buffer
	for _, line := range lines {
		var tree map[string]any
		if json.Unmarshal(line, &tree) == nil {
			if clean, err := json.Marshal(b.Value(tree)); err == nil {
				out.Write(append(clean, '\n'))
				continue
			}
		}
		out.WriteString(b.Text(string(line)) + "\n")
	}
	return out.Bytes()
}

// Pack writes files by their names into a ZIP archive.
func Pack(to io.Writer, files map[string][]byte, at time.Time) error {
	z := zip.NewWriter(to)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
		if err != nil {
			return err
		}
		if _, err := w.Write(files[name]); err != nil {
			return err
		}
	}
	return z.Close()
}
