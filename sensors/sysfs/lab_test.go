package sysfs

import (
	"testing"

	"golang.org/x/sys/unix"

	"babymonitor/deploy/lab"
	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

func labSensor(t *testing.T, kind string) sensors.Sensor {
	t.Helper()
	s, err := New("", kind, "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLabSuite(t *testing.T) {
	lab.Required(t)
	for _, kind := range []string{"iio", "hwmon"} {
		t.Run(kind, func(t *testing.T) {
			sensorstest.TestSensor(t, func(t *testing.T) sensors.Sensor { return labSensor(t, kind) })
		})
	}
}

func TestLabDHT22(t *testing.T) {
	lab.Required(t)
	lab.Set(t, "lab_dht", "temperature", 20_300)
	lab.Set(t, "lab_dht", "humidity", 51_200)
	s := labSensor(t, "iio")
	got, err := s.Read(t.Context())
	if err != nil || len(got) != 2 || got[0].Value != 20.3 || got[1].Value != 51.2 {
		t.Errorf("%v, %v", got, err)
	}
	for _, errno := range []unix.Errno{unix.EIO, unix.ETIMEDOUT} {
		lab.Set(t, "lab_dht", "fault", int(errno))
		if got, err := s.Read(t.Context()); err == nil {
			t.Errorf("%v: %v", errno, got)
		}
		lab.Set(t, "lab_dht", "fault", 0)
		if _, err := s.Read(t.Context()); err != nil {
			t.Errorf("after %v: %v", errno, err)
		}
	}
}

func TestLabSHT40(t *testing.T) {
	lab.Required(t)
	chip := lab.OpenChip(t, lab.SHT40)
	s := labSensor(t, "hwmon")
	if got, err := s.Read(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
	chip.Fail(unix.EREMOTEIO)
	lab.Until(t, "the sensor's failure is told", func() bool { // the driver keeps values for a moment
		_, err := s.Read(t.Context())
		return err != nil
	})
	chip.Fail(0)
	lab.Until(t, "it comes back", func() bool {
		_, err := s.Read(t.Context())
		return err == nil
	})
}

func TestLabBoard(t *testing.T) {
	lab.Required(t)
	lab.Set(t, "lab_power", "temperature", 61_500)
	lab.Set(t, "lab_power", "undervoltage", 1)
	if b, err := ReadBoard(""); err != nil || b != (Board{61.5, true}) {
		t.Errorf("%+v, %v", b, err)
	}
	lab.Set(t, "lab_power", "undervoltage", 0)
	if b, err := ReadBoard(""); err != nil || b.UnderVoltage {
		t.Errorf("%+v, %v", b, err)
	}
}
