// Package lab is for tests that run in the virtual lab (scripts/lab): a Debian
// kernel in QEMU whose devices are fakes that can be read back, and made to
// misbehave. README.md beside it tells which there are and how they behave.
//
// A test of the lab is an ordinary Go test whose name begins with TestLab and
// which asks for the devices first:
//
//	func TestLabHead(t *testing.T) {
//		devices := lab.Required(t)
//		head, err := pca9685.Open(devices.I2C, lab.PCA9685)
//		...
//		lab.OpenChip(t, lab.PCA9685).Fail(unix.EREMOTEIO) // until the test ends
//
// Outside the lab it is skipped. scripts/lab finds such tests by itself. What a
// test changes of the devices is undone when it ends; suites run one after the
// other.
package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Devices says where the devices of the lab are. Each comes from the variable
// of the environment that is named beside it, for tests without this package.
type Devices struct {
	Camera     string // a camera of raw pictures (vivid), /dev/videoN; BABYMONITOR_LAB_CAMERA
	Firmware   string // a camera of H.264 and I420 with the Pi firmware's controls; BABYMONITOR_LAB_FIRMWARE
	Encoder    string // a memory-to-memory encoder of H.264 like the Pi's; BABYMONITOR_LAB_ENCODER
	FWHT       string // another one (vicodec), which makes no H.264; BABYMONITOR_LAB_FWHT
	I2C        string // the bus with the fake chips, /dev/i2c-1; BABYMONITOR_LAB_I2C
	GPIOChip   string // 54 lines labelled pinctrl-bcm2835, /dev/gpiochipN; BABYMONITOR_LAB_GPIOCHIP
	GPIOSim    string // the folder where those lines are seen from outside; BABYMONITOR_LAB_GPIOSIM
	PWMChip    string // two PWM channels, /sys/…/pwmchipN; BABYMONITOR_LAB_PWMCHIP
	IIO        string // temperature and humidity like a DHT22's, /sys/…/iio:deviceN; BABYMONITOR_LAB_IIO
	HWMon      string // an SHT40 by the kernel's own driver, /sys/…/hwmonN; BABYMONITOR_LAB_HWMON
	Power      string // the Pi's supply ("rpi_volt"), /sys/…/hwmonN; BABYMONITOR_LAB_POWER
	Thermal    string // the Pi's temperature, /sys/…/thermal_zoneN; BABYMONITOR_LAB_THERMAL
	Microphone string // ALSA device that hears what is played into Room; BABYMONITOR_LAB_MICROPHONE
	Room       string // ALSA device of the test's side; BABYMONITOR_LAB_ROOM
	Speaker    string // ALSA device whose sound arrives at Heard; BABYMONITOR_LAB_SPEAKER
	Heard      string // ALSA device of the test's side; BABYMONITOR_LAB_HEARD
	Watchdog   string // a watchdog that only writes to the log, /dev/watchdog0; BABYMONITOR_LAB_WATCHDOG
}

// Required returns the devices in the lab, and skips the test outside it.
func Required(t testing.TB) Devices {
	t.Helper()
	if !strings.HasPrefix(t.Name(), "TestLab") {
		t.Fatalf("%s uses the lab, so its name must begin with TestLab: scripts/lab runs only those", t.Name())
	}
	if os.Getenv("BABYMONITOR_LAB") != "1" {
		t.Skip("needs the virtual lab: run scripts/lab")
	}
	get := func(name string) string {
		value := os.Getenv("BABYMONITOR_LAB_" + name)
		if value == "" {
			t.Fatalf("the lab does not say where BABYMONITOR_LAB_%s is", name)
		}
		return value
	}
	return Devices{
		Camera: get("CAMERA"), Firmware: get("FIRMWARE"), Encoder: get("ENCODER"), FWHT: get("FWHT"),
		I2C: get("I2C"), GPIOChip: get("GPIOCHIP"), GPIOSim: get("GPIOSIM"), PWMChip: get("PWMCHIP"),
		IIO: get("IIO"), HWMon: get("HWMON"), Power: get("POWER"), Thermal: get("THERMAL"),
		Microphone: get("MICROPHONE"), Room: get("ROOM"), Speaker: get("SPEAKER"), Heard: get("HEARD"),
		Watchdog: get("WATCHDOG"),
	}
}

// Set sets a parameter of a kernel module until the test ends. The modules of
// the lab and their parameters:
//
//	lab_camera  hang, spoil                  1: no more pictures; only spoilt ones
//	lab_codec   hang, spoil                  the same of the encoder
//	lab_dht     temperature, humidity, fault thousandths; errno
//	lab_power   undervoltage, temperature    0 or 1; thousandths of a degree
//	lab_pwm     fault                        errno of every change
func Set(t testing.TB, module, parameter string, value int) {
	t.Helper()
	path := filepath.Join("/sys/module", module, "parameters", parameter)
	was := read(t, path)
	write(t, path, strconv.Itoa(value))
	t.Cleanup(func() { write(t, path, was) })
}

// Until waits until cond holds, and fails the test after a minute.
func Until(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for began := time.Now(); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// read returns the trimmed content of a small file of the kernel's.
func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func readInt(t testing.TB, path string) int {
	t.Helper()
	n, err := strconv.Atoi(read(t, path))
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", path, err))
	}
	return n
}

func write(t testing.TB, path, value string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(value), 0); err != nil {
		t.Fatal(err)
	}
}
