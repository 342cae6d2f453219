package web

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"babymonitor/internal/config"
	"babymonitor/internal/wifi"
	"babymonitor/servo"
	"babymonitor/web/access"
)

// Problem is the answer to a request that is not granted (RFC 9457). It is also
// an error, so that whoever fails can choose the status.
type Problem struct {
	Status int          `json:"status"`
	Title  string       `json:"title"`
	Detail string       `json:"detail"` // what is wrong and what to do
	Errors []FieldError `json:"errors,omitempty"`

	after time.Duration // Retry-After
}

// FieldError says what is wrong with one part of what was sent.
type FieldError struct {
	Field  string `json:"field"` // dotted
	Detail string `json:"detail"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// refuse makes a problem.
func refuse(status int, detail string) *Problem {
	return &Problem{Status: status, Detail: detail}
}

// wrongField is the problem of one value that cannot be.
func wrongField(field, detail string) *Problem {
	return &Problem{Status: http.StatusUnprocessableEntity, Detail: field + " " + detail,
		Errors: []FieldError{{field, detail}}}
}

// problemOf finds the status for an error.
func problemOf(err error) *Problem {
	var (
		ready  *Problem
		faults config.Faults
		slow   *access.TooMany
		large  *http.MaxBytesError
		broken *json.SyntaxError
	)
	switch {
	case errors.As(err, &ready):
		return ready
	case errors.As(err, &faults):
		return faultsOf(faults)
	case errors.As(err, &slow):
		return &Problem{Status: http.StatusTooManyRequests, Detail: err.Error(), after: slow.After}
	case errors.As(err, &large):
		return refuse(http.StatusRequestEntityTooLarge, "this is larger than the monitor takes")
	case errors.As(err, &broken):
		return refuse(http.StatusBadRequest, "this is not JSON: "+err.Error())
	}
	return refuse(statusOf(err), err.Error())
}

// statusOf finds the status for the errors that other rooms name. What is none
// of them is a device that does not do its part.
func statusOf(err error) int {
	for _, known := range []struct {
		err    error
		status int
	}{
		{access.ErrWrong, http.StatusUnauthorized},
		{access.ErrCode, http.StatusForbidden},
		{access.ErrDone, http.StatusConflict},
		{access.ErrTaken, http.StatusConflict},
		{access.ErrLastParent, http.StatusConflict},
		{access.ErrNobody, http.StatusNotFound},
		{access.ErrInvalid, http.StatusUnprocessableEntity},
		{wifi.ErrChoice, http.StatusUnprocessableEntity},
		{wifi.ErrBusy, http.StatusConflict},
		{servo.ErrInvalid, http.StatusUnprocessableEntity},
		{servo.ErrNoPreset, http.StatusNotFound},
		{fs.ErrNotExist, http.StatusNotFound},
		{syscall.ENOSPC, http.StatusInsufficientStorage},
		{context.DeadlineExceeded, http.StatusGatewayTimeout},
	} {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	return http.StatusServiceUnavailable
}

func faultsOf(faults config.Faults) *Problem {
	p := &Problem{Status: http.StatusUnprocessableEntity, Detail: faults.Error()}
	for _, f := range faults {
		if f.Key == "" {
			p.Status = http.StatusBadRequest
		}
		detail := f.Reason
		if f.Do != "" {
			detail += " — " + f.Do
		}
		p.Errors = append(p.Errors, FieldError{f.Key, detail})
	}
	return p
}

// write answers with the problem.
func (p *Problem) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for _, name := range []string{"Content-Encoding", "ETag", "Content-Disposition"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if p.after > 0 {
		h.Set("Retry-After", strconv.Itoa(int(p.after/time.Second)))
	}
	if p.Status == http.StatusUnauthorized && !isPage(r) {
		h.Set("WWW-Authenticate", `Basic realm="babymonitor", charset="UTF-8"`)
	}
	w.WriteHeader(p.Status)
	shown := *p
	shown.Title = http.StatusText(p.Status)
	_ = json.NewEncoder(w).Encode(shown)
}

// respond answers with a value as JSON.
func respond(w http.ResponseWriter, status int, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
	return nil
}
