package sensors_test

import (
	"math"
	"testing"

	"babymonitor/sensors"
)

const (
	none  = sensors.Comfort("")
	cold  = sensors.Cold
	cool  = sensors.Cool
	good  = sensors.Good
	warm  = sensors.Warm
	hot   = sensors.Hot
	dry   = sensors.Dry
	humid = sensors.Humid
)

func TestTemperatureComfort(t *testing.T) {
	band := sensors.DefaultTemperature()
	for _, tt := range []struct {
		was     sensors.Comfort
		celsius float64
		want    sensors.Comfort
	}{
		{none, -10, cold}, {none, 14.9, cold}, {none, 15, cool}, {none, 15.9, cool},
		{none, 16, good}, {none, 18, good}, {none, 20, good},
		{none, 20.1, warm}, {none, 24, warm}, {none, 24.1, hot}, {none, 40, hot},

		{good, 20.01, warm}, {warm, 20, warm}, {warm, 19.81, warm}, {warm, 19.8, good},
		{good, 15.99, cool}, {cool, 16.1, cool}, {cool, 16.2, good},
		{warm, 24.01, hot}, {hot, 23.9, hot}, {hot, 23.8, warm}, {hot, 19.9, warm}, {hot, 19.8, good},
		{cool, 14.99, cold}, {cold, 15.1, cold}, {cold, 15.2, cool}, {cold, 16.1, cool}, {cold, 16.2, good},
		{hot, 10, cold}, {cold, 30, hot}, {hot, 15.5, cool}, {cold, 22, warm},
	} {
		if got := band.Temperature(tt.was, tt.celsius); got != tt.want {
			t.Errorf("%v °C after %q: %q, want %q", tt.celsius, tt.was, got, tt.want)
		}
	}
}

func TestHumidityComfort(t *testing.T) {
	band := sensors.DefaultHumidity()
	for _, tt := range []struct {
		was     sensors.Comfort
		percent float64
		want    sensors.Comfort
	}{
		{none, 0, dry}, {none, 29.9, dry}, {none, 30, good}, {none, 65, good}, {none, 65.1, humid}, {none, 100, humid},
		{dry, 30.9, dry}, {dry, 31, good}, {humid, 64.1, humid}, {humid, 64, good}, {humid, 20, dry}, {dry, 70, humid},
	} {
		if got := band.Humidity(tt.was, tt.percent); got != tt.want {
			t.Errorf("%v %% after %q: %q, want %q", tt.percent, tt.was, got, tt.want)
		}
	}
}

// TestColourDoesNotFlicker lets noise of 0.1° play around every edge: the word
// changes once at most.
func TestColourDoesNotFlicker(t *testing.T) {
	band := sensors.DefaultTemperature()
	for _, edge := range []float64{15, 16, 20, 24} {
		changes, word := 0, none
		for i := range 1000 {
			now := band.Temperature(word, edge+0.09*math.Sin(float64(i)))
			if word != none && now != word {
				changes++
			}
			word = now
		}
		if changes > 1 {
			t.Errorf("around %v° the word changes %d times", edge, changes)
		}
	}
}

func TestBandIsChecked(t *testing.T) {
	for _, b := range []sensors.Band{
		{VeryLow: 16, Low: 15, High: 20, VeryHigh: 24},
		{VeryLow: 15, Low: 20, High: 20, VeryHigh: 24},
		{VeryLow: 15, Low: 16, High: 25, VeryHigh: 24},
		{VeryLow: 15, Low: 16, High: math.NaN(), VeryHigh: 24},
		{VeryLow: 15, Low: 16, High: 20, VeryHigh: 24, Hysteresis: -1},
	} {
		if b.Check() == nil {
			t.Errorf("%+v is no error", b)
		}
	}
}

func TestPlausible(t *testing.T) {
	for _, tt := range []struct {
		q    sensors.Quantity
		v    float64
		want bool
	}{
		{sensors.Temperature, -40, true}, {sensors.Temperature, 85, true}, {sensors.Temperature, -40.1, false},
		{sensors.Temperature, 85.1, false}, {sensors.Temperature, math.NaN(), false},
		{sensors.Humidity, 0, true}, {sensors.Humidity, 100, true}, {sensors.Humidity, 100.1, false}, {sensors.Humidity, -0.1, false},
		{sensors.Pressure, 1013, true}, {sensors.Pressure, 0, false},
		{sensors.CO2, 800, true}, {sensors.CO2, math.Inf(1), false},
		{sensors.Illuminance, 0.01, true}, {sensors.Illuminance, -1, false},
		{"mood", 1, false},
	} {
		if err := (sensors.Reading{Quantity: tt.q, Value: tt.v}).Plausible(); (err == nil) != tt.want {
			t.Errorf("%v of %s: %v", tt.v, tt.q, err)
		}
	}
}
