package main

import (
	"context"
	"fmt"
	"strings"

	"babymonitor/audio/portaudio"
	"babymonitor/camera/v4l2"
	"babymonitor/internal/state"
	"babymonitor/sensors/sysfs"
	"babymonitor/web"
)

// examine tells how each device does while the monitor runs, and what else
// there is. Nothing is moved, clicked or played.
func (h *house) examine(ctx context.Context) []web.Finding {
	s := h.store.Get()
	var all []web.Finding
	add := func(device string, is state.Health, well string) {
		f := web.Finding{Device: device, OK: is.Condition != state.Fault, Says: well}
		switch {
		case is.Condition == state.Absent:
			f.Says = "none is configured"
		case is.Condition == state.Fault:
			f.Says = is.Detail
		case is.Condition == state.Starting:
			f.Says = "is being started"
		}
		all = append(all, f)
	}
	c := s.Camera
	picture := fmt.Sprintf("%s, %d×%d at %d pictures a second", c.Source, c.Width, c.Height, c.FPS)
	if c.Condition == state.Resting {
		picture += ", resting while nobody watches"
	}
	if c.Note != "" {
		picture += ". " + c.Note
	}
	add("camera", c.Health, picture)
	add("microphone", s.Sound.Health, fmt.Sprintf("hears the room at %.0f dBFS", s.Sound.Level))
	add("speaker", s.Speaker.Health, "takes sound")
	add("head", s.Head.Health, fmt.Sprintf("looks %.0f° to the side and %.0f° up", s.Head.Pan, s.Head.Tilt))
	add("night", s.Night.Health, nightWords(s.Night))
	add("climate", s.Climate.Health, climateWords(s.Climate))
	return append(append(all, board()...), h.alsoThere(ctx)...)
}

func nightWords(n state.Night) string {
	words := "the filter is in place (day)"
	if n.Night {
		words = "the filter is away (night)"
	}
	if n.Lux != nil {
		words += fmt.Sprintf(", %.0f lux", *n.Lux)
	}
	return words
}

func climateWords(c state.Climate) string {
	var words []string
	if c.Temperature != nil {
		words = append(words, fmt.Sprintf("%.1f °C", c.Temperature.Value))
	}
	if c.Humidity != nil {
		words = append(words, fmt.Sprintf("%.0f %%", c.Humidity.Value))
	}
	return strings.Join(words, ", ")
}

// board tells how the computer itself does, where it can tell.
func board() []web.Finding {
	b, err := sysfs.ReadBoard("")
	switch {
	case err != nil || b == (sysfs.Board{}):
		return nil
	case b.UnderVoltage:
		return []web.Finding{{Device: "board", Says: "the power supply is too weak: use one with 5.1 V and 2.5 A or more, and a short cable"}}
	default:
		return []web.Finding{{Device: "board", OK: true, Says: fmt.Sprintf("the processor has %.0f °C", b.Temperature)}}
	}
}

// alsoThere lists the cameras and sound devices of this machine, by the names
// that the settings take.
func (h *house) alsoThere(ctx context.Context) []web.Finding {
	var cameras []string
	for _, c := range v4l2.List() {
		cameras = append(cameras, fmt.Sprintf("%s (%s)", c.Name, c.Path))
	}
	var all []web.Finding
	if len(cameras) > 0 {
		all = append(all, web.Finding{Device: "cameras", OK: true, Says: strings.Join(cameras, ", ")})
	}
	if devices, err := h.devices.soundDevices(ctx); err == nil && len(devices) > 0 {
		all = append(all, web.Finding{Device: "sound", OK: true, Says: soundNames(devices)})
	}
	return all
}

// soundNames lists sound devices as the settings name them.
func soundNames(devices []portaudio.Device) string {
	var names []string
	for _, d := range devices {
		names = append(names, fmt.Sprintf("%q (hears %d, sounds %d channels, %d Hz)", d.Name, d.Inputs, d.Outputs, d.Rate))
	}
	return strings.Join(names, ", ")
}
