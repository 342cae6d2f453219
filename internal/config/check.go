package config

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Check returns everything in s that is out of its range or contradicts
// something else; nothing where s can be used.
func Check(s Settings) Faults {
	var c checker
	c.text("name", s.Name, 40)
	if strings.TrimSpace(s.Name) == "" {
		c.fault("name", "is empty", "give the monitor a name of 1 to 40 characters")
	}
	c.camera(s.Camera)
	c.head(s.Head)
	c.ircut(s.IRCut)
	c.climate(s.Climate)
	c.text("audio.microphone", s.Audio.Microphone, 200)
	c.text("audio.channel", s.Audio.Channel, 10)
	c.text("audio.speaker", s.Audio.Speaker, 200)
	c.number("audio.max_volume", float64(s.Audio.MaxVolume), 0, 100)
	c.files(s.Access)
	for i, origin := range s.Access.AllowedOrigins {
		c.origin(fmt.Sprintf("access.allowed_origins[%d]", i), origin)
	}
	return c.faults
}

type checker struct{ faults Faults }

func (c *checker) fault(key, reason, do string) {
	c.faults = append(c.faults, Fault{Key: key, Reason: reason, Do: do})
}

// number wants v from low to high. NaN is in no range.
func (c *checker) number(key string, v, low, high float64) {
	if !(v >= low && v <= high) {
		c.fault(key, fmt.Sprintf("is %.12g", v), fmt.Sprintf("set it from %.12g to %.12g", low, high))
	}
}

// zeroOr wants v to be 0 or from low to high.
func (c *checker) zeroOr(key string, v, low, high float64) {
	if !(v == 0 || v >= low && v <= high) {
		c.fault(key, fmt.Sprintf("is %.12g", v), fmt.Sprintf("set it from %.12g to %.12g, or to 0", low, high))
	}
}

func (c *checker) oneOf(key, v string, allowed ...string) {
	if !slices.Contains(allowed, v) {
		c.fault(key, fmt.Sprintf("is %q", clip(v)), "choose one of "+strings.Join(allowed, ", "))
	}
}

func (c *checker) text(key, v string, most int) {
	if utf8.RuneCountInString(v) > most {
		c.fault(key, "is too long", fmt.Sprintf("keep it within %d characters", most))
	}
	if !utf8.ValidString(v) || strings.ContainsFunc(v, unicode.IsControl) {
		c.fault(key, "holds characters that cannot be printed", "write it with plain letters")
	}
}

func (c *checker) camera(k Camera) {
	c.oneOf("camera.source", k.Source, "auto", "rpicam", "v4l2", "file", "sim")
	c.text("camera.file", k.File, 4096)
	c.text("camera.tuning", k.Tuning, 4096)
	c.text("camera.device", k.Device, 4096)
	if k.Source == "file" && k.File == "" {
		c.fault("camera.file", "is missing", `name an Annex-B H.264 file, or choose another source than "file"`)
	}
	c.number("camera.width", float64(k.Width), 160, 2592)
	c.number("camera.height", float64(k.Height), 120, 1944)
	if k.Width%2 != 0 || k.Height%2 != 0 {
		c.fault("camera.width", fmt.Sprintf("and camera.height are %d and %d", k.Width, k.Height), "both must be even")
	}
	c.number("camera.fps", float64(k.FPS), 1, 60)
	c.number("camera.max_bitrate", float64(k.MaxBitrate), 250_000, 20_000_000)
	c.number("camera.max_viewers", float64(k.MaxViewers), 1, 200)
	if !slices.Contains([]int{0, 90, 180, 270}, k.Rotate) {
		c.fault("camera.rotate", fmt.Sprintf("is %d", k.Rotate), "choose one of 0, 90, 180, 270")
	}
	c.look(k)
}

