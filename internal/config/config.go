// Package config is what the owner may set: defaults, a strict load of the
// settings file, checks that say what to do, and an atomic save.
package config

import "cmp"

// Settings is everything that can be set. The TOML names are part of the
// outward contract.
type Settings struct {
	Name    string  `toml:"name" json:"name"` // of the monitor, shown on the page; 1 to 40 characters
	Camera  Camera  `toml:"camera" json:"camera"`
	Head    Head    `toml:"head" json:"head"`
	IRCut   IRCut   `toml:"ircut" json:"ircut"`
	Climate Climate `toml:"climate" json:"climate"`
	Audio   Audio   `toml:"audio" json:"audio"`
	Access  Access  `toml:"access" json:"access"`
}

// Camera chooses and shapes the picture.
type Camera struct {
	Source     string `toml:"source" json:"source"` // "auto", "rpicam", "v4l2", "file" or "sim"
	File       string `toml:"file" json:"file"`     // Annex-B H.264, for source "file"
	Width      int    `toml:"width" json:"width"`
	Height     int    `toml:"height" json:"height"`
	FPS        int    `toml:"fps" json:"fps"`
	MaxBitrate int    `toml:"max_bitrate" json:"max_bitrate"` // bits a second; congestion control moves between 250 kb/s and this
	Rotate     int    `toml:"rotate" json:"rotate"`           // degrees clockwise: 0, 90, 180, 270
	Tuning     string `toml:"tuning" json:"tuning"`           // libcamera tuning file, "" for the camera's own
	Device     string `toml:"device" json:"device"`           // of a V4L2 camera: path or part of its name, "" for the first
	MaxViewers int    `toml:"max_viewers" json:"max_viewers"`
	// How the picture is made, as far as the camera can.
	FlipH        bool    `toml:"flip_h" json:"flip_h"`
	FlipV        bool    `toml:"flip_v" json:"flip_v"`
	Exposure     float64 `toml:"exposure" json:"exposure"`           // ms of one picture; 0: automatic
	ISO          int     `toml:"iso" json:"iso"`                     // sensitivity; 0: automatic
	WhiteBalance int     `toml:"white_balance" json:"white_balance"` // kelvin; 0: automatic
	Mains        int     `toml:"mains" json:"mains"`                 // frequency of lamps that flicker, 50 or 60 Hz; 0: as the camera has it
	BlackWhite   string  `toml:"black_white" json:"black_white"`     // "night" (in infrared light), "never" or "always"
}

// Head is the pan/tilt head. Angles in degrees, pulses in microseconds.
type Head struct {
	Driver       string  `toml:"driver" json:"driver"`   // "none", "pca9685", "pwm", "gpio" or "sim"
	Bus          string  `toml:"bus" json:"bus"`         // I²C bus of a PCA9685: "1" is /dev/i2c-1
	Address      int     `toml:"address" json:"address"` // of a PCA9685; 0: 0x40
	Chip         int     `toml:"chip" json:"chip"`       // kernel PWM chip, the N of pwmchipN
	Pan          Axis    `toml:"pan" json:"pan"`
	Tilt         Axis    `toml:"tilt" json:"tilt"`
	Speed        float64 `toml:"speed" json:"speed"`               // degrees a second at full joystick
	Acceleration float64 `toml:"acceleration" json:"acceleration"` // degrees a second, each second
}

// AxisSpeed returns how fast an axis turns at most (degrees a second) and how
// quickly it gets there (degrees a second, each second): its own values, or the
// head's where it has none.
func (h Head) AxisSpeed(a Axis) (speed, acceleration float64) {
	return cmp.Or(a.Speed, h.Speed), cmp.Or(a.Acceleration, h.Acceleration)
}

// Axis is one servo.
type Axis struct {
	Channel  int     `toml:"channel" json:"channel"` // PCA9685 output or PWM channel
	Pin      string  `toml:"pin" json:"pin"`         // GPIO name, for driver "gpio"
	MinPulse int     `toml:"min_pulse" json:"min_pulse"`
	MaxPulse int     `toml:"max_pulse" json:"max_pulse"`
	Min      float64 `toml:"min" json:"min"` // soft limits
	Max      float64 `toml:"max" json:"max"`
	Trim     float64 `toml:"trim" json:"trim"`
	Reverse  bool    `toml:"reverse" json:"reverse"`
	// Speed and Acceleration are this axis' own; 0: the head's.
	Speed        float64 `toml:"speed" json:"speed"`
	Acceleration float64 `toml:"acceleration" json:"acceleration"`
}

