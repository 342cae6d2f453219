package main

import (
	"context"
	"fmt"
	"strings"

	"babymonitor/internal/state"
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
	all = append(all, certificate(s.Device.Certificate))
	here := inventory{buses: h.devices.buses}
	sound, _ := h.devices.soundDevices(ctx) // the microphone's line says why not
	for _, f := range append(here.boardFindings(), here.look(ctx, sound)...) {
		all = append(all, web.Finding{Device: f.device, OK: f.err == nil, Says: f.words()})
	}
	return all
}

// certificate tells what the monitor shows over https.
func certificate(c state.Certificate) web.Finding {
	f := web.Finding{Device: "certificate", OK: c.Problem == ""}
	switch {
	case !f.OK:
		f.Says = c.Problem + ". Until then the monitor shows its own"
	case c.Given:
		f.Says = fmt.Sprintf("the one of the settings file, for %s, until %s", strings.Join(c.Names, ", "), c.Until)
	default:
		f.Says = "the monitor's own, until " + c.Until + "; it is renewed by itself"
	}
	return f
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