func (c *checker) look(k Camera) {
	c.number("camera.exposure", k.Exposure, 0, 1000)
	c.zeroOr("camera.iso", float64(k.ISO), 50, 6400)
	c.zeroOr("camera.white_balance", float64(k.WhiteBalance), 2000, 10_000)
	c.oneOf("camera.black_white", k.BlackWhite, "night", "never", "always")
	if !slices.Contains([]int{0, 50, 60}, k.Mains) {
		c.fault("camera.mains", fmt.Sprintf("is %d", k.Mains), "choose one of 0, 50, 60")
	}
}

func (c *checker) head(h Head) {
	c.oneOf("head.driver", h.Driver, "none", "pca9685", "pwm", "gpio", "sim")
	c.bus("head.bus", h.Bus)
	c.number("head.address", float64(h.Address), 0, 0x7f)
	c.number("head.chip", float64(h.Chip), 0, 100)
	c.number("head.speed", h.Speed, 1, 360)
	c.number("head.acceleration", h.Acceleration, 1, 10_000)
	c.axis("head.pan", h.Pan)
	c.axis("head.tilt", h.Tilt)
	switch h.Driver {
	case "pca9685", "pwm":
		if h.Pan.Channel == h.Tilt.Channel {
			c.fault("head.tilt.channel", fmt.Sprintf("is %d, as is head.pan.channel", h.Tilt.Channel), "give each servo its own channel")
		}
	case "gpio":
		if h.Pan.Pin == "" || h.Tilt.Pin == "" || h.Pan.Pin == h.Tilt.Pin {
			c.fault("head.pan.pin", "and head.tilt.pin must be two pins", `name them, as "GPIO18" and "GPIO19"`)
		}
	}
}

func (c *checker) axis(key string, a Axis) {
	c.number(key+".channel", float64(a.Channel), 0, 15)
	c.text(key+".pin", a.Pin, 40)
	c.number(key+".min_pulse", float64(a.MinPulse), 200, 3000)
	c.number(key+".max_pulse", float64(a.MaxPulse), 200, 3000)
	c.number(key+".min", a.Min, -180, 180)
	c.number(key+".max", a.Max, -180, 180)
	c.number(key+".trim", a.Trim, -45, 45)
	c.zeroOr(key+".speed", a.Speed, 1, 360)
	c.zeroOr(key+".acceleration", a.Acceleration, 1, 10_000)
	if a.MinPulse >= a.MaxPulse {
		c.fault(key+".min_pulse", "is not below max_pulse", `swap them, and set reverse = true to turn the other way`)
	}
	if a.Min >= a.Max {
		c.fault(key+".min", "is not below max", "the head would have no room to turn; widen the limits")
	}
}

func (c *checker) ircut(f IRCut) {
	c.oneOf("ircut.driver", f.Driver, "none", "level", "pulse", "sim")
	c.ambient(f.Ambient)
	if need := map[string]int{"level": 1, "pulse": 2}[f.Driver]; len(f.Pins) != need && need > 0 {
		c.fault("ircut.pins", fmt.Sprintf("holds %d pins", len(f.Pins)), fmt.Sprintf("driver %q needs %d", f.Driver, need))
	}
	for i, pin := range f.Pins {
		c.number(fmt.Sprintf("ircut.pins[%d]", i), float64(pin), 0, 1023)
	}
	c.twice(f)
	c.number("ircut.lamps_pin", float64(f.LampsPin), -1, 1023)
	c.zeroOr("ircut.pulse", float64(f.Pulse), 1, 500)
	c.number("ircut.night_below", f.NightBelow, 0, 100_000)
	c.number("ircut.day_above", f.DayAbove, 0, 100_000)
	if f.NightBelow >= f.DayAbove {
		c.fault("ircut.night_below", "is not below day_above", "leave room between them, so that the lamps do not switch to and fro")
	}
}

