package web

import "net/http"

// settingsView is what the page shows.
type settingsView struct {
	Settings      any  `json:"settings"`
	RestartNeeded bool `json:"restart_needed"`
}

func (s *Server) settings(w http.ResponseWriter, _ *http.Request) error {
	return respond(w, http.StatusOK, settingsView{s.o.Settings.Get().Parents(), s.o.Settings.RestartNeeded()})
}

func (s *Server) patchSettings(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	if _, err := s.o.Settings.Patch(body); err != nil {
		return err
	}
	return s.settings(w, r)
}

// doctor tells how each device does.
func (s *Server) doctor(w http.ResponseWriter, r *http.Request) error {
	if s.o.Doctor == nil {
		return refuse(http.StatusConflict, "this monitor cannot examine its devices")
	}
	return respond(w, http.StatusOK, s.o.Doctor(r.Context()))
}
