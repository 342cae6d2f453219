package ldr

import (
	"errors"
	"strings"
	"testing"

	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

func TestSuite(t *testing.T) {
	sensorstest.TestSensor(t, func(t *testing.T) sensors.Sensor {
		s, err := New(func() (bool, error) { return true, nil }, 3, 10)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestBrightAndDark(t *testing.T) {
	var bright bool
	var fault error
	s, err := New(func() (bool, error) { return bright, fault }, 3, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		bright bool
		lux    float64
	}{{false, 1.5}, {true, 20}, {false, 1.5}} {
		bright = c.bright
		got, err := s.Read(t.Context())
		if err != nil || len(got) != 1 || got[0] != (sensors.Reading{Quantity: sensors.Illuminance, Value: c.lux}) {
			t.Errorf("bright %v: %v, %v; want %v lux", c.bright, got, err, c.lux)
		}
	}
	fault = errors.New("loose wire")
	if _, err := s.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "loose wire") {
		t.Errorf("a switch that cannot be read: %v", err)
	}
}

func TestRefusesLimits(t *testing.T) {
	for _, c := range [][2]float64{{0, 10}, {10, 10}, {10, 3}, {-1, 2}, {3, 1e6}} {
		if _, err := New(nil, c[0], c[1]); err == nil {
			t.Errorf("limits %v are taken", c)
		}
	}
}
