package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

func form(t *testing.T, field, name, content string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, content)
	m.Close()
	return b.String(), m.FormDataContentType()
}

func TestUpload(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	body, kind := form(t, "file", "song.mp3", "sound")
	if a := p.want(201, "POST", "/api/lullabies", body, "Content-Type", kind); !strings.Contains(a.body, `"title":"song.mp3"`) {
		t.Error(a.body)
	}
	p.want(400, "POST", "/api/lullabies", body[:len(body)-40], "Content-Type", kind)
	p.want(415, "POST", "/api/lullabies", body, "Content-Type", "audio/mpeg")
	body, kind = form(t, "sound", "song.mp3", "sound")
	p.want(422, "POST", "/api/lullabies", body, "Content-Type", kind)
	body, kind = form(t, "file", "song.txt", "words")
	if a := p.want(422, "POST", "/api/lullabies", body, "Content-Type", kind); !strings.Contains(a.body, "this is no sound") {
		t.Error(a.body)
	}
}

// endless yields n zero bytes and counts those that were taken.
type endless struct{ left, taken int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), e.left)
	clear(b[:n])
	e.left -= n
	e.taken += n
	return int(n), nil
}

func TestHugeUploads(t *testing.T) {
	h := newHouse(t, nil)
	p, _ := h.people(t)
	start, kind := form(t, "file", "huge.wav", "")
	for name, said := range map[string]int64{"with its length": 1 << 30, "without": -1} {
		t.Run(name, func(t *testing.T) {
			h.uploads = 0
			sound := &endless{left: 1 << 30}
			r, _ := http.NewRequest("POST", h.front.URL+"/api/lullabies", io.MultiReader(strings.NewReader(start[:strings.Index(start, "\r\n\r\n")+4]), sound))
			r.ContentLength = said
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Expect", "100-continue") // as curl does for large bodies
			p.Transport = &http.Transport{ExpectContinueTimeout: 1 << 40}
			res, err := p.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(res.Body)
			if res.Body.Close(); res.StatusCode != 413 || !strings.Contains(string(text), "100 MB") {
				t.Errorf("%s %s", res.Status, text)
			}
			if said > 0 && (sound.taken > 0 || h.uploads > 0) {
				t.Errorf("%d bytes were sent, %d taken", sound.taken, h.uploads)
			}
			if h.uploads > mostUpload {
				t.Errorf("%d bytes were taken", h.uploads)
			}
		})
	}
}
