package chips

import (
	"testing"

	"golang.org/x/sys/unix"
	"periph.io/x/host/v3/sysfs"

	"babymonitor/deploy/lab"
	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

// labSensor opens a chip of the lab by the kernel's bus.
func labSensor(t *testing.T, name string) *Sensor {
	t.Helper()
	bus, err := sysfs.NewI2C(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	s, err := New(name, bus, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// labChips are the chips of the lab by the names of the settings.
func labChips() map[string]uint16 {
	return map[string]uint16{"bme280": lab.BME280, "aht20": lab.AHT20, "bh1750": lab.BH1750}
}

func TestLabSuite(t *testing.T) {
	lab.Required(t)
	for name, address := range labChips() {
		t.Run(name, func(t *testing.T) {
			lab.OpenChip(t, address).PowerCycle()
			sensorstest.TestSensor(t, func(t *testing.T) sensors.Sensor { return labSensor(t, name) })
		})
	}
}

func TestLabMeasures(t *testing.T) {
	lab.Required(t)
	lab.OpenChip(t, lab.BME280).PowerCycle()
	got := read(t, labSensor(t, "bme280"))
	near(t, "temperature", got[sensors.Temperature], 25.08, 0.01)
	near(t, "pressure", got[sensors.Pressure], 1006.53, 0.05)
	near(t, "humidity", got[sensors.Humidity], 34.02, 0.05)

	aht := lab.OpenChip(t, lab.AHT20)
	aht.PowerCycle()
	aht.Set("temperature", 19_500)
	aht.Set("humidity", 55_000)
	got = read(t, labSensor(t, "aht20"))
	near(t, "temperature", got[sensors.Temperature], 19.5, 0.05)
	near(t, "humidity", got[sensors.Humidity], 55, 0.05)

	light := lab.OpenChip(t, lab.BH1750)
	light.PowerCycle()
	light.Set("lux", 120_000)
	got = read(t, labSensor(t, "bh1750"))
	near(t, "light", got[sensors.Illuminance], 120, 2)
}

func TestLabStopsAnswering(t *testing.T) {
	lab.Required(t)
	for name, address := range labChips() {
		t.Run(name, func(t *testing.T) {
			chip := lab.OpenChip(t, address)
			chip.PowerCycle()
			s := labSensor(t, name)
			for _, errno := range []unix.Errno{unix.EREMOTEIO, unix.ETIMEDOUT} {
				read(t, s)
				chip.Fail(errno)
				if _, err := s.Read(t.Context()); err == nil {
					t.Errorf("%v: nothing is said of it", errno)
				}
				chip.Fail(0)
				chip.PowerCycle() // as when it was plugged in again
				read(t, s)
			}
		})
	}
}

func TestLabSpoiltAnswers(t *testing.T) {
	lab.Required(t)
	chip := lab.OpenChip(t, lab.AHT20)
	chip.PowerCycle()
	s := labSensor(t, "aht20")
	read(t, s)
	chip.Set("corrupt", 1)
	if readings, err := s.Read(t.Context()); err == nil {
		t.Errorf("a wrong checksum was taken: %v", readings)
	}
	chip.Set("corrupt", 0)
	read(t, s)
}
