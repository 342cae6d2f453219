// Package sensors reads the climate of the room: it polls every [Sensor] and
// keeps the last good value, its age and its fault as facts.
//
// Drivers are in the folders below and import this package and their chip
// library alone.
package sensors

import (
	"context"
	"fmt"
)

// Quantity is what a reading measures.
type Quantity string

// The quantities that the monitor knows, with the unit of their values.
const (
	Temperature Quantity = "temperature" // degrees Celsius
	Humidity    Quantity = "humidity"    // relative, per cent
	Pressure    Quantity = "pressure"    // hPa
	CO2         Quantity = "co2"         // ppm
	Illuminance Quantity = "illuminance" // lux
)

// Reading is one measured value in the unit of its quantity.
type Reading struct {
	Quantity Quantity
	Value    float64
}

// Sensor measures one or more quantities.
type Sensor interface {
	// Read measures once. It returns the readings that succeeded together with
	// an error for those that did not. It gives up, with ctx's error, when ctx
	// ends. It is called by one goroutine at a time.
	Read(ctx context.Context) ([]Reading, error)
}

// Plausible returns what is wrong with a reading that no room can have: such
// values come from loose wires and disturbed buses, not from the air.
func (r Reading) Plausible() error {
	var low, high float64
	switch r.Quantity {
	case Temperature: // what the usual chips are made for
		low, high = -40, 85
	case Humidity:
		low, high = 0, 100
	case Pressure:
		low, high = 300, 1100
	case CO2:
		low, high = 0, 40_000
	case Illuminance: // direct sun is 100,000 lux
		low, high = 0, 200_000
	default:
		return fmt.Errorf("the quantity %q is not known", r.Quantity)
	}
	if r.Value >= low && r.Value <= high {
		return nil
	}
	return fmt.Errorf("a %s of %v is not possible (%v to %v is)", r.Quantity, r.Value, low, high)
}
