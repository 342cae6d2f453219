package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"
)

const (
	// uploadStall is how long nothing of an upload may arrive.
	uploadStall = 15 * time.Second
	// How much of a refused upload is still read, so that who sends it gets to
	// read why instead of a broken connection.
	lingerBytes = 64 << 20
	lingerTime  = 2 * time.Second
)

// intake is what becomes of an uploaded file.
type intake struct {
	most              int64 // bytes of the whole request
	tooLarge, missing string
	status            int // of the answer
	take              func(name string, file io.Reader) (answer any, err error)
}

// receive takes a file, or answers why not and lets the sender finish.
func receive(w http.ResponseWriter, r *http.Request, in intake) error {
	rest := r.Body
	err := in.read(w, r)
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

// read takes the file. One that is too large is refused before it is read,
// where the browser says how large it is, and at the limit otherwise.
func (in intake) read(w http.ResponseWriter, r *http.Request) error {
	tooLarge := refuse(http.StatusRequestEntityTooLarge, in.tooLarge)
	if r.ContentLength > in.most {
		w.Header().Set("Connection", "close")
		return tooLarge
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return refuse(http.StatusUnsupportedMediaType, `send the file as multipart/form-data in the field "file"`)
	}
	r.Body = http.MaxBytesReader(w, &patient{r.Body, http.NewResponseController(w)}, in.most)
	parts, err := r.MultipartReader()
	if err != nil {
		return refuse(http.StatusBadRequest, "the upload cannot be read: "+err.Error())
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return refuse(http.StatusUnprocessableEntity, in.missing)
		}
		if err != nil {
			return brokenUpload(err, tooLarge)
		}
		if part.FormName() != "file" {
			continue
		}
		source := &noted{from: part}
		answer, err := in.take(part.FileName(), source)
		if source.err != nil { // the upload failed, whatever is made of it
			return brokenUpload(source.err, tooLarge)
		}
		if err != nil {
			return err
		}
		return respond(w, in.status, answer)
	}
}

// brokenUpload says why an upload could not be read.
func brokenUpload(err error, tooLarge *Problem) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return tooLarge
	}
	return refuse(http.StatusBadRequest, "the upload broke off; try it again")
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
