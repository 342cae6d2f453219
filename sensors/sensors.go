// Package sensors reads the climate of the room: it polls every [Sensor] and
// keeps the last good value, its age and its fault as facts.
//
// Drivers are in the folders below and import this package and their chip
// library alone.
package sensors

import "context"

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
	// an error for those that did not.
	Read(ctx context.Context) ([]Reading, error)
}
