package rtc

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// How long a signalling connection may be silent, and how often it is asked for
// a sign of life.
const (
	socketSilent = 60 * time.Second
	socketPing   = 25 * time.Second
	socketWrite  = 5 * time.Second
	tooManyWords = 400 // messages on one connection a minute
)

// message is what goes over a signalling connection, both ways.
type message struct {
	Type    string `json:"type"`
	Value   string `json:"value,omitempty"`
	Session string `json:"session,omitempty"`
	Code    string `json:"code,omitempty"`
}

// WebSocket serves the phone's signalling, which is also go2rtc's dialect. Who
// calls is taken from the request's context (access.CallerFrom), where it has
// been let in and its origin checked.
func (s *Server) WebSocket() http.Handler {
	up := websocket.Upgrader{
		HandshakeTimeout: socketWrite, ReadBufferSize: 1024, WriteBufferSize: 1024,
		CheckOrigin: func(*http.Request) bool { return true }, // checked before it comes here
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, ok := visitOf(r, false)
		if !ok {
			refuseStranger().write(w)
			return
		}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return // the upgrader has answered
		}
		k := &socket{server: s, by: by, conn: conn}
		k.serve(r.Context())
	})
}

// socket is one signalling connection.
type socket struct {
	server *Server
	by     visit
	conn   *websocket.Conn
	viewer atomic.Pointer[viewer] // the session it speaks for; nil before the first offer

	write sync.Mutex
}

// serve answers until the connection closes. The session goes on without it.
func (k *socket) serve(ctx context.Context) {
	defer k.conn.Close()
	defer k.detach()
	// With the login ends the signalling too; the session sees to itself.
	ctx, cancel := k.by.caller.Bind(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { k.conn.Close() })
	defer stop()
	stopping := context.AfterFunc(k.server.life, func() { k.conn.Close() })
	defer stopping()
	ping := time.AfterFunc(socketPing, nil)
	ping.Stop()
	ping = time.AfterFunc(socketPing, func() {
		_ = k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(socketWrite))
		ping.Reset(socketPing)
	})
	defer ping.Stop()
	k.conn.SetReadLimit(maxSDP + 4096)
	k.conn.SetPongHandler(func(string) error { return k.conn.SetReadDeadline(time.Now().Add(socketSilent)) })
	k.read()
}

func (k *socket) read() {
	clock := k.server.clock
	pace := newPacer(clock.since(time.Now()), time.Minute/tooManyWords, tooManyWords/4)
	for {
		_ = k.conn.SetReadDeadline(time.Now().Add(socketSilent))
		_, data, err := k.conn.ReadMessage()
		if err != nil {
			return
		}
		var m message
		switch {
		case !pace.allow(clock.since(time.Now())):
			k.send(message{Type: "error", Value: "too many messages: slow down", Code: "too_many"})
			return
		case json.Unmarshal(data, &m) != nil:
			k.send(message{Type: "error", Value: "a message is JSON of the form {\"type\": …, \"value\": …}", Code: "bad_message"})
		case !k.obey(m):
			return
		}
	}
}

// obey does what a message asks. It returns false when the phone says goodbye.
func (k *socket) obey(m message) bool {
	switch m.Type {
	case "webrtc/offer":
		answer, why := k.offer(m)
		if why != nil {
			k.refuse(m.Type, why)
			break
		}
		k.send(message{Type: "webrtc/answer", Value: answer, Session: k.viewer.Load().id})
	case "webrtc/candidate":
		v := k.viewer.Load()
		if v == nil {
			break // too early to be of use: the phone's checks make it known anyway
		}
		if why := v.candidate(m.Value); why != nil {
			k.refuse(m.Type, why)
		}
	case "bye":
		if v := k.viewer.Load(); v != nil {
			v.close("the phone left")
		}
		return false
	default:
		k.send(message{Type: "error", Value: m.Type + ": there is no such message", Code: "bad_message"})
	}
	return true
}

// offer opens a session or, for one that lives, starts ICE anew.
func (k *socket) offer(m message) (string, *refusal) {
	v := k.viewer.Load()
	if m.Session != "" && (v == nil || v.id != m.Session) {
		v = k.server.find(m.Session)
		if v == nil {
			return "", refuseUnknown()
		}
		if v.caller.Name != k.by.caller.Name {
			return "", &refusal{status: http.StatusForbidden, code: "forbidden", detail: "This is another person's session."}
		}
	}
	if v != nil && v.open() {
		answer, why := v.renegotiate(m.Value)
		if why == nil {
			k.attach(v)
		}
		return answer, why
	}
	v, answer, why := k.server.open(k.by, m.Value)
	if why != nil {
		return "", why
	}
	k.attach(v)
	return answer, nil
}

func (k *socket) refuse(about string, why *refusal) {
	k.send(message{Type: "error", Value: about + ": " + why.detail, Code: why.code})
}

// send writes one message. A connection that takes none in time is closed.
func (k *socket) send(m message) {
	k.write.Lock()
	defer k.write.Unlock()
	_ = k.conn.SetWriteDeadline(time.Now().Add(socketWrite))
	if k.conn.WriteJSON(m) != nil {
		_ = k.conn.Close()
	}
}
