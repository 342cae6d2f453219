package sensorstest_test

import (
	"testing"

	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

func TestFake(t *testing.T) {
	sensorstest.TestSensor(t, func(*testing.T) sensors.Sensor {
		return sensorstest.New(
			sensors.Reading{Quantity: sensors.Temperature, Value: 18},
			sensors.Reading{Quantity: sensors.Humidity, Value: 50})
	})
}
