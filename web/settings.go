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
