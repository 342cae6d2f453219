package web

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// mostUpload is a sound file with room for the multipart wrapping.
	mostUpload = 100<<20 + 64<<10
	// uploadStall is how long nothing of an upload may arrive.
	uploadStall = 15 * time.Second
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

// How much of a refused upload is still read, so that who sends it gets to read
// why instead of a broken connection.
const (
	lingerBytes = 64 << 20
	lingerTime  = 2 * time.Second
)

// addLullaby takes a sound file, or answers why not and lets the sender finish.
func (s *Server) addLullaby(w http.ResponseWriter, r *http.Request) error {
	rest := r.Body
	err := s.takeLullaby(w, r)
	if err == nil || r.ContentLength >= 0 {
		return err
	}
	control := http.NewResponseController(w)
	if control.EnableFullDuplex() != nil {
		return err
	}
	w.Header().Set("Connection", "close")
	problemOf(err).write(w, r)
	_ = control.Flush()
	_ = control.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, rest, lingerBytes)
	return nil
}

// takeLullaby takes a sound file. One that is too large is refused before it is
// read, where the browser says how large it is, and at the limit otherwise.
func (s *Server) takeLullaby(w http.ResponseWriter, r *http.Request) error {
	if s.o.Lullabies == nil {
		return refuse(http.StatusNotFound, "this monitor has no lullabies")
	}
	tooLarge := refuse(http.StatusRequestEntityTooLarge, "the file is larger than 100 MB; send a shorter piece, or one that is compressed more (mp3 or ogg)")
	if r.ContentLength > mostUpload {
		w.Header().Set("Connection", "close")
		return tooLarge
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return refuse(http.StatusUnsupportedMediaType, `send the file as multipart/form-data in the field "file"`)
	}
	r.Body = http.MaxBytesReader(w, &patient{r.Body, http.NewResponseController(w)}, mostUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return refuse(http.StatusBadRequest, "the upload cannot be read: "+err.Error())
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return brokenUpload(err, tooLarge)
		}
		if part.FormName() != "file" {
			continue
		}
		source := &noted{from: part}
		added, err := s.o.Lullabies.Add(r.Context(), part.FileName(), source)
		if source.err != nil { // the upload failed, whatever the library makes of it
			return brokenUpload(source.err, tooLarge)
		}
		if err != nil {
			return undecodable(err)
		}
		return respond(w, http.StatusCreated, added)
	}
}

// brokenUpload says why an upload could not be read.
func brokenUpload(err error, tooLarge *Problem) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return tooLarge
	}
	if errors.Is(err, io.EOF) {
		return refuse(http.StatusUnprocessableEntity, `there is no field "file" with a sound file in it`)
	}
	return refuse(http.StatusBadRequest, "the upload broke off; try it again")
}

// undecodable is the problem of a file that the library does not take.
func undecodable(err error) error {
	p := problemOf(err)
	if p.Status == http.StatusServiceUnavailable {
		p = refuse(http.StatusUnprocessableEntity, err.Error())
	}
	return p
}

// noted remembers why reading ended before its time.
type noted struct {
	from io.Reader
	err  error
}

func (n *noted) Read(b []byte) (int, error) {
	c, err := n.from.Read(b)
	if err != nil && err != io.EOF {
		n.err = err
	}
	return c, err
}

// patient gives an upload time as long as something of it arrives.
type patient struct {
	io.ReadCloser
	control *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(uploadStall))
	return p.ReadCloser.Read(b)
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
