package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	snapshotIn  = 10 * time.Second // a camera that rests must wake up first
	mostMJPEG   = 8                // each costs a decoder and an encoder of stills
	pictureSent = 10 * time.Second // how long one picture may take to send
)

// snapshot answers with the newest picture.
func (s *Server) snapshot(w http.ResponseWriter, r *http.Request) error {
	if s.o.Snapshot == nil {
		return refuse(http.StatusConflict, "this monitor shows no single pictures")
	}
	ctx, cancel := context.WithTimeout(r.Context(), snapshotIn)
	defer cancel()
	picture, err := s.o.Snapshot(ctx)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
	_, _ = w.Write(picture)
	return nil
}

// boundary parts the pictures of a stream.
const boundary = "babymonitor-picture"

// mjpeg sends picture after picture, for clients that know nothing else.
func (s *Server) mjpeg(w http.ResponseWriter, r *http.Request) error {
	if s.o.Pictures == nil {
		return refuse(http.StatusConflict, "this monitor shows no single pictures")
	}
	select {
	case s.mjpegs <- struct{}{}:
		defer func() { <-s.mjpegs }()
	default:
		return &Problem{Status: http.StatusServiceUnavailable, after: 5 * time.Second,
			Detail: "too many watch this way; use the monitor's page, or WHEP"}
	}
	w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary="+boundary)
	control := http.NewResponseController(w)
	for picture := range s.o.Pictures(r.Context()) {
		_ = control.SetWriteDeadline(time.Now().Add(pictureSent))
		if _, err := fmt.Fprintf(w, "--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", boundary, len(picture)); err != nil {
			return nil
		}
		if _, err := w.Write(append(picture[:len(picture):len(picture)], "\r\n"...)); err != nil {
			return nil
		}
		if control.Flush() != nil {
			return nil
		}
	}
	if !begun(w) && r.Context().Err() == nil {
		return refuse(http.StatusServiceUnavailable, "the camera gives no picture; its state says why")
	}
	return nil
}
