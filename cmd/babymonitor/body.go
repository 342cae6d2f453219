package main

import (
	"time"

	"babymonitor/camera/ircut"
	"babymonitor/internal/run"
	"babymonitor/internal/state"
	"babymonitor/sensors"
	"babymonitor/servo"
)

// body makes the rooms that have a body in the child's room: the head, the
// filter with its lamps, and the sensors.
func (h *house) body() error {
	for _, make := range []func() error{h.turning, h.darkness, h.air} {
		if err := make(); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) turning() error {
	l := limits(h.settings.Head)
	h.store.Update(func(s *state.State) {
		s.Head = state.Head{
			Health: state.Health{Condition: state.Absent, Since: time.Now()},
			PanMin: l.Pan.Min, PanMax: l.Pan.Max, TiltMin: l.Tilt.Min, TiltMax: l.Tilt.Max,
			Presets: map[string]state.Pose{},
		}
	})
	if h.devices.head == nil {
		return nil
	}
	var err error
	h.head, err = servo.NewHead(servo.Options{
		Actuator: h.devices.head, Limits: l, Dir: h.place.data, Log: h.room("head"), OnStatus: h.headChanged,
	})
	if err != nil {
		return err
	}
	h.store.Update(func(s *state.State) { // known before the head runs
		pose := h.head.Pose()
		s.Head.Pan, s.Head.Tilt, s.Head.Presets = pose.Pan, pose.Tilt, poses(h.head.Presets())
	})
	h.rooms.Add("head", h.head)
	h.rooms.Check("head", h.wellUnlessFault(func(s state.State) state.Health { return s.Head.Health }))
	return nil
}

func (h *house) headChanged(now servo.Status) {
	h.store.Update(func(s *state.State) {
		condition := state.OK
		if now.Fault != "" {
			condition = state.Fault
		}
		s.Head.Health = health(s.Head.Health, condition, now.Fault, now.Tries)
		s.Head.Pan, s.Head.Tilt, s.Head.Moving = now.Pose.Pan, now.Pose.Tilt, now.Moving
		s.Head.Presets = poses(now.Presets)
	})
}

// poses turns presets into facts.
func poses(presets map[string]servo.Pose) map[string]state.Pose {
	facts := make(map[string]state.Pose, len(presets))
	for name, p := range presets {
		facts[name] = state.Pose(p)
	}
	return facts
}

func (h *house) darkness() error {
	mode := ircut.Mode(h.kept.night(ircut.Auto))
	h.store.Update(func(s *state.State) {
		s.Night = state.Night{Health: state.Health{Condition: state.Absent, Since: time.Now()}, Mode: string(mode)}
	})
	if h.devices.night == nil {
		return nil
	}
	var err error
	h.night, err = ircut.NewKeeper(ircut.Options{
		Filter: h.devices.night, Mode: mode, Log: h.room("night"), OnFacts: h.nightChanged,
		Rules: h.darkAndLight(),
	})
	if err != nil {
		return err
	}
	h.rooms.Add("night", h.night)
	h.rooms.Add("light meter", run.Func(h.meter))
	h.rooms.Check("night", h.wellUnlessFault(func(s state.State) state.Health { return s.Night.Health }))
	return nil
}

// darkAndLight says where day and night begin.
func (h *house) darkAndLight() ircut.Rules {
	return ircut.Rules{NightBelow: h.settings.IRCut.NightBelow, DayAbove: h.settings.IRCut.DayAbove}
}

func (h *house) nightChanged(now ircut.Facts) {
	defer h.lookAgain()
	h.store.Update(func(s *state.State) {
		condition := state.OK
		if now.Fault != "" {
			condition = state.Fault
		}
		s.Night = state.Night{
			Health: health(s.Night.Health, condition, now.Fault, now.Tries),
			Mode:   string(now.Mode), Night: now.Night, Lamps: now.Lamps, Lux: now.Lux,
		}
	})
}

// setNight is what a parent chooses; it survives a restart.
func (h *house) setNight(mode string) error {
	if err := ircut.Mode(mode).Check(); err != nil {
		return err
	}
	if h.night == nil {
		return errAbsent("IR filter")
	}
	if err := h.night.SetMode(ircut.Mode(mode)); err != nil {
		return err
	}
	h.store.Update(func(s *state.State) { s.Night.Mode = mode })
	return h.kept.setNight(mode)
}

func (h *house) air() error {
	h.store.Update(func(s *state.State) {
		s.Climate = state.Climate{Health: state.Health{Condition: state.Absent, Since: time.Now()}}
	})
	if len(h.devices.climate) == 0 {
		return nil
	}
	c := h.settings.Climate
	round, err := sensors.NewRound(sensors.Options{
		Sources: h.devices.climate, Log: h.room("climate"), OnFacts: h.airChanged,
		Temperature: sensors.Band{VeryLow: c.Temperature.VeryLow, Low: c.Temperature.Low, High: c.Temperature.High, VeryHigh: c.Temperature.VeryHigh, Hysteresis: 0.2},
		Humidity:    sensors.Band{VeryLow: c.Humidity.VeryLow, Low: c.Humidity.Low, High: c.Humidity.High, VeryHigh: c.Humidity.VeryHigh, Hysteresis: 1},
	})
	if err != nil {
		return err
	}
	h.rooms.Add("climate", round)
	h.rooms.Check("climate", h.wellUnlessFault(func(s state.State) state.Health { return s.Climate.Health }))
	return nil
}

func (h *house) airChanged(now sensors.Facts) {
	h.store.Update(func(s *state.State) {
		condition, tries := state.OK, 0
		if now.Fault() != "" {
			condition = state.Fault
		}
		for _, sensor := range now.Sensors {
			tries = max(tries, sensor.Tries)
		}
		s.Climate = state.Climate{
			Health:      health(s.Climate.Health, condition, now.Fault(), tries),
			Temperature: measure(now.Measures, sensors.Temperature),
			Humidity:    measure(now.Measures, sensors.Humidity),
			CO2:         measure(now.Measures, sensors.CO2),
		}
	})
	if lux, ok := now.Measures[sensors.Illuminance]; ok && !lux.Stale && h.night != nil && h.settings.IRCut.Ambient == "sensor" {
		h.night.Light(lux.Value)
	}
}

func measure(all map[sensors.Quantity]sensors.Measure, q sensors.Quantity) *state.Measure {
	m, ok := all[q]
	if !ok {
		return nil
	}
	return &state.Measure{Value: m.Value, At: m.At, Stale: m.Stale, Comfort: string(m.Comfort), Fault: m.Fault}
}
