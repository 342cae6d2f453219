// Package chips reads the climate chips that answer on an I²C bus: BME280 and
// BMP280, AHT20, HDC302x, SCD4x, and the light meter BH1750. periph knows their
// registers; this package opens them when they answer, again after they were
// unplugged, and returns what they measure.
package chips

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"periph.io/x/conn/v3/i2c"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/aht20"
	"periph.io/x/devices/v3/bmxx80"
	"periph.io/x/devices/v3/hdc302x"
	"periph.io/x/devices/v3/scd4x"

	"babymonitor/sensors"
)

// sense measures once.
type sense func() ([]sensors.Reading, error)

// chip is how one family is opened.
type chip struct {
	address uint16 // where it is unless told otherwise
	open    func(bus i2c.Bus, address uint16) (sense, error)
}

// families returns the known chips by the names of the settings.
func families() map[string]chip {
	return map[string]chip{
		"bme280":  {0x76, openBMx280},
		"bmp280":  {0x76, openBMx280},
		"aht20":   {0x38, openAHT20},
		"hdc302x": {hdc302x.DefaultSensorAddress, openHDC302x},
		"scd4x":   {scd4x.SensorAddress, openSCD4x},
		"bh1750":  {0x23, openBH1750},
	}
}

// Names returns the chips that can be opened, sorted.
func Names() []string { return slices.Sorted(maps.Keys(families())) }

// Sensor is one chip.
type Sensor struct {
	bus     i2c.Bus
	name    string
	address uint16
	chip    chip
	sense   sense // nil until the chip has answered
}

// New returns the chip of this name on the bus, which stays the caller's.
// Address 0 means the chip's usual one. The chip is set up with the first Read,
// and again after a failure, so that it may be plugged in later.
func New(name string, bus i2c.Bus, address uint16) (*Sensor, error) {
	c, ok := families()[name]
	if !ok {
		return nil, fmt.Errorf("there is no chip %q; choose one of %s", name, strings.Join(Names(), ", "))
	}
	if address == 0 {
		address = c.address
	}
	return &Sensor{bus: bus, name: name, address: address, chip: c}, nil
}

// Read implements sensors.Sensor.
func (s *Sensor) Read(ctx context.Context) ([]sensors.Reading, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.sense == nil {
		opened, err := s.chip.open(s.bus, s.address)
		if err != nil {
			return nil, s.explain(err)
		}
		s.sense = opened
	}
	readings, err := s.sense()
	if err != nil {
		s.sense = nil // it may have lost its power and with it its set-up
		return nil, s.explain(err)
	}
	return readings, nil
}

func (s *Sensor) explain(err error) error {
	return fmt.Errorf("the %s at 0x%02x on %v does not answer: %w; check its wires and its address", strings.ToUpper(s.name), s.address, s.bus, err)
}

// air turns what a chip tells of the air into readings.
func air(e physic.Env) []sensors.Reading {
	return []sensors.Reading{
		{Quantity: sensors.Temperature, Value: e.Temperature.Celsius()},
		{Quantity: sensors.Humidity, Value: float64(e.Humidity) / float64(physic.PercentRH)},
	}
}

func openBMx280(bus i2c.Bus, address uint16) (sense, error) {
	// One sample each, then asleep: the chip does not warm itself.
	d, err := bmxx80.NewI2C(bus, address, &bmxx80.Opts{Temperature: bmxx80.O1x, Pressure: bmxx80.O1x, Humidity: bmxx80.O1x})
	if err != nil {
		// The library puts the chip's name in front, which it does not know yet.
		return nil, errors.New(strings.TrimPrefix(err.Error(), ": "))
	}
	humid := strings.HasPrefix(d.String(), "BME280")
	return func() ([]sensors.Reading, error) {
		var e physic.Env
		if err := d.Sense(&e); err != nil {
			return nil, err
		}
		readings := air(e)
		if !humid {
			readings = readings[:1]
		}
		return append(readings, sensors.Reading{Quantity: sensors.Pressure, Value: float64(e.Pressure) / float64(100*physic.Pascal)}), nil
	}, nil
}

// senser is what most of periph's chips are.
type senser interface{ Sense(*physic.Env) error }

func senseAir(d senser) sense {
	return func() ([]sensors.Reading, error) {
		var e physic.Env
		if err := d.Sense(&e); err != nil {
			return nil, err
		}
		return air(e), nil
	}
}

func openAHT20(bus i2c.Bus, address uint16) (sense, error) {
	if address != 0x38 {
		return nil, fmt.Errorf("an AHT20 is always at 0x38")
	}
	d, err := aht20.NewI2C(bus, &aht20.DefaultOpts)
	if err != nil {
		return nil, err
	}
	return senseAir(d), nil
}

func openHDC302x(bus i2c.Bus, address uint16) (sense, error) {
	d, err := hdc302x.NewI2C(bus, address, hdc302x.RateHalfHertz)
	if err != nil {
		return nil, err
	}
	return senseAir(d), nil
}

func openSCD4x(bus i2c.Bus, address uint16) (sense, error) {
	d, err := scd4x.NewI2C(bus, address)
	if err != nil {
		return nil, err
	}
	return func() ([]sensors.Reading, error) {
		var e scd4x.Env
		if err := d.Sense(&e); err != nil {
			return nil, err
		}
		return append(air(e.Env), sensors.Reading{Quantity: sensors.CO2, Value: float64(e.CO2)}), nil
	}, nil
}
