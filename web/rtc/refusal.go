package rtc

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// refusal is a request that is not granted, and why.
type refusal struct {
	status int    // of HTTP
	code   string // stable, for programs
	detail string // for people: what is wrong and what to do
	after  int    // seconds until trying again makes sense; 0: it does not say
}

func (r *refusal) Error() string { return r.detail }

// The refusals that do not depend on the request.
func refuseFull() *refusal {
	return &refusal{status: http.StatusServiceUnavailable, code: "full", after: 5,
		detail: "As many phones are watching as the monitor can serve. Close the picture on one of them and try again."}
}

func refuseStopping() *refusal {
	return &refusal{status: http.StatusServiceUnavailable, code: "stopping", after: 2,
		detail: "The monitor is starting or stopping. Try again in a moment."}
}

func refuseStranger() *refusal {
	return &refusal{status: http.StatusUnauthorized, code: "unauthorized", detail: "Log in first."}
}

func refuseUnknown() *refusal {
	return &refusal{status: http.StatusNotFound, code: "not_found",
		detail: "There is no such session, or it has ended. Post a new offer."}
}

func badSDP(why string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "bad_sdp",
		detail: "The offer cannot be understood: " + why + "."}
}

// write answers a request with the refusal (RFC 9457).
func (r *refusal) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if r.after > 0 {
		h.Set("Retry-After", strconv.Itoa(r.after))
	}
	if r.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="babymonitor", charset="UTF-8"`)
	}
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Code   string `json:"code"`
	}{http.StatusText(r.status), r.status, r.detail, r.code})
}
