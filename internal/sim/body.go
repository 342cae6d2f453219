package sim

import (
	"context"
	"errors"
	"math"
	"time"

	"babymonitor/audio"
	"babymonitor/camera"
	"babymonitor/camera/ircut"
	"babymonitor/sensors"
	"babymonitor/servo"
)

// Head is the simulated head. It implements [servo.Actuator].
type Head struct{ w *World }

// Head returns the head.
func (w *World) Head() *Head { return &Head{w} }

// Move implements [servo.Actuator]; the picture follows at once.
func (h *Head) Move(p servo.Pose) error {
	if err := h.w.unplugged(headDevice); err != nil {
		return err
	}
	if s := p.Pan + p.Tilt; math.IsNaN(s) || math.IsInf(s, 0) {
		return errors.New("the head cannot move there; pan and tilt are degrees")
	}
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	h.w.pose, h.w.driven = p, true
	return nil
}

// Release implements [servo.Actuator]; the head stays where it is.
func (h *Head) Release() error {
	if err := h.w.unplugged(headDevice); err != nil {
		return err
	}
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	h.w.driven = false
	return nil
}

// Driven returns where the motors hold the head; false while they are released.
func (h *Head) Driven() (servo.Pose, bool) {
	h.w.mu.Lock()
	defer h.w.mu.Unlock()
	return h.w.pose, h.w.driven
}

// Climate is the simulated climate sensor. It implements [sensors.Sensor].
type Climate struct{ w *World }

// Climate returns the climate sensor.
func (w *World) Climate() *Climate { return &Climate{w} }

// Read implements [sensors.Sensor] with temperature and humidity.
func (c *Climate) Read(ctx context.Context) ([]sensors.Reading, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := c.w.unplugged(climateDevice); err != nil {
		return nil, err
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	now := time.Now()
	return []sensors.Reading{
		{Quantity: sensors.Temperature, Value: c.w.temperature(now)},
		{Quantity: sensors.Humidity, Value: c.w.humidity(now)},
	}, nil
}

// temperature in °C; w.mu is held.
func (w *World) temperature(now time.Time) float64 { return w.wander(&w.warmth, now, -40, 85) }

// humidity in per cent; w.mu is held.
func (w *World) humidity(now time.Time) float64 { return w.wander(&w.moisture, now, 0, 100) }

// wander returns a drifting value to two decimals, as sensors give it.
func (w *World) wander(d *drift, now time.Time, low, high float64) float64 {
	v := d.value
	if !w.quiet {
		v = d.now(now.Sub(w.began))
	}
	return math.Round(min(max(v, low), high)*100) / 100
}

// Night is the simulated IR filter with its lamps. It implements
// [ircut.Filter].
type Night struct{ w *World }

// Night returns the IR filter and the lamps.
func (w *World) Night() *Night { return &Night{w} }

// SetFilter moves the IR filter before the sensor (day) or away from it.
func (n *Night) SetFilter(day bool) error {
	n.w.mu.Lock()
	defer n.w.mu.Unlock()
	n.w.filterIn = day
	return nil
}

// SetLamps switches the infrared lamps.
func (n *Night) SetLamps(on bool) error {
	n.w.mu.Lock()
	defer n.w.mu.Unlock()
	n.w.lamps = on
	return nil
}

// Is tells whether the filter is before the sensor, and whether the lamps are
// on.
func (n *Night) Is() (day, lamps bool) {
	n.w.mu.Lock()
	defer n.w.mu.Unlock()
	return n.w.filterIn, n.w.lamps
}

// The devices keep the contracts of the rooms that use them.
var (
	_ camera.Frames    = (*Camera)(nil)
	_ camera.Zoomer    = (*Camera)(nil)
	_ camera.Metered   = (*Camera)(nil)
	_ ircut.Filter     = (*Night)(nil)
	_ servo.Actuator   = (*Head)(nil)
	_ sensors.Sensor   = (*Climate)(nil)
	_ audio.Microphone = (*Microphone)(nil)
	_ audio.Speaker    = (*Speaker)(nil)
)
