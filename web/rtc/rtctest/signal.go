package rtctest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Refused is the monitor's answer to a request that it does not grant.
type Refused struct {
	Status int    // of HTTP; 0 by WebSocket
	Code   string // by WebSocket; "" by WHEP
	Detail string // the monitor's words
}

func (r *Refused) Error() string {
	return fmt.Sprintf("refused (%d %s): %s", r.Status, r.Code, r.Detail)
}

// signaller takes an offer to the monitor and brings the answer.
type signaller interface {
	offer(ctx context.Context, sdp string) (string, error)
	bye()  // ends the session
	drop() // says nothing more
}

func newSignaller(ctx context.Context, v *Viewer) (signaller, error) {
	if v.c.WebSocket {
		return dialSocket(ctx, v)
	}
	return &whep{v: v}, nil
}

// whep signals by WHEP.
type whep struct {
	v        *Viewer
	location string
}

func (w *whep) do(ctx context.Context, method, address, kind, body string) (*http.Response, string, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if w.v.c.Name != "" {
		r.SetBasicAuth(w.v.c.Name, w.v.c.Password)
	}
	resp, err := w.v.c.Client.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp, string(text), err
}

func (w *whep) offer(ctx context.Context, sdp string) (string, error) {
	if w.location != "" {
		return "", errors.New("a session by WHEP takes one offer")
	}
	resp, text, err := w.do(ctx, http.MethodPost, w.v.c.URL+"/whep", "application/sdp", sdp)
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusCreated {
		return "", &Refused{Status: resp.StatusCode, Detail: text}
	}
	at, err := url.Parse(w.v.c.URL + "/whep")
	if err != nil {
		return "", err
	}
	if at, err = at.Parse(resp.Header.Get("Location")); err != nil {
		return "", err
	}
	w.location = at.String()
	return text, nil
}

func (w *whep) bye() {
	if w.location == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _, _ = w.do(ctx, http.MethodDelete, w.location, "", "")
}

func (w *whep) drop() {}

// socket signals by WebSocket.
type socket struct {
	v       *Viewer
	conn    *websocket.Conn
	answers chan message
}

type message struct {
	Type    string `json:"type"`
	Value   string `json:"value,omitempty"`
	Session string `json:"session,omitempty"`
	Code    string `json:"code,omitempty"`
}

func dialSocket(ctx context.Context, v *Viewer) (*socket, error) {
	address := "ws" + strings.TrimPrefix(v.c.URL, "http") + "/api/ws"
	h := http.Header{}
	if v.c.Name != "" {
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(v.c.Name+":"+v.c.Password)))
	}
	d := *websocket.DefaultDialer
	if t, ok := v.c.Client.Transport.(*http.Transport); ok {
		d.TLSClientConfig = t.TLSClientConfig
	}
	conn, resp, err := d.DialContext(ctx, address, h)
	if err != nil {
		if resp != nil {
			return nil, &Refused{Status: resp.StatusCode, Detail: err.Error()}
		}
		return nil, err
	}
	s := &socket{v: v, conn: conn, answers: make(chan message, 16)}
	v.begin(s.read)
	return s, nil
}

// read hands on what the monitor says until the socket closes.
func (s *socket) read() {
	defer close(s.answers)
	for {
		var m message
		if err := s.conn.ReadJSON(&m); err != nil {
			return
		}
		if m.Code == "ended" {
			s.v.fail(&Refused{Code: m.Code, Detail: m.Value})
		}
		select {
		case s.answers <- m:
		default: // nobody asks
		}
	}
}

func (s *socket) offer(ctx context.Context, sdp string) (string, error) {
	if err := s.conn.WriteJSON(message{Type: "webrtc/offer", Value: sdp}); err != nil {
		return "", err
	}
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case m, ok := <-s.answers:
			switch {
			case !ok:
				return "", errors.New("the signalling connection has closed")
			case m.Type == "webrtc/answer":
				return m.Value, nil
			case m.Type == "error":
				return "", &Refused{Code: m.Code, Detail: m.Value}
			}
		}
	}
}

func (s *socket) bye() {
	_ = s.conn.WriteJSON(message{Type: "bye"})
	_ = s.conn.Close()
}

func (s *socket) drop() { _ = s.conn.Close() }
