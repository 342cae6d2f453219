package web

import (
	"errors"
	"net/http"
	"time"

	"babymonitor/web/access"
)

// The session's cookie. Over https it has a name that a page without https
// cannot set (RFC 6265bis, cookie name prefixes); over http it needs another,
// because a browser keeps a page without https from replacing it.
const (
	plainCookie  = "babymonitor"
	secureCookie = "__Host-babymonitor"
	cookieLife   = 90 * 24 * time.Hour
)

// tokens returns the session tokens that a request carries, the better one
// first.
func tokens(r *http.Request) (found []string) {
	for _, name := range []string{secureCookie, plainCookie} {
		if c, err := r.Cookie(name); err == nil {
			found = append(found, c.Value)
		}
	}
	return found
}

// setCookie gives a token to the browser; "" takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, token string) {
	c := &http.Cookie{Name: plainCookie, Value: token, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteStrictMode, MaxAge: int(cookieLife / time.Second)}
	if token == "" {
		c.MaxAge = -1
	}
	if r.TLS != nil {
		c.Name, c.Secure = secureCookie, true
	}
	http.SetCookie(w, c)
}

// person is how the API shows somebody.
func person(c access.Caller) access.User { return access.User{Name: c.Name, Role: c.Role} }

func (s *Server) setupNeeded(w http.ResponseWriter, _ *http.Request) error {
	needed, code := s.gate.SetupNeeded()
	return respond(w, http.StatusOK, struct {
		Needed  bool           `json:"needed"`
		Code    bool           `json:"code"`              // whether the set-up code is asked for
		Network *networkBefore `json:"network,omitempty"` // while the monitor has none but its own
	}{needed, needed && code, s.networkBefore()})
}

func (s *Server) setup(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Code string `json:"code"`
		access.Credentials
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	token, caller, err := s.gate.Setup(r.Context(), source(r), body.Code, body.Credentials)
	if err != nil {
		return err
	}
	setCookie(w, r, token)
	return respond(w, http.StatusOK, person(caller))
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	var body access.Credentials
	if err := decode(w, r, &body); err != nil {
		return err
	}
	token, caller, err := s.gate.Login(r.Context(), source(r), body)
	if err != nil {
		s.metrics.wrongLogins.Inc()
		return err
	}
	for _, old := range tokens(r) {
		s.gate.Logout(old)
	}
	setCookie(w, r, token)
	return respond(w, http.StatusOK, person(caller))
}

func (s *Server) session(w http.ResponseWriter, r *http.Request) error {
	caller, _ := access.CallerFrom(r.Context())
	for _, token := range tokens(r) { // keep the cookie for another while
		if by, ok := s.gate.Session(token); ok && by.Session == caller.Session {
			setCookie(w, r, token)
		}
	}
	return respond(w, http.StatusOK, person(caller))
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	setCookie(w, r, "")
	w.WriteHeader(http.StatusNoContent)
	for _, token := range tokens(r) {
		s.gate.Logout(token)
	}
	return nil
}

func (s *Server) password(w http.ResponseWriter, r *http.Request) error {
	var body access.PasswordChange
	if err := decode(w, r, &body); err != nil {
		return err
	}
	caller, _ := access.CallerFrom(r.Context())
	err := s.gate.SetPassword(r.Context(), source(r), caller, body)
	if errors.Is(err, access.ErrWrong) {
		return refuse(http.StatusForbidden, "the old password is wrong")
	}
	if err != nil {
		return err
	}
	if caller.Session == "" { // sessions end by their logins, all but this one
		s.forget(caller.Name)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// forget ends what a person has opened with HTTP Basic, which no login ends.
func (s *Server) forget(name string) {
	if s.o.Forget != nil {
		s.o.Forget(name)
	}
}

func (s *Server) users(w http.ResponseWriter, _ *http.Request) error {
	users, err := s.gate.Users()
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, users)
}

func (s *Server) addUser(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		access.User
		Password string `json:"password"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if err := s.gate.Add(r.Context(), body.User, body.Password); err != nil {
		return err
	}
	return respond(w, http.StatusCreated, body.User)
}

func (s *Server) removeUser(w http.ResponseWriter, r *http.Request) error {
	if err := s.gate.Remove(r.PathValue("name")); err != nil {
		return err
	}
	s.forget(r.PathValue("name"))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) removeViewer(w http.ResponseWriter, r *http.Request) error {
	if s.o.Kick == nil || !s.o.Kick(r.PathValue("id")) {
		return refuse(http.StatusNotFound, "nobody watches under this number; perhaps they have just left")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
