package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"

	"babymonitor/web/access"
)

// mostBackup bounds an uploaded back-up.
const mostBackup = 80 << 20

// confirm asks the caller for their password once more: a phone that lies about
// is logged in, and must not be enough for what cannot be undone.
func (s *Server) confirm(r *http.Request, password string) error {
	caller, _ := access.CallerFrom(r.Context())
	err := s.gate.Confirm(r.Context(), source(r), caller, password)
	if errors.Is(err, access.ErrWrong) {
		return refuse(http.StatusForbidden, "the password is wrong; nothing was changed")
	}
	return err
}

// confirmBasic is confirm for requests with no room for a password but that of
// HTTP Basic, which they carry beside the session's cookie.
func (s *Server) confirmBasic(r *http.Request) error {
	_, password, ok := r.BasicAuth()
	if !ok {
		return refuse(http.StatusForbidden, "say your password with this request, as HTTP Basic does; a back-up holds secrets")
	}
	return s.confirm(r, password)
}

// backup answers with everything that is the family's, in one file.
func (s *Server) backup(w http.ResponseWriter, r *http.Request) error {
	if s.o.Care == nil {
		return noCare()
	}
	if err := s.confirmBasic(r); err != nil {
		return err
	}
	s.o.Log.Warn("A parent saves a back-up.", "from", source(r))
	w.Header().Set("Content-Type", "application/gzip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{
		"filename": backupName(s.o.State.Get().Device.Name, time.Now()),
	}))
	return s.o.Care.Backup(w)
}

// backupName is "babymonitor-backup-nursery-20260301-0203.tar.gz".
func backupName(monitor string, at time.Time) string {
	words := strings.FieldsFunc(strings.ToLower(monitor), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(append(append([]string{"babymonitor-backup"}, words...), at.UTC().Format("20060102-1504")), "-") + ".tar.gz"
}

// restore takes a back-up over, from a parent or from who sets a new monitor up.
func (s *Server) restore(w http.ResponseWriter, r *http.Request) error {
	if s.o.Care == nil {
		return noCare()
	}
	return receive(w, r, intake{
		most:     mostBackup,
		tooLarge: fmt.Sprintf("this is larger than %d MB and no back-up of this monitor; choose the file whose name begins with babymonitor-backup", mostBackup>>20),
		missing:  `there is no field "file" with a back-up in it`,
		status:   http.StatusAccepted,
		take: func(_ string, backup io.Reader) (any, error) {
			err := s.takeOver(r, backup)
			if err != nil {
				_, _ = io.Copy(io.Discard, backup) // a browser that still sends does not read why
			}
			return struct{}{}, err
		},
	})
}

func (s *Server) takeOver(r *http.Request, backup io.Reader) error {
	if _, known := access.CallerFrom(r.Context()); known { // else by the set-up code
		if err := s.confirmBasic(r); err != nil {
			return err
		}
	}
	s.o.Log.Warn("A back-up is brought back.", "from", source(r))
	return s.o.Care.Restore(backup)
}
