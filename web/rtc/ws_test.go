package rtc

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// call opens a signalling connection as this person.
func (h *house) call(name string) *websocket.Conn {
	h.t.Helper()
	head := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"))}}
	c, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(h.door.URL, "http")+"/api/ws", head)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return c
}

// ask sends a message and returns the next that comes.
func ask(t *testing.T, c *websocket.Conn, m message) message {
	t.Helper()
	if err := c.WriteJSON(m); err != nil {
		t.Fatal(err)
	}
	var answer message
	if err := c.ReadJSON(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestWrongSignalling(t *testing.T) {
	h := open(t, nil)
	chrome := browser(t, "chrome")
	c := h.call(parent.Name)
	for _, s := range []struct {
		send message
		code string
	}{
		{message{Type: "webrtc/offer", Value: "hello"}, "bad_sdp"},
		{message{Type: "webrtc/offer", Value: strings.ReplaceAll(chrome, "H264", "H263")}, "no_h264"},
		{message{Type: "webrtc/offer", Value: chrome, Session: "nobody's"}, "not_found"},
		{message{Type: "mse"}, "bad_message"},
		{message{}, "bad_message"},
	} {
		if got := ask(t, c, s.send); got.Type != "error" || got.Code != s.code || !strings.HasPrefix(got.Value, s.send.Type+": ") {
			t.Errorf("%+v: %+v", s.send.Type, got)
		}
	}
	if err := c.WriteMessage(websocket.TextMessage, []byte(`{"type":`)); err != nil {
		t.Fatal(err)
	}
	var m message
	if err := c.ReadJSON(&m); err != nil || m.Code != "bad_message" {
		t.Errorf("half a message: %+v %v", m, err)
	}
}

func TestSignalling(t *testing.T) {
	h := open(t, nil)
	chrome := browser(t, "chrome")
	c := h.call(parent.Name)
	first := ask(t, c, message{Type: "webrtc/offer", Value: chrome})
	if first.Type != "webrtc/answer" || first.Session == "" || !strings.Contains(first.Value, "a=candidate:") {
		t.Fatalf("%+v", first)
	}
	if got := ask(t, c, message{Type: "webrtc/candidate", Value: "rubbish"}); got.Code != "bad_candidate" {
		t.Errorf("a wrong candidate: %+v", got)
	}
	for _, good := range []string{"", "candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host", "candidate:2 1 udp 2122260223 0b0c.local 61764 typ host"} {
		if err := c.WriteJSON(message{Type: "webrtc/candidate", Value: good}); err != nil {
			t.Fatal(err)
		}
	}
	again := ask(t, c, message{Type: "webrtc/offer", Value: withCredentials(chrome, "abcd", "abcdabcdabcdabcdabcdabcd")})
	if again.Type != "webrtc/answer" || again.Session != first.Session || readFrag(again.Value).ufrag == readFrag(first.Value).ufrag {
		t.Errorf("a further offer is no restart of the same session: %+v", again)
	}
	other := h.call(parent.Name)
	moved := ask(t, other, message{Type: "webrtc/offer", Session: first.Session, Value: withCredentials(chrome, "efgh", "abcdabcdabcdabcdabcdabcd")})
	if moved.Type != "webrtc/answer" || moved.Session != first.Session {
		t.Errorf("from a new connection: %+v", moved)
	}
	if got := ask(t, h.call(guest.Name), message{Type: "webrtc/offer", Session: first.Session, Value: chrome}); got.Code != "forbidden" {
		t.Errorf("another person: %+v", got)
	}
	if err := other.WriteJSON(message{Type: "bye"}); err != nil {
		t.Fatal(err)
	}
	h.until("it is gone", func() bool { return len(h.server.list()) == 0 })
}

func TestSignallingOfStrangers(t *testing.T) {
	h := open(t, nil)
	_, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(h.door.URL, "http")+"/api/ws", nil)
	if err == nil || resp == nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger is let in: %v %v", resp, err)
	}
}

func TestSignallingIsBounded(t *testing.T) {
	h := open(t, nil)
	c := h.call(parent.Name)
	if err := c.WriteJSON(message{Type: "webrtc/offer", Value: strings.Repeat("x", 1<<20)}); err == nil {
		var m message
		if err = c.ReadJSON(&m); err == nil {
			t.Errorf("a megabyte is answered %+v", m)
		}
	}
	c = h.call(parent.Name)
	for i := 0; ; i++ {
		var m message
		if c.WriteJSON(message{Type: "x"}) != nil || c.ReadJSON(&m) != nil {
			break
		}
		if i > 10*tooManyWords {
			t.Fatal("it never ends")
		}
	}
}

// TestSessionOutlivesItsSignalling closes the signalling connection of a phone.
func TestSessionOutlivesItsSignalling(t *testing.T) {
	h := open(t, nil)
	c := h.call(parent.Name)
	if got := ask(t, c, message{Type: "webrtc/offer", Value: browser(t, "chrome")}); got.Type != "webrtc/answer" {
		t.Fatalf("%+v", got)
	}
	c.Close()
	h.until("the server knows", func() bool {
		l := h.server.list()
		return len(l) == 1 && !l[0].standing(time.Now()).socket
	})
}