// twice finds a pin that two things are wired to.
func (c *checker) twice(f IRCut) {
	used := map[int]string{}
	claim := func(key string, pin int) {
		if other, taken := used[pin]; taken {
			c.fault(key, fmt.Sprintf("is %d, as is %s", pin, other), "give each its own pin, in the settings and in the wiring")
		}
		used[pin] = key
	}
	for i, pin := range f.Pins {
		claim(fmt.Sprintf("ircut.pins[%d]", i), pin)
	}
	if f.LampsPin >= 0 {
		claim("ircut.lamps_pin", f.LampsPin)
	}
	if pin, ok := strings.CutPrefix(f.Ambient, "ldr:"); ok {
		if n, err := strconv.Atoi(pin); err == nil {
			claim("ircut.ambient", n)
		}
	}
}

// BusNumber reads an I²C bus as settings name it: "1", "i2c-1", "/dev/i2c-1",
// or "" for bus 1, which is that of a Raspberry Pi's header.
func BusNumber(bus string) (int, error) {
	if bus == "" {
		return 1, nil
	}
	return strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(bus, "/dev/"), "i2c-"))
}

func (c *checker) bus(key, v string) {
	if n, err := BusNumber(v); err != nil || n < 0 || n > 100 {
		c.fault(key, fmt.Sprintf("is %q", clip(v)), `it is the number of an I²C bus; "1" means /dev/i2c-1`)
	}
}

func (c *checker) ambient(v string) {
	if pin, ok := strings.CutPrefix(v, "ldr:"); ok {
		if n, err := strconv.Atoi(pin); err == nil && n >= 0 && n <= 1023 {
			return
		}
	} else if v == "camera" || v == "sensor" {
		return
	}
	c.fault("ircut.ambient", fmt.Sprintf("is %q", clip(v)), `choose "camera", "sensor" or a pin, as "ldr:17"`)
}

func (c *checker) climate(k Climate) {
	c.band("climate.temperature", k.Temperature, -30, 60)
	c.band("climate.humidity", k.Humidity, 0, 100)
	for i, s := range k.Sensors {
		key := fmt.Sprintf("climate.sensor[%d]", i)
		c.oneOf(key+".driver", s.Driver, "bme280", "bmp280", "aht20", "hdc302x", "scd4x", "bh1750", "iio", "hwmon", "sim")
		if s.Driver == "iio" || s.Driver == "hwmon" {
			c.text(key+".bus", s.Bus, 200)
		} else {
			c.bus(key+".bus", s.Bus)
		}
		c.number(key+".address", float64(s.Address), 0, 0x7f)
		c.number(key+".temperature_offset", s.Offset, -10, 10)
		if slices.ContainsFunc(k.Sensors[:i], s.same) {
			c.fault(key, "is the same device as one above it", "remove one of the two")
		}
	}
}

// same says whether the two settings are about one device.
func (s Sensor) same(o Sensor) bool {
	return s.Driver == o.Driver && s.Bus == o.Bus && s.Address == o.Address
}

func (c *checker) band(key string, b Band, low, high float64) {
	c.number(key+".very_low", b.VeryLow, low, high)
	c.number(key+".low", b.Low, low, high)
	c.number(key+".high", b.High, low, high)
	c.number(key+".very_high", b.VeryHigh, low, high)
	if !(b.VeryLow <= b.Low && b.Low < b.High && b.High <= b.VeryHigh) {
		c.fault(key, "does not rise from very_low over low and high to very_high", "put the four in order")
	}
}

// files wants both files of a certificate or none.
func (c *checker) files(a Access) {
	c.text("access.certificate", a.Certificate, 4096)
	c.text("access.key", a.Key, 4096)
	if a.Certificate != "" && a.Key == "" {
		c.fault("access.key", "is missing", "name the file of the key that belongs to access.certificate")
	}
	if a.Key != "" && a.Certificate == "" {
		c.fault("access.certificate", "is missing", "name the file of the certificate that belongs to access.key")
	}
}

func (c *checker) origin(key, origin string) {
	u, err := url.Parse(origin)
	web := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if !web || origin != u.Scheme+"://"+u.Host || u.Hostname() == "" {
		c.fault(key, fmt.Sprintf("is %q", clip(origin)), `write it as a browser does, without a path: "https://home.example:8123"`)
	}
}
