package whole

import (
	"regexp"
	"syscall"
	"testing"

	"babymonitor/deploy/lab"
)

// testDoctor has the doctor examine devices that are well, and then some that
// are not. The monitor must not run.
func testDoctor(t *testing.T, m *machine, config string) {
	m = m.with(t)
	examine := func(want int, lines ...string) {
		t.Helper()
		report, status := m.try(m.dir + "/bin/babymonitor doctor --config " + config + " --data /run/data")
		t.Log(report)
		if status != want {
			t.Errorf("exit status %d, want %d", status, want)
		}
		for _, line := range lines {
			if !regexp.MustCompile("(?m)^" + line).MatchString(report) {
				t.Errorf("it does not say %q", line)
			}
		}
	}
	examine(0, `ok   camera +320×240`, `ok   microphone +hears the room at -`, `ok   speaker +takes sound`,
		`ok   head +answers`, `ok   climate +bme280 on 1: .*25\.1`,
		`ok   found +the camera "lab camera" at /dev/video\d with its own H\.264`, `ok   found +a PCA9685 servo board at 0x40`, `ok   found +a BME280 .*at 0x76`)
	m.fail(lab.PCA9685, syscall.EREMOTEIO)
	m.fail(lab.BME280, syscall.EREMOTEIO)
	m.unplug("lab_camera.0")
	m.unplug("snd_aloop.1")
	examine(1, `FAIL camera .*no picture`, `ok   microphone`, `FAIL speaker .*plug it in`,
		`FAIL head .*PCA9685 at 0x40.*check its power`, `FAIL climate .*bme280`)
	m.fail(lab.PCA9685, 0)
	m.fail(lab.BME280, 0)
	m.plug("lab_camera.0")
	m.plug("snd_aloop.1")
}
