package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"
)

// mostUpdate bounds an uploaded update: a whole system, compressed.
const mostUpdate = 800 << 20

// noCare is the answer of a monitor that lends no [Care].
func noCare() error { return refuse(http.StatusNotFound, "this monitor cannot do this by itself") }

// update takes an update and has it checked and installed; how that goes is in
// the state.
func (s *Server) update(w http.ResponseWriter, r *http.Request) error {
	if s.o.Care == nil {
		return noCare()
	}
	return receive(w, r, intake{
		most:     mostUpdate,
		tooLarge: fmt.Sprintf("this is larger than %d MB and no update of this monitor; choose the file whose name ends in .raucb", mostUpdate>>20),
		missing:  `there is no field "file" with an update in it`,
		status:   http.StatusAccepted,
		take: func(_ string, bundle io.Reader) (any, error) {
			if err := s.o.Care.Update(bundle, r.ContentLength); err != nil {
				return nil, err
			}
			return s.o.State.Get().Device.Update, nil
		},
	})
}

func (s *Server) restart(w http.ResponseWriter, _ *http.Request) error {
	if s.o.Care == nil {
		return noCare()
	}
	if err := s.o.Care.Restart(); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// reset has everything forgotten; the caller says their password once more.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Password string `json:"password"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if s.o.Care == nil {
		return noCare()
	}
	if err := s.confirm(r, body.Password); err != nil {
		return err
	}
	s.o.Log.Warn("A parent has everything forgotten.", "from", source(r))
	if err := s.o.Care.Reset(); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// diagnostics answers with a file for bug reports.
func (s *Server) diagnostics(w http.ResponseWriter, r *http.Request) error {
	if s.o.Care == nil {
		return noCare()
	}
	people, err := s.gate.Users()
	if err != nil {
		people = nil // the report is wanted most when things are broken
	}
	names := make([]string, len(people))
	for i := range people {
		names[i] = people[i].Name
	}
	var file bytes.Buffer // small, and an error in the middle can still be said
	if err := s.o.Care.Diagnose(r.Context(), &file, append(names, s.gate.Code())); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="babymonitor-diagnostics-`+time.Now().UTC().Format("20060102-1504")+`.zip"`)
	_, _ = file.WriteTo(w)
	return nil
}
