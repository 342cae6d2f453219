package config

import (
	"fmt"
	"slices"
)

// ParentSettings are the settings that a parent may change from the page. The
// names are those of [Settings].
type ParentSettings struct {
	Name    string        `toml:"name" json:"name"`
	Camera  parentCamera  `toml:"camera" json:"camera"`
	Head    parentHead    `toml:"head" json:"head"`
	IRCut   parentIRCut   `toml:"ircut" json:"ircut"`
	Climate parentClimate `toml:"climate" json:"climate"`
	Audio   parentAudio   `toml:"audio" json:"audio"`
	Access  parentAccess  `toml:"access" json:"access"`
}

type parentCamera struct {
	MaxBitrate   int     `toml:"max_bitrate" json:"max_bitrate"`
	Rotate       int     `toml:"rotate" json:"rotate"`
	MaxViewers   int     `toml:"max_viewers" json:"max_viewers"`
	FlipH        bool    `toml:"flip_h" json:"flip_h"`
	FlipV        bool    `toml:"flip_v" json:"flip_v"`
	Exposure     float64 `toml:"exposure" json:"exposure"`
	ISO          int     `toml:"iso" json:"iso"`
	WhiteBalance int     `toml:"white_balance" json:"white_balance"`
	Mains        int     `toml:"mains" json:"mains"`
	BlackWhite   string  `toml:"black_white" json:"black_white"`
}

type parentHead struct {
	Speed        float64    `toml:"speed" json:"speed"`
	Acceleration float64    `toml:"acceleration" json:"acceleration"`
	Pan          parentAxis `toml:"pan" json:"pan"`
	Tilt         parentAxis `toml:"tilt" json:"tilt"`
}

type parentAxis struct {
	Min          float64 `toml:"min" json:"min"`
	Max          float64 `toml:"max" json:"max"`
	Trim         float64 `toml:"trim" json:"trim"`
	Reverse      bool    `toml:"reverse" json:"reverse"`
	Speed        float64 `toml:"speed" json:"speed"`
	Acceleration float64 `toml:"acceleration" json:"acceleration"`
}

// parents returns what of an axis a parent may change.
func (a Axis) parents() parentAxis {
	return parentAxis{Min: a.Min, Max: a.Max, Trim: a.Trim, Reverse: a.Reverse, Speed: a.Speed, Acceleration: a.Acceleration}
}

// with returns the axis with what a parent has changed.
func (a Axis) with(p parentAxis) Axis {
	a.Min, a.Max, a.Trim, a.Reverse, a.Speed, a.Acceleration = p.Min, p.Max, p.Trim, p.Reverse, p.Speed, p.Acceleration
	return a
}

// parents returns what of a camera a parent may change.
func (c Camera) parents() parentCamera {
	return parentCamera{
		MaxBitrate: c.MaxBitrate, Rotate: c.Rotate, MaxViewers: c.MaxViewers, FlipH: c.FlipH, FlipV: c.FlipV,
		Exposure: c.Exposure, ISO: c.ISO, WhiteBalance: c.WhiteBalance, Mains: c.Mains, BlackWhite: c.BlackWhite,
	}
}

// with returns the camera with what a parent has changed.
func (c Camera) with(p parentCamera) Camera {
	c.MaxBitrate, c.Rotate, c.MaxViewers, c.FlipH, c.FlipV = p.MaxBitrate, p.Rotate, p.MaxViewers, p.FlipH, p.FlipV
	c.Exposure, c.ISO, c.WhiteBalance, c.Mains, c.BlackWhite = p.Exposure, p.ISO, p.WhiteBalance, p.Mains, p.BlackWhite
	return c
}

type parentIRCut struct {
	NightBelow float64 `toml:"night_below" json:"night_below"`
	DayAbove   float64 `toml:"day_above" json:"day_above"`
}

type parentClimate struct {
	// Sensors are named by driver, bus and address, which do not change here;
	// their temperature offset does. One that is not in the list stays as it is.
	Sensors     []Sensor `toml:"sensor" json:"sensor"`
	Temperature Band     `toml:"temperature" json:"temperature"`
	Humidity    Band     `toml:"humidity" json:"humidity"`
}

type parentAudio struct {
	MaxVolume int `toml:"max_volume" json:"max_volume"`
}

type parentAccess struct {
	AllowedOrigins []string `toml:"allowed_origins" json:"allowed_origins"`
}

// Parents returns what of s a parent may change. Its lists are its own.
func (s Settings) Parents() ParentSettings {
	c := s.clone()
	return ParentSettings{
		Name:    c.Name,
		Camera:  c.Camera.parents(),
		Head:    parentHead{c.Head.Speed, c.Head.Acceleration, c.Head.Pan.parents(), c.Head.Tilt.parents()},
		IRCut:   parentIRCut{c.IRCut.NightBelow, c.IRCut.DayAbove},
		Climate: parentClimate{c.Climate.Sensors, c.Climate.Temperature, c.Climate.Humidity},
		Audio:   parentAudio{c.Audio.MaxVolume},
		Access:  parentAccess{c.Access.AllowedOrigins},
	}
}

// with returns s with what a parent has changed. The faults are about sensors
// that s does not have.
func (s Settings) with(p ParentSettings) (Settings, Faults) {
	s = s.clone()
	s.Name = p.Name
	s.Camera = s.Camera.with(p.Camera)
	s.Head.Speed, s.Head.Acceleration = p.Head.Speed, p.Head.Acceleration
	s.Head.Pan, s.Head.Tilt = s.Head.Pan.with(p.Head.Pan), s.Head.Tilt.with(p.Head.Tilt)
	s.IRCut.NightBelow, s.IRCut.DayAbove = p.IRCut.NightBelow, p.IRCut.DayAbove
	s.Climate.Temperature, s.Climate.Humidity = p.Climate.Temperature, p.Climate.Humidity
	s.Audio.MaxVolume = p.Audio.MaxVolume
	s.Access.AllowedOrigins = slices.Clone(p.Access.AllowedOrigins)
	var faults Faults
	for i, changed := range p.Climate.Sensors {
		at := slices.IndexFunc(s.Climate.Sensors, changed.same)
		if at < 0 {
			faults = append(faults, Fault{Key: fmt.Sprintf("climate.sensor[%d]", i), Reason: "is no sensor of this monitor",
				Do: "name driver, bus and address as the settings list them; new sensors go into the settings file"})
			continue
		}
		s.Climate.Sensors[at].Offset = changed.Offset
	}
	return s, faults
}

// clone returns s with lists of its own, which are never nil.
func (s Settings) clone() Settings {
	s.IRCut.Pins = append([]int{}, s.IRCut.Pins...)
	s.Climate.Sensors = append([]Sensor{}, s.Climate.Sensors...)
	s.Access.AllowedOrigins = append([]string{}, s.Access.AllowedOrigins...)
	return s
}
