package web

import (
	"bytes"
	"math"
	"net/http"
	"slices"

	"babymonitor/camera"
	"babymonitor/internal/state"
	"babymonitor/servo"
)

// headOrder is one of three: a place, a preset, or a turning.
type headOrder struct {
	Pan       *float64 `json:"pan"`
	Tilt      *float64 `json:"tilt"`
	Preset    *string  `json:"preset"`
	PanSpeed  *float64 `json:"pan_speed"`
	TiltSpeed *float64 `json:"tilt_speed"`
}

func (s *Server) head(w http.ResponseWriter, r *http.Request) error {
	var o headOrder
	if err := decode(w, r, &o); err != nil {
		return err
	}
	if s.o.Head == nil || s.o.State.Get().Head.Condition == state.Absent {
		return refuse(http.StatusConflict, "this monitor has no head that turns; set driver in the section [head] of the settings file")
	}
	if err := s.turn(o); err != nil {
		return err
	}
	return respond(w, http.StatusOK, s.o.State.Get().Head)
}

func (s *Server) turn(o headOrder) error {
	place := o.Pan != nil || o.Tilt != nil
	speed := o.PanSpeed != nil || o.TiltSpeed != nil
	switch {
	case place && !speed && o.Preset == nil:
		now := s.o.State.Get().Head
		p := servo.Pose{Pan: or(o.Pan, now.Pan), Tilt: or(o.Tilt, now.Tilt)}
		if err := within("pan", p.Pan, now.PanMin, now.PanMax); err != nil {
			return err
		}
		if err := within("tilt", p.Tilt, now.TiltMin, now.TiltMax); err != nil {
			return err
		}
		return s.o.Head.GoTo(p)
	case o.Preset != nil && !place && !speed:
		return s.o.Head.GoToPreset(*o.Preset)
	case speed && !place && o.Preset == nil:
		v := servo.Velocity{Pan: or(o.PanSpeed, 0), Tilt: or(o.TiltSpeed, 0)}
		if err := within("pan_speed", v.Pan, -1, 1); err != nil {
			return err
		}
		if err := within("tilt_speed", v.Tilt, -1, 1); err != nil {
			return err
		}
		s.o.Head.Drive(v)
		return nil
	}
	return refuse(http.StatusUnprocessableEntity, "send either pan and tilt in degrees, or preset, or pan_speed and tilt_speed from -1 to 1")
}

func (s *Server) presets(w http.ResponseWriter, _ *http.Request) error {
	all := map[string]servo.Pose{}
	if s.o.Presets != nil {
		all = s.o.Presets.Presets()
	}
	return respond(w, http.StatusOK, all)
}

func (s *Server) preset(w http.ResponseWriter, r *http.Request) error {
	if s.o.Presets != nil {
		if p, ok := s.o.Presets.Presets()[r.PathValue("name")]; ok {
			return respond(w, http.StatusOK, p)
		}
	}
	return servo.ErrNoPreset
}

// savePreset keeps a position: the one that is sent, or where the head is.
func (s *Server) savePreset(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	if s.o.Presets == nil {
		return refuse(http.StatusConflict, "this monitor has no head that turns")
	}
	now := s.o.State.Get().Head
	p := servo.Pose{Pan: now.Pan, Tilt: now.Tilt}
	if len(bytes.TrimSpace(body)) > 0 {
		var sent struct {
			Pan  *float64 `json:"pan"`
			Tilt *float64 `json:"tilt"`
		}
		if err := decodeBytes(body, &sent); err != nil {
			return err
		}
		if sent.Pan == nil || sent.Tilt == nil {
			return refuse(http.StatusUnprocessableEntity, "send pan and tilt in degrees, or nothing for where the head is now")
		}
		p = servo.Pose{Pan: *sent.Pan, Tilt: *sent.Tilt}
	}
	if err := s.o.Presets.SavePreset(r.PathValue("name"), p); err != nil {
		return err
	}
	return respond(w, http.StatusOK, p)
}

func (s *Server) deletePreset(w http.ResponseWriter, r *http.Request) error {
	if s.o.Presets == nil {
		return servo.ErrNoPreset
	}
	if err := s.o.Presets.DeletePreset(r.PathValue("name")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) night(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Mode string `json:"mode"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if !slices.Contains([]string{"auto", "day", "night"}, body.Mode) {
		return wrongField("mode", `is not known; it must be "auto", "day" or "night"`)
	}
	if s.o.Night == nil {
		return refuse(http.StatusConflict, "this monitor has no night mode; set driver in the section [ircut] of the settings file")
	}
	if err := s.o.Night(body.Mode); err != nil {
		return err
	}
	return respond(w, http.StatusOK, s.o.State.Get().Night)
}

// smallestZoom is how small a part of the picture still shows something.
const smallestZoom = 0.05

func (s *Server) zoom(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		X *float64 `json:"x"`
		Y *float64 `json:"y"`
		W *float64 `json:"w"`
		H *float64 `json:"h"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	if body.X == nil || body.Y == nil || body.W == nil || body.H == nil {
		return refuse(http.StatusUnprocessableEntity, "send x, y, w and h as fractions of the full picture; {\"x\":0,\"y\":0,\"w\":1,\"h\":1} shows all of it")
	}
	part := camera.Rect{X: *body.X, Y: *body.Y, W: *body.W, H: *body.H}
	const rounding = 1e-6
	for _, c := range []struct {
		name           string
		value, low, to float64
	}{
		{"w", part.W, smallestZoom, 1}, {"h", part.H, smallestZoom, 1},
		{"x", part.X, 0, 1 - part.W + rounding}, {"y", part.Y, 0, 1 - part.H + rounding},
	} {
		if err := within(c.name, c.value, c.low, c.to); err != nil {
			return err
		}
	}
	if s.o.Zoom == nil {
		return refuse(http.StatusConflict, "this camera cannot zoom")
	}
	if err := s.o.Zoom(part); err != nil {
		return err
	}
	return respond(w, http.StatusOK, part)
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// within wants a value from low to high.
func within(field string, v, low, high float64) error {
	if v >= low && v <= high {
		return nil
	}
	return wrongField(field, "is "+number(v)+"; send it from "+number(low)+" to "+number(math.Floor(high*1000)/1000))
}