// IRCut is the mechanical IR filter, the lamps and when night begins.
type IRCut struct {
	Driver string `toml:"driver" json:"driver"` // "none", "level", "pulse" or "sim"
	// Pins are BCM numbers of the header, or 128 to 135 for a line of the
	// firmware's expander (134 is the camera's LED line on a Pi 3). A level
	// filter has one, a pulse filter two: day and night.
	Pins     []int `toml:"pins" json:"pins"`
	Invert   bool  `toml:"invert" json:"invert"`
	LampsPin int   `toml:"lamps_pin" json:"lamps_pin"` // -1: no lamps line
	// LampsInvert says that the lamps burn while their line is low.
	LampsInvert bool `toml:"lamps_invert" json:"lamps_invert"`
	Pulse       int  `toml:"pulse" json:"pulse"` // of a pulse filter, ms; 0: 100
	// Ambient says what measures the light: "camera", "sensor" (a climate sensor
	// that measures illuminance, such as a BH1750), or "ldr:17", a light switch
	// on that pin which is high while it is bright (with AmbientInvert: low).
	Ambient       string  `toml:"ambient" json:"ambient"`
	AmbientInvert bool    `toml:"ambient_invert" json:"ambient_invert"`
	NightBelow    float64 `toml:"night_below" json:"night_below"`
	DayAbove      float64 `toml:"day_above" json:"day_above"` // lux; more than NightBelow
}

// Climate is the sensors and what is comfortable.
type Climate struct {
	Sensors     []Sensor `toml:"sensor" json:"sensor"`
	Temperature Band     `toml:"temperature" json:"temperature"` // °C
	Humidity    Band     `toml:"humidity" json:"humidity"`       // %
}

// Sensor is one climate sensor.
type Sensor struct {
	Driver  string  `toml:"driver" json:"driver"` // "bme280", "bmp280", "aht20", "hdc302x", "scd4x", "bh1750", "iio", "hwmon" or "sim"
	Bus     string  `toml:"bus" json:"bus"`       // I²C bus ("1" is /dev/i2c-1); for iio and hwmon the device's name, "" for the first
	Address int     `toml:"address" json:"address"`
	Offset  float64 `toml:"temperature_offset" json:"temperature_offset"` // °C, added to what it reads
}

// Band says what is comfortable: good is Low to High; below VeryLow or above
// VeryHigh is a matter for an alert.
type Band struct {
	VeryLow  float64 `toml:"very_low" json:"very_low"`
	Low      float64 `toml:"low" json:"low"`
	High     float64 `toml:"high" json:"high"`
	VeryHigh float64 `toml:"very_high" json:"very_high"`
}

// Audio is the microphone and the speaker.
type Audio struct {
	Microphone string `toml:"microphone" json:"microphone"`         // device name, "auto", "file:room.wav", "none" or "sim"
	Channel    string `toml:"channel" json:"channel"`               // of a microphone array: "best", "sum" or a number from 1
	Speaker    string `toml:"speaker" json:"speaker"`               // device name, "auto", "none" or "sim"
	Echo       bool   `toml:"echo_canceller" json:"echo_canceller"` // takes what the speaker plays out of what a real microphone hears; costs a quarter of a Pi 3's core while it plays, so off
	MaxVolume  int    `toml:"max_volume" json:"max_volume"`         // 0 to 100, a ceiling that a parent sets
}

// Access is who gets in.
type Access struct {
	SetupCode      bool     `toml:"setup_code" json:"setup_code"` // ask for the set-up code at first
	AllowedOrigins []string `toml:"allowed_origins" json:"allowed_origins"`
	// Files of a certificate of one's own, with its chain, and of its key, in
	// PEM; "" for the monitor's own.
	Certificate string `toml:"certificate" json:"certificate"`
	Key         string `toml:"key" json:"key"`
}
