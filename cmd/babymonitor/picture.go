package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/openh264"
	"babymonitor/internal/run"
	"babymonitor/internal/state"
)

// picture makes the camera's room: the hub, and its facts.
func (h *house) picture() {
	d := h.devices
	_, canZoom := d.camera.(camera.Zoomer)
	h.store.Update(func(s *state.State) {
		s.Camera = state.Camera{
			Health: state.Health{Condition: state.Resting, Since: time.Now()},
			Source: d.cameraName, FPS: d.mode.FPS,
			Width: d.mode.Width, Height: d.mode.Height,
			Bitrate: d.mode.Bitrate, Zoom: state.Rect(camera.Full()), CanZoom: canZoom,
		}
		if d.mode.Rotate%180 != 0 {
			s.Camera.Width, s.Camera.Height = d.mode.Height, d.mode.Width
		}
	})
	h.camera = camera.New(camera.Options{
		Source: d.camera, Mode: d.mode, Log: h.room("camera"), Changed: h.pictureChanged,
		Decode: openh264.DecodeKey,
	})
	h.album = newAlbum(h.camera, d.camera)
	d.onRestarting, d.onSized = h.pictureStops, h.pictureSized
	h.rooms.Add("camera", h.camera)
	h.rooms.Add("look of the picture", run.Func(h.keepLook))
	h.rooms.Vital("camera", h.camera.Signs)
	h.rooms.Check("camera", func() error { return h.camera.Status().Err })
}

// pictureChanged makes a camera's status a fact.
func (h *house) pictureChanged(now camera.Status) {
	h.store.Update(func(s *state.State) {
		condition, detail := state.OK, ""
		switch now.Phase {
		case camera.Resting:
			condition = state.Resting
		case camera.Starting:
			condition = state.Starting
		case camera.Failed:
			condition, detail = state.Fault, "The camera gives no picture: "+now.Err.Error()+". It is being restarted."
		}
		s.Camera.Health = health(s.Camera.Health, condition, detail, now.Restarts)
		s.Camera.Bitrate = now.Bitrate
		s.Camera.Zoom = state.Rect(now.Zoom)
	})
}

// notes are what a parent should know of the picture that is no fault. They
// belong to whoever changes the state.
type notes struct {
	stops string // why it stops for a moment
	size  string // why it is smaller or slower than it should be
}

func (n notes) String() string { return cmp.Or(n.stops, n.size) }

// pictureStops tells why the picture stops for a moment, "" when it goes on.
func (h *house) pictureStops(why string) {
	if why != "" {
		why = "The picture stops for a moment: " + why + "."
	}
	h.store.Update(func(s *state.State) {
		h.notes.stops = why
		s.Camera.Note = h.notes.String()
	})
}

// pictureSized tells what the software encoder can hold on this processor.
func (h *house) pictureSized(m camera.Mode) {
	h.store.Update(func(s *state.State) {
		s.Camera.Width, s.Camera.Height, s.Camera.FPS = m.Width, m.Height, m.FPS
		h.notes.size = ""
		if full := h.devices.mode; m.FPS < full.FPS || m.Width*m.Height < full.Width*full.Height {
			h.notes.size = fmt.Sprintf("This board has no encoder of its own: the picture is %d×%d at %d a second, as much as its processor can do.", m.Width, m.Height, m.FPS)
		}
		s.Camera.Note = h.notes.String()
	})
}

// health returns what follows was; the time is kept while the condition is.
func health(was state.Health, c state.Condition, detail string, tries int) state.Health {
	is := state.Health{Condition: c, Detail: detail, Since: was.Since, Tries: tries}
	if was.Condition != c {
		is.Since = time.Now()
	}
	return is
}

// meter tells the night room how much light the camera sees, while it sees any:
// once a second, or each five where a picture must be decoded for it.
func (h *house) meter(ctx context.Context) error {
	every := 5
	if _, ok := h.devices.camera.(camera.Metered); ok {
		every = 1
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		h.meterLDR()
		if h.settings.IRCut.Ambient != "camera" || n%every != 0 || h.camera.Status().Phase != camera.Live {
			continue
		}
		switch light, known := h.camera.Light(); {
		case !known:
		case light.Lux > 0:
			h.night.Light(light.Lux)
		case light.Luma > 0:
			h.night.Light(h.darkAndLight().OfLuma(light.Luma))
		}
	}
}

// meterLDR tells the night room what a light switch says: bright or dark, as a
// light on either side of where day and night begin.
func (h *house) meterLDR() {
	if h.devices.ldr == nil {
		return
	}
	bright, err := h.devices.ldr.Read()
	switch {
	case err != nil: // the night room tells of the lines that it cannot use
	case bright:
		h.night.Light(2 * h.settings.IRCut.DayAbove)
	default:
		h.night.Light(h.settings.IRCut.NightBelow / 2)
	}
}
