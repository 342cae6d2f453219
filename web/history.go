package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// mostPoints bounds one answer of the history.
const mostPoints = 5000

// period reads from and to; the last day where they are not given.
func period(q url.Values) (from, to time.Time, err error) {
	to = time.Now()
	if to, err = moment(q, "to", to); err != nil {
		return from, to, err
	}
	if from, err = moment(q, "from", to.Add(-24*time.Hour)); err != nil {
		return from, to, err
	}
	if !from.Before(to) {
		return from, to, wrongField("from", "must be before to")
	}
	return from, to, nil
}

func moment(q url.Values, name string, otherwise time.Time) (time.Time, error) {
	text := q.Get(name)
	if text == "" {
		return otherwise, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, wrongField(name, "must be a time as 2026-02-28T21:30:00Z")
	}
	return at, nil
}

// known refuses parameters that this door does not know.
func known(q url.Values, names ...string) error {
	for name := range q {
		if !slices.Contains(names, name) {
			return wrongField(name, "is not known here; remove it")
		}
	}
	return nil
}

// history answers with one series, a point for each step.
func (s *Server) history(w http.ResponseWriter, r *http.Request) error {
	if s.o.History == nil {
		return refuse(http.StatusNotFound, "this monitor keeps no history")
	}
	q := r.URL.Query()
	if err := known(q, "series", "from", "to", "step"); err != nil {
		return err
	}
	from, to, err := period(q)
	if err != nil {
		return err
	}
	seconds, err := strconv.Atoi(cmp.Or(q.Get("step"), "60"))
	if err != nil || seconds < 60 || seconds > 7*24*3600 {
		return wrongField("step", "must be whole seconds from 60 to 604800")
	}
	step := time.Duration(seconds) * time.Second
	if to.Sub(from)/step > mostPoints {
		return wrongField("step", fmt.Sprintf("is too small for so long a time; at most %d steps are told at once", mostPoints))
	}
	series := q.Get("series")
	switch series {
	case "temperature", "humidity", "sound", "light":
	default:
		return wrongField("series", "must be temperature, humidity, sound or light")
	}
	points, err := s.o.History.History(r.Context(), series, from, to, step)
	if err != nil {
		return refuse(http.StatusServiceUnavailable, err.Error())
	}
	return respond(w, http.StatusOK, points)
}

// events answers with what happened, newest first.
func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	if s.o.History == nil {
		return refuse(http.StatusNotFound, "this monitor keeps no history")
	}
	q := r.URL.Query()
	if err := known(q, "from", "to", "kind"); err != nil {
		return err
	}
	from, to, err := period(q)
	if err != nil {
		return err
	}
	events, err := s.o.History.Events(r.Context(), from, to, q.Get("kind"))
	if err != nil {
		return refuse(http.StatusServiceUnavailable, err.Error())
	}
	return respond(w, http.StatusOK, events)
}
