// Package ldr makes a light meter of a switch that only tells bright from dark,
// such as an LDR with a comparator on a GPIO line. Its two values are chosen so
// that they are clearly on either side of where day and night begin.
package ldr

import (
	"context"
	"fmt"

	"babymonitor/sensors"
)

// Sensor is the light switch as a sensor of illuminance.
type Sensor struct {
	bright      func() (bool, error)
	dark, light float64
}

// New returns a sensor that asks bright and says nightBelow/2 or dayAbove*2
// (lux), or what is wrong with these limits. bright must return at once.
func New(bright func() (bool, error), nightBelow, dayAbove float64) (*Sensor, error) {
	if !(nightBelow > 0 && dayAbove > nightBelow && dayAbove <= 100_000) {
		return nil, fmt.Errorf("night below %v lux and day above %v lux cannot be: the first must be above 0 and the second above the first", nightBelow, dayAbove)
	}
	return &Sensor{bright: bright, dark: nightBelow / 2, light: dayAbove * 2}, nil
}

// Read implements sensors.Sensor.
func (s *Sensor) Read(ctx context.Context) ([]sensors.Reading, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	bright, err := s.bright()
	if err != nil {
		return nil, fmt.Errorf("the light switch cannot be read: %w", err)
	}
	lux := s.dark
	if bright {
		lux = s.light
	}
	return []sensors.Reading{{Quantity: sensors.Illuminance, Value: lux}}, nil
}
