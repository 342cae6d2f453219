package web

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	// mostUpload is a sound file with room for the multipart wrapping.
	mostUpload = 100<<20 + 64<<10
	// longestTimer of the player, in minutes.
	longestTimer = 720
)

func number(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func (s *Server) lullabies(w http.ResponseWriter, _ *http.Request) error {
	list := []Lullaby{}
	if s.o.Lullabies != nil {
		list = orEmpty(s.o.Lullabies.List())
	}
	return respond(w, http.StatusOK, list)
}

// addLullaby takes a sound file.
func (s *Server) addLullaby(w http.ResponseWriter, r *http.Request) error {
	if s.o.Lullabies == nil {
		return refuse(http.StatusNotFound, "this monitor has no lullabies")
	}
	return receive(w, r, intake{
		most:     mostUpload,
		tooLarge: "the file is larger than 100 MB; send a shorter piece, or one that is compressed more (mp3 or ogg)",
		missing:  `there is no field "file" with a sound file in it`,
		status:   http.StatusCreated,
		take: func(name string, sound io.Reader) (any, error) {
			added, err := s.o.Lullabies.Add(r.Context(), name, sound)
			if err != nil {
				return nil, undecodable(err)
			}
			return added, nil
		},
	})
}

// undecodable is the problem of a file that the library does not take.
func undecodable(err error) error {
	p := problemOf(err)
	if p.Status == http.StatusServiceUnavailable {
		p = refuse(http.StatusUnprocessableEntity, err.Error())
	}
	return p
}

func (s *Server) removeLullaby(w http.ResponseWriter, r *http.Request) error {
	if s.o.Lullabies == nil {
		return refuse(http.StatusNotFound, "this monitor has no lullabies")
	}
	err := s.o.Lullabies.Remove(r.PathValue("id"))
	if errors.Is(err, fs.ErrNotExist) {
		return refuse(http.StatusNotFound, "there is no lullaby of your own with this id; the built-in ones stay")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) player(w http.ResponseWriter, r *http.Request) error {
	var o PlayerOrder
	if err := decode(w, r, &o); err != nil {
		return err
	}
	if err := s.checkPlayer(o); err != nil {
		return err
	}
	if s.o.Player == nil {
		return refuse(http.StatusConflict, "this monitor has no speaker; set speaker in the section [audio] of the settings file")
	}
	if err := s.o.Player(o); err != nil {
		return err
	}
	return respond(w, http.StatusOK, s.o.State.Get().Player)
}

func (s *Server) checkPlayer(o PlayerOrder) error {
	if !slices.Contains([]string{"play", "stop", "volume"}, o.Action) {
		return wrongField("action", `is not known; it must be "play", "stop" or "volume"`)
	}
	if o.Action == "volume" && o.Volume == nil {
		return wrongField("volume", "is missing; send it from 0 to 100")
	}
	if o.Volume != nil {
		if err := within("volume", float64(*o.Volume), 0, 100); err != nil {
			return err
		}
	}
	if o.TimerMinutes != nil {
		if err := within("timer_minutes", float64(*o.TimerMinutes), 0, longestTimer); err != nil {
			return err
		}
	}
	if o.Track == nil || s.o.Lullabies == nil {
		return nil
	}
	list := s.o.Lullabies.List()
	if slices.ContainsFunc(list, func(l Lullaby) bool { return l.ID == *o.Track }) {
		return nil
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return wrongField("track", "is not known; choose one of "+strings.Join(ids, ", "))
}
