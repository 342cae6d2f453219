package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Device names a part of the nursery that can fail: "camera", "microphone",
// "speaker", "head" or "climate".
type Device string

const (
	cameraDevice     Device = "camera"
	microphoneDevice Device = "microphone"
	speakerDevice    Device = "speaker"
	headDevice       Device = "head"
	climateDevice    Device = "climate"
)

// A fault is a way to fail. What an unplugged device is asked to do fails; a
// frozen one yields nothing and tells nothing; a muted microphone yields
// digital silence.
type fault string

const (
	unplug fault = "unplug"
	freeze fault = "freeze"
	mute   fault = "mute"
)

// Change is what `POST /api/sim` may change. What is nil stays as it is. A list
// of devices replaces the one before: an empty list mends all.
type Change struct {
	Cry         *bool    `json:"cry,omitempty"`         // until told otherwise
	Motion      *bool    `json:"motion,omitempty"`      // stirring, until told otherwise
	Lux         *float64 `json:"lux,omitempty"`         // 0 to 100 000
	Temperature *float64 `json:"temperature,omitempty"` // -20 to 60 °C
	Humidity    *float64 `json:"humidity,omitempty"`    // 0 to 100 %
	NoiseDB     *float64 `json:"noise_db,omitempty"`    // of the room, -96 to -10 dBFS
	Unplug      []Device `json:"unplug,omitzero"`
	Freeze      []Device `json:"freeze,omitzero"`
	Mute        []Device `json:"mute,omitzero"`
	// Quiet leaves out what happens by chance; see [Options].
	Quiet *bool `json:"quiet,omitempty"`
	// Network is how the nursery is connected: "wifi", "wired", "new" (no Wi-Fi
	// is known yet) or "down" (the known one is not there). What was joined
	// before is forgotten.
	Network *string `json:"network,omitempty"`
}

// ParseChange reads a Change from JSON. Unknown names and values out of range
// are refused; a *json.SyntaxError in the error's chain tells broken JSON from
// what means nothing.
func ParseChange(data []byte) (Change, error) {
	var c Change
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] != '{' && json.Valid(trimmed) {
		return c, errors.New(`send a JSON object such as {"cry": true}`)
	}
	if err := d.Decode(&c); err != nil {
		return Change{}, fmt.Errorf("cannot read the change: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Change{}, errors.New("send one JSON object and nothing after it")
	}
	if err := c.check(); err != nil {
		return Change{}, err
	}
	return c, nil
}

// check refuses what no nursery can be.
func (c *Change) check() error {
	for _, v := range []struct {
		name      string
		value     *float64
		low, high float64
		unit      string
	}{
		{"lux", c.Lux, 0, 100_000, "lux"},
		{"temperature", c.Temperature, -20, 60, "°C"},
		{"humidity", c.Humidity, 0, 100, "%"},
		{"noise_db", c.NoiseDB, -96, -10, "dBFS"},
	} {
		if v.value != nil && !(*v.value >= v.low && *v.value <= v.high) {
			return fmt.Errorf("%s is %g; give %g to %g %s", v.name, *v.value, v.low, v.high, v.unit)
		}
	}
	if c.Network != nil && !slices.Contains(networks(), *c.Network) {
		return fmt.Errorf("network is %q; it can be any of %q", *c.Network, networks())
	}
	return errors.Join(
		known(unplug, c.Unplug, cameraDevice, microphoneDevice, speakerDevice, headDevice, climateDevice),
		known(freeze, c.Freeze, cameraDevice, microphoneDevice),
		known(mute, c.Mute, microphoneDevice))
}

func known(f fault, list []Device, can ...Device) error {
	for _, d := range list {
		if !slices.Contains(can, d) {
			return fmt.Errorf("%s: there is no %q; it can be any of %q", f, d, can)
		}
	}
	return nil
}

// dusk is how long the light takes to change.
const dusk = 1500 * time.Millisecond

// Apply changes the world. Where any part of c is wrong it changes nothing and
// says why.
func (w *World) Apply(c Change) error {
	if err := c.check(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	since := now.Sub(w.began)
	if c.Cry != nil {
		w.cry.tell(now, *c.Cry)
	}
	if c.Motion != nil {
		w.motion.tell(now, *c.Motion)
	}
	if c.Lux != nil {
		w.lux = *c.Lux
		w.decades.set(now, math.Log10(max(w.lux, darkest)), dusk)
	}
	if c.Temperature != nil {
		w.warmth.value, w.warmth.at = *c.Temperature, since
	}
	if c.Humidity != nil {
		w.moisture.value, w.moisture.at = *c.Humidity, since
	}
	if c.NoiseDB != nil {
		w.noise = *c.NoiseDB
	}
	if c.Quiet != nil {
		w.quiet = *c.Quiet
	}
	if c.Network != nil {
		w.ether.become(*c.Network)
	}
	for f, list := range map[fault][]Device{unplug: c.Unplug, freeze: c.Freeze, mute: c.Mute} {
		if list != nil {
			w.faults[f] = slices.Clone(list)
		}
	}
	return nil
}

// darkest stands for no light at all, in lux.
const darkest = 0.001

// has tells whether d has the fault f.
func (w *World) has(f fault, d Device) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.faults[f], d)
}

// unplugged returns the error of a device that is not there.
func (w *World) unplugged(d Device) error {
	if w.has(unplug, d) {
		return fmt.Errorf("the simulated %s is unplugged; plug it back in by a change whose \"unplug\" leaves it out", d)
	}
	return nil
}

// Snapshot is what is true in the world now.
type Snapshot struct {
	Cry         bool     `json:"cry"`
	Motion      bool     `json:"motion"`
	Awake       bool     `json:"awake"`
	Lux         float64  `json:"lux"`
	Temperature float64  `json:"temperature"` // °C
	Humidity    float64  `json:"humidity"`    // %
	NoiseDB     float64  `json:"noise_db"`    // dBFS
	Unplug      []Device `json:"unplug"`
	Freeze      []Device `json:"freeze"`
	Mute        []Device `json:"mute"`
	Pan         float64  `json:"pan"`       // of the head, degrees
	Tilt        float64  `json:"tilt"`      // degrees
	FilterIn    bool     `json:"filter_in"` // the IR filter, as by day
	Lamps       bool     `json:"lamps"`
	Quiet       bool     `json:"quiet"`
}

// Now returns what is true now.
func (w *World) Now() Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	m := w.mood(now)
	list := func(f fault) []Device { return append([]Device{}, w.faults[f]...) }
	return Snapshot{
		Cry: m.crying > 0.5, Motion: max(m.stirring, m.crying) > 0.3, Awake: m.awake > 0.5,
		Lux: w.luxAt(now), NoiseDB: w.noise,
		Temperature: w.temperature(now), Humidity: w.humidity(now),
		Unplug: list(unplug), Freeze: list(freeze), Mute: list(mute),
		Pan: w.pose.Pan, Tilt: w.pose.Tilt, FilterIn: w.filterIn, Lamps: w.lamps, Quiet: w.quiet,
	}
}
