package web

import (
	"bytes"
	"net/http"
	"strconv"
)

// noSim is the answer of a monitor that is real.
func noSim() error {
	return refuse(http.StatusNotFound, "nothing is simulated here; start the monitor with --sim")
}

func (s *Server) sim(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	if s.o.Sim == nil {
		return noSim()
	}
	var shape map[string]any
	if err := decodeBytes(body, &shape); err != nil {
		return err
	}
	if err := s.o.Sim.Change(body); err != nil {
		return refuse(http.StatusUnprocessableEntity, err.Error())
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) speakerWAV(w http.ResponseWriter, r *http.Request) error {
	if s.o.Sim == nil {
		return noSim()
	}
	seconds := 5.0
	if text := r.URL.Query().Get("seconds"); text != "" {
		var err error
		if seconds, err = strconv.ParseFloat(text, 64); err != nil {
			return wrongField("seconds", "is no number")
		}
	}
	var sound bytes.Buffer
	if err := s.o.Sim.SpeakerWAV(&sound, seconds); err != nil {
		return refuse(http.StatusUnprocessableEntity, err.Error())
	}
	w.Header().Set("Content-Type", "audio/wav")
	_, _ = sound.WriteTo(w)
	return nil
}
