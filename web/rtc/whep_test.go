package rtc

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// request makes a request as the parent (or as name) and returns the answer.
func (h *house) request(name, method, path, kind, body string, headers ...string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequest(method, h.door.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if name != "" {
		r.SetBasicAuth(name, "")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp, string(text)
}

func TestWHEP(t *testing.T) {
	h := open(t, nil)
	resp, answer := h.request(parent.Name, "POST", "/whep", typeSDP, browser(t, "chrome"))
	at, tag := resp.Header.Get("Location"), resp.Header.Get("ETag")
	if resp.StatusCode != 201 || resp.Header.Get("Content-Type") != typeSDP || !strings.HasPrefix(at, "/whep/") || len(at) < 25 || len(tag) < 6 {
		t.Fatalf("%d %v\n%s", resp.StatusCode, resp.Header, answer)
	}
	checkAnswer(t, answer)
	frag := "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\na=end-of-candidates\r\n"
	restart := strings.ReplaceAll(frag, "EsAw", "NewU")
	steps := []struct {
		what, name, method, kind, body, match string
		status                                int
	}{
		{"candidate", parent.Name, "PATCH", typeFrag, frag, tag, 204},
		{"no tag", parent.Name, "PATCH", typeFrag, frag, "", 428},
		{"stale tag", parent.Name, "PATCH", typeFrag, frag, `"old"`, 412},
		{"wrong type", parent.Name, "PATCH", typeSDP, frag, tag, 415},
		{"no candidate", parent.Name, "PATCH", typeFrag, "a=mid:0\r\n", tag, 422},
		{"wrong candidate", parent.Name, "PATCH", typeFrag, "a=candidate:rubbish\r\n", tag, 400},
		{"restart without credentials", parent.Name, "PATCH", typeFrag, "a=mid:0\r\n", "*", 422},
		{"too large", parent.Name, "PATCH", typeFrag, strings.Repeat("a=x\r\n", 20_000), tag, 413},
		{"another person", guest.Name, "DELETE", "", "", "", 404},
		{"nobody", "", "DELETE", "", "", "", 401},
		{"wrong method", parent.Name, "PUT", "", "", "", 405},
		{"options", parent.Name, "OPTIONS", "", "", "", 204},
		{"restart", parent.Name, "PATCH", typeFrag, restart, "*", 200},
		{"tag before the restart", parent.Name, "PATCH", typeFrag, frag, tag, 412},
		{"the end", parent.Name, "DELETE", "", "", "", 200},
		{"after the end", parent.Name, "DELETE", "", "", "", 404},
	}
	for _, s := range steps {
		resp, text := h.request(s.name, s.method, at, s.kind, s.body, "If-Match", s.match)
		if resp.StatusCode != s.status {
			t.Errorf("%s: %d %s, want %d", s.what, resp.StatusCode, text, s.status)
		}
		if s.status >= 400 {
			checkProblem(t, s.what, resp, text)
		}
		if s.what == "restart" && (resp.Header.Get("ETag") == tag || !strings.Contains(text, "a=ice-ufrag:") || !strings.Contains(text, "a=candidate:") || strings.Count(text, "m=") != 1) {
			t.Errorf("the restart is answered %v\n%s", resp.Header, text)
		}
	}
	h.until("all is quiet", func() bool { return len(h.viewers) == 0 && h.watching.Load() == 0 })
}

// checkAnswer sees that an answer to Chrome has all it needs and sends only.
func checkAnswer(t *testing.T, answer string) {
	t.Helper()
	for _, want := range []string{"a=candidate:", "a=end-of-candidates", "m=video 9 UDP/TLS/RTP/SAVPF 108 109\r\n", "a=sendonly", "a=setup:passive", " tcptype passive"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer has no %q:\n%s", want, answer)
		}
	}
	if strings.Count(answer, "a=sendonly") != 2 {
		t.Errorf("an answer by WHEP sends only:\n%s", answer)
	}
}

// checkProblem sees that an error is told as RFC 9457 has it, in words.
func checkProblem(t *testing.T, what string, resp *http.Response, text string) {
	t.Helper()
	var p struct {
		Status       int
		Detail, Code string
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil || p.Status != resp.StatusCode || len(p.Detail) < 10 || p.Code == "" ||
		resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %v %q", what, resp.Header, text)
	}
}

func TestWHEPRefusals(t *testing.T) {
	h := open(t, func(o *Options) { o.MaxViewers = 1 })
	chrome := browser(t, "chrome")
	for _, c := range []struct {
		what, name, method, kind, body string
		status                         int
	}{
		{"nobody", "", "POST", typeSDP, chrome, 401},
		{"wrong type", parent.Name, "POST", "text/plain", chrome, 415},
		{"no type", parent.Name, "POST", "", chrome, 415},
		{"garbage", parent.Name, "POST", typeSDP, "\x00\xff", 400},
		{"huge", parent.Name, "POST", typeSDP, strings.Repeat("a", 1<<20), 413},
		{"no H.264", parent.Name, "POST", typeSDP, strings.ReplaceAll(chrome, "H264", "H263"), 406},
		{"wrong method", parent.Name, "GET", "", "", 405},
		{"head", parent.Name, "HEAD", "", "", 200},
		{"options", parent.Name, "OPTIONS", "", "", 204},
		{"good", parent.Name, "POST", typeSDP + "; charset=utf-8", chrome, 201},
		{"full", parent.Name, "POST", typeSDP, chrome, 503},
	} {
		resp, text := h.request(c.name, c.method, "/whep", c.kind, c.body)
		if resp.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", c.what, resp.StatusCode, text, c.status)
		}
		if c.status >= 400 {
			checkProblem(t, c.what, resp, text)
		}
		if c.what == "full" && resp.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to come again")
		}
		if c.status == 204 && resp.Header.Get("Accept-Post") != typeSDP {
			t.Errorf("options: %v", resp.Header)
		}
	}
}

func FuzzFrag(f *testing.F) {
	f.Add("a=ice-ufrag:EsAw\r\na=ice-pwd:x\r\na=candidate:1 1 udp 1 1.2.3.4 5 typ host\r\na=end-of-candidates\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		g := readFrag(text)
		if len(g.candidates) > maxCandidates {
			t.Error("too many candidates")
		}
		out := withCredentials("v=0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=candidate:x\r\nm=video\r\n", g.ufrag, g.pwd)
		if strings.Count(out, "\r\n") != 4 || strings.Contains(g.ufrag+g.pwd, "\n") {
			t.Errorf("credentials break the lines: %q", out)
		}
	})
}
