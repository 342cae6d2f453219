package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
)

// changes names the parents' settings that differ.
func changes(was, is Settings) []string {
	return changed("", reflect.ValueOf(was.Parents()), reflect.ValueOf(is.Parents()))
}

func changed(key string, was, is reflect.Value) (keys []string) {
	if is.Kind() != reflect.Struct {
		if reflect.DeepEqual(was.Interface(), is.Interface()) {
			return nil
		}
		return []string{key}
	}
	for i := range is.NumField() {
		name := strings.TrimPrefix(key+"."+is.Type().Field(i).Tag.Get("json"), ".")
		keys = append(keys, changed(name, was.Field(i), is.Field(i))...)
	}
	return keys
}

// needsRestart says whether a changed setting comes into force only when the
// room that it is about starts again.
func needsRestart(key string) bool {
	switch key {
	case "name", "audio.max_volume", "access.allowed_origins",
		"camera.flip_h", "camera.flip_v", "camera.exposure", "camera.iso", "camera.white_balance", "camera.mains", "camera.black_white":
		return false
	}
	return true
}

// decodeJSON reads a JSON object strictly over the struct at into.
func decodeJSON(body []byte, into *ParentSettings) Faults {
	var raw any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err := d.Decode(&raw)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	if err != nil {
		return Faults{{Reason: "is not JSON: " + err.Error(), Do: `send an object, as {"name": "Nursery"}`}}
	}
	if faults := fit("", raw, reflect.TypeFor[ParentSettings](), "json"); len(faults) > 0 {
		return faults
	}
	// Decoding would write into the elements that are there and keep parts of them.
	sensors, origins := into.Climate.Sensors, into.Access.AllowedOrigins
	into.Climate.Sensors, into.Access.AllowedOrigins = nil, nil
	if err := json.Unmarshal(body, into); err != nil {
		return Faults{{Reason: "cannot be read: " + err.Error()}}
	}
	if into.Climate.Sensors == nil {
		into.Climate.Sensors = sensors
	}
	if into.Access.AllowedOrigins == nil {
		into.Access.AllowedOrigins = origins
	}
	return nil
}
