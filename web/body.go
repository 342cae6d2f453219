package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// How much and how long a request may be. Uploads have bounds of their own.
const (
	mostJSON   = 64 << 10
	readWithin = 15 * time.Second
	answerIn   = 30 * time.Second
)

// readBody reads a small body.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostJSON))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return nil, refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("this is larger than %d kB; send less", mostJSON>>10))
	}
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the request broke off; send it again")
	}
	return body, nil
}

// decode reads a JSON body strictly into the struct at into: 400 where it is
// not JSON, 422 where it is but not what is wanted.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	return decodeBytes(body, into)
}

func decodeBytes(body []byte, into any) error {
	if !json.Valid(body) {
		return refuse(http.StatusBadRequest, "this is not JSON; send one object")
	}
	if body = bytes.TrimSpace(body); body[0] != '{' {
		return refuse(http.StatusUnprocessableEntity, "send a JSON object, as {…}")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return wrongField(wrong.Field, fmt.Sprintf("is a %s; it must be a %s", wrong.Value, jsonKind(wrong.Type.Kind().String())))
	}
	// The library has no type for an unknown field; its words hold the name.
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return wrongField(strings.Trim(name, `"`), "is not known here; remove it")
	}
	return refuse(http.StatusUnprocessableEntity, "this cannot be read: "+err.Error())
}

// jsonKind is JSON's word for a Go kind.
func jsonKind(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "float64":
		return "number"
	case "int":
		return "whole number"
	case "struct", "map":
		return "object"
	case "slice":
		return "list"
	}
	return kind
}
