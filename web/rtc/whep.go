package rtc

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

const (
	typeSDP  = "application/sdp"
	typeFrag = "application/trickle-ice-sdpfrag"
)

// WHEP serves players (draft-ietf-wish-whep): POST to path opens a session, PATCH
// and DELETE to the Location it answers with change and end it. Mount it at path
// and below. Who calls is taken from the request's context.
func (s *Server) WHEP(path string) http.Handler {
	path = strings.TrimSuffix(path, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, ok := visitOf(r, true)
		if !ok {
			refuseStranger().write(w)
			return
		}
		h := whep{s, by, path}
		id := strings.Trim(strings.TrimPrefix(r.URL.Path, path), "/")
		var why *refusal
		if id == "" {
			why = h.endpoint(w, r)
		} else {
			why = h.resource(w, r, id)
		}
		if why != nil {
			why.write(w)
		}
	})
}

// whep is one request.
type whep struct {
	s    *Server
	by   visit
	path string
}

// endpoint serves the address that sessions are opened at.
func (h whep) endpoint(w http.ResponseWriter, r *http.Request) *refusal {
	w.Header().Set("Accept-Post", typeSDP)
	switch r.Method {
	case http.MethodPost:
		return h.post(w, r)
	case http.MethodHead:
		w.Header().Set("Content-Type", typeSDP)
		return nil
	case http.MethodOptions:
		w.Header().Set("Allow", "OPTIONS, HEAD, POST")
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return notAllowed(w, "OPTIONS, HEAD, POST")
}

func (h whep) post(w http.ResponseWriter, r *http.Request) *refusal {
	text, why := body(w, r, typeSDP)
	if why != nil {
		return why
	}
	v, answer, why := h.s.open(h.by, text)
	if why != nil {
		return why
	}
	head := w.Header()
	head.Set("Content-Type", typeSDP)
	head.Set("Location", h.path+"/"+v.id)
	head.Set("ETag", etag(answer))
	head.Set("Accept-Patch", typeFrag)
	head.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, answer)
	return nil
}

// resource serves one session.
func (h whep) resource(w http.ResponseWriter, r *http.Request, id string) *refusal {
	v := h.s.find(id)
	if v == nil || v.caller.Name != h.by.caller.Name {
		return refuseUnknown()
	}
	switch r.Method {
	case http.MethodPatch:
		return h.patch(w, r, v)
	case http.MethodDelete:
		v.close("the phone left")
		w.WriteHeader(http.StatusOK)
		return nil
	case http.MethodOptions:
		w.Header().Set("Allow", "OPTIONS, PATCH, DELETE")
		w.Header().Set("Accept-Patch", typeFrag)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return notAllowed(w, "OPTIONS, PATCH, DELETE")
}

// patch takes candidates of the phone, or starts ICE anew.
func (h whep) patch(w http.ResponseWriter, r *http.Request, v *viewer) *refusal {
	match := r.Header.Get("If-Match")
	if match == "" {
		return &refusal{status: http.StatusPreconditionRequired, code: "if_match",
			detail: "Send If-Match with the ETag of the session, or \"*\" to restart ICE."}
	}
	text, why := body(w, r, typeFrag)
	if why != nil {
		return why
	}
	f := readFrag(text)
	now := v.credentials()
	switch {
	case match == "*" || match == `"*"`:
		if f.ufrag == "" || f.pwd == "" {
			return &refusal{status: http.StatusUnprocessableEntity, code: "bad_sdp", detail: "An ICE restart has a new ice-ufrag and ice-pwd."}
		}
		answer, why := v.restart(f.ufrag, f.pwd)
		if why != nil {
			return why
		}
		return h.restarted(w, v, answer, f)
	case match != now:
		return &refusal{status: http.StatusPreconditionFailed, code: "stale",
			detail: "The session's ICE has been restarted since. Use its newest ETag."}
	case len(f.candidates) == 0 && !f.end:
		return &refusal{status: http.StatusUnprocessableEntity, code: "bad_sdp", detail: "The body has no candidate."}
	}
	if why := v.candidates(f); why != nil {
		return why
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h whep) restarted(w http.ResponseWriter, v *viewer, answer string, f frag) *refusal {
	if why := v.candidates(f); why != nil {
		return why
	}
	w.Header().Set("Content-Type", typeFrag)
	w.Header().Set("ETag", etag(answer))
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, answerFrag(answer))
	return nil
}

// body reads a request's text, within bounds and of this type.
func body(w http.ResponseWriter, r *http.Request, want string) (string, *refusal) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != want {
		w.Header().Set("Accept", want)
		return "", &refusal{status: http.StatusUnsupportedMediaType, code: "media_type", detail: fmt.Sprintf("Send the body as %s.", want)}
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSDP+1))
	if err != nil || len(data) > maxSDP {
		return "", &refusal{status: http.StatusRequestEntityTooLarge, code: "bad_sdp",
			detail: fmt.Sprintf("The body is larger than %d kB, more than any browser sends.", maxSDP>>10)}
	}
	return string(data), nil
}

func notAllowed(w http.ResponseWriter, allow string) *refusal {
	w.Header().Set("Allow", allow)
	return &refusal{status: http.StatusMethodNotAllowed, code: "method", detail: "Here one can only use " + allow + "."}
}
