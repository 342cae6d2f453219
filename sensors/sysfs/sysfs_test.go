package sysfs

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

// tree writes files below a new root.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func read(t *testing.T, root, kind, name string) ([]sensors.Reading, error) {
	t.Helper()
	s, err := New(root, kind, name)
	if err != nil {
		t.Fatal(err)
	}
	return s.Read(t.Context())
}

func TestReadsADHT22(t *testing.T) {
	root := tree(t, map[string]string{
		"bus/iio/devices/iio:device0/name":                      "ads1115\n",
		"bus/iio/devices/iio:device1/name":                      "dht11@4\n",
		"bus/iio/devices/iio:device1/in_temp_input":             "21400\n",
		"bus/iio/devices/iio:device1/in_humidityrelative_input": "46200\n",
	})
	for _, name := range []string{"", "dht11@4"} {
		got, err := read(t, root, "iio", name)
		if err != nil || len(got) != 2 || got[0] != (sensors.Reading{Quantity: sensors.Temperature, Value: 21.4}) || got[1].Value != 46.2 {
			t.Errorf("%q: %v, %v", name, got, err)
		}
	}
	if names, _ := Names(root, "iio"); len(names) != 1 || names[0] != "dht11@4" {
		t.Errorf("devices: %v", names)
	}
	if _, err := read(t, root, "iio", "bme680"); err == nil || !strings.Contains(err.Error(), "dtoverlay=dht11") {
		t.Errorf("a missing sensor: %v", err)
	}
}

func TestReadsRawValues(t *testing.T) {
	// An HDC1080, as the kernel's hdc100x shows it.
	root := tree(t, map[string]string{
		"bus/iio/devices/iio:device0/name":                      "1-0040\n",
		"bus/iio/devices/iio:device0/in_temp_raw":               "25000\n",
		"bus/iio/devices/iio:device0/in_temp_scale":             "2.517700195\n",
		"bus/iio/devices/iio:device0/in_temp_offset":            "-15887.515151\n",
		"bus/iio/devices/iio:device0/in_humidityrelative_raw":   "32768\n",
		"bus/iio/devices/iio:device0/in_humidityrelative_scale": "1.525878906\n",
	})
	got, err := read(t, root, "iio", "1-0040")
	if err != nil || len(got) != 2 || math.Abs(got[0].Value-22.94) > 0.01 || math.Abs(got[1].Value-50) > 0.01 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestSuite(t *testing.T) {
	root := tree(t, map[string]string{
		"bus/iio/devices/iio:device1/name":                      "dht11@4\n",
		"bus/iio/devices/iio:device1/in_temp_input":             "21400\n",
		"bus/iio/devices/iio:device1/in_humidityrelative_input": "46200\n",
		"class/hwmon/hwmon1/name":                               "sht4x\n",
		"class/hwmon/hwmon1/temp1_input":                        "20100\n",
		"class/hwmon/hwmon1/humidity1_input":                    "50000\n",
	})
	for _, kind := range []string{"iio", "hwmon"} {
		sensorstest.TestSensor(t, func(t *testing.T) sensors.Sensor {
			s, err := New(root, kind, "")
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	}
}

func TestKeepsWhatWorks(t *testing.T) {
	root := tree(t, map[string]string{
		"class/hwmon/hwmon0/name":            "cpu_thermal\n",
		"class/hwmon/hwmon0/temp1_input":     "55000\n",
		"class/hwmon/hwmon1/name":            "sht3x\n",
		"class/hwmon/hwmon1/temp1_input":     "broken\n",
		"class/hwmon/hwmon1/humidity1_input": "50000\n",
	})
	got, err := read(t, root, "hwmon", "")
	if len(got) != 1 || got[0].Value != 50 {
		t.Errorf("%v: the humidity works, and the processor is not the room", got)
	}
	if err == nil || !strings.Contains(err.Error(), "temperature") {
		t.Errorf("the broken value is not told: %v", err)
	}
}

func TestBoard(t *testing.T) {
	root := tree(t, map[string]string{
		"class/thermal/thermal_zone0/temp":          "61500\n",
		"class/hwmon/hwmon2/name":                   "rpi_volt\n",
		"class/hwmon/hwmon2/in0_lcrit_alarm":        "1\n",
		"class/hwmon/hwmon0/name":                   "cpu_thermal\n",
		"class/hwmon/hwmon0/in0_lcrit_alarm":        "0\n",
		"bus/iio/devices/iio:device0/in_temp_input": "1\n",
	})
	if b, err := ReadBoard(root); err != nil || b != (Board{61.5, true}) {
		t.Errorf("%+v, %v", b, err)
	}
	if b, err := ReadBoard(t.TempDir()); err != nil || b != (Board{}) {
		t.Errorf("a board that tells nothing: %+v, %v", b, err)
	}
}

func TestUnknownKind(t *testing.T) {
	if _, err := New("", "acpi", ""); err == nil {
		t.Error("taken")
	}
}
