package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/physic"

	"babymonitor/audio/portaudio"
	"babymonitor/camera/ircut"
	"babymonitor/sensors"
)

// wired is an I²C bus with chips that are all memory.
type wired map[uint16]map[byte]byte

func (wired) String() string                  { return "wired" }
func (wired) SetSpeed(physic.Frequency) error { return nil }
func (wired) Close() error                    { return nil }

func (w wired) Tx(address uint16, write, read []byte) error {
	memory, ok := w[address]
	if !ok {
		return unix.EREMOTEIO
	}
	if len(write) > 1 {
		return errors.New("written to")
	}
	at := byte(0)
	if len(write) == 1 {
		at = write[0]
	}
	for i := range read {
		read[i] = memory[at+byte(i)]
	}
	return nil
}

// machine makes files of a machine, below a new root.
func machine(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func said(all []finding) string {
	var b strings.Builder
	for _, f := range all {
		b.WriteString(f.word() + " " + f.device + " " + f.words() + "\n")
	}
	return b.String()
}

func TestInventoryNamesWhatIsThere(t *testing.T) {
	root := machine(t, map[string]string{
		"proc/device-tree/model":                        "Raspberry Pi 3 Model B Rev 1.2\x00",
		"sys/bus/iio/devices/iio:device0/name":          "dht11@4\n",
		"sys/bus/iio/devices/iio:device0/in_temp_input": "21400\n",
		"sys/class/hwmon/hwmon1/name":                   "sht4x\n",
		"sys/class/hwmon/hwmon1/humidity1_input":        "50000\n",
		"sys/class/pwm/pwmchip0/npwm":                   "2\n",
		"sys/bus/i2c/devices/1-0044/driver/module":      "",
		"sys/class/thermal/thermal_zone0/temp":          "55000\n",
		"sys/class/hwmon/hwmon0/name":                   "rpi_volt\n",
		"sys/class/hwmon/hwmon0/in0_lcrit_alarm":        "1\n",
	})
	bus := wired{0x40: {}, 0x44: {}, 0x23: {}, 0x76: {0xD0: 0x60}, 0x77: {0xD0: 0x58}}
	v := inventory{root: root, buses: buses{1: {number: 1, bus: bus}}}
	got := said(append(v.boardFindings(), v.look(t.Context(), []portaudio.Device{{Name: "USB Audio: - (hw:1,0)", Inputs: 1, Rate: 44100}, {Name: "default", Inputs: 32, Outputs: 32}})...))
	for _, want := range []string{
		"FAIL board the power supply is too weak",
		`PCA9685 servo board at 0x40 on I²C bus 1: head.driver = "pca9685"`,
		`BME280 at 0x76 on I²C bus 1: climate.sensor with driver = "bme280"`,
		"BMP280, which does not measure humidity at 0x77",
		"0x44 on I²C bus 1: the kernel's own driver has it",
		`BH1750 light sensor at 0x23`,
		`dht11@4 of the kernel's: climate.sensor with driver = "iio", bus = "dht11@4"`,
		`sht4x of the kernel's: climate.sensor with driver = "hwmon", bus = "sht4x"`,
		`head.driver = "pwm", head.chip = 0`,
		`a microphone (44100 Hz, channels: 1): audio.microphone = "USB Audio: - (hw:1,0)"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("does not tell %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "SCD4x") || strings.Contains(got, `"default"`) {
		t.Errorf("tells what is not there:\n%s", got)
	}
}

func TestInventoryLeavesAPCsBusesAlone(t *testing.T) {
	root := machine(t, map[string]string{"dev/i2c-1": ""})
	if got := said(inventory{root: root, buses: buses{}}.look(t.Context(), nil)); strings.Contains(got, "I²C") {
		t.Errorf("looked at a bus that nobody named:\n%s", got)
	}
}

func TestRightsNameTheGroup(t *testing.T) {
	root := machine(t, map[string]string{"dev/i2c-1": "", "dev/snd/pcmC0D0p": ""})
	got := said(inventory{root: root, access: func(path string) error {
		if strings.HasSuffix(path, "i2c-1") {
			return unix.EACCES
		}
		return nil
	}}.rights())
	if !strings.Contains(got, "usermod -aG i2c") || strings.Contains(got, "audio") {
		t.Errorf("%s", got)
	}
}

func TestBusesSayWhatToDo(t *testing.T) {
	bus, err := buses{}.get("77")
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Tx(0x40, nil, []byte{0}); err == nil || !strings.Contains(err.Error(), "dtparam=i2c_arm=on") {
		t.Errorf("%v", err)
	}
	if err := notAllowed("/dev/i2c-1", "i2c"); !strings.Contains(err.Error(), "usermod -aG i2c") {
		t.Errorf("%v", err)
	}
}

// miswired is a filter whose lines are not there.
type miswired struct{ ircut.Filter }

func (miswired) Check() error { return errors.New("the GPIO chip has no line 99") }

// shaky is a sensor that answers at the third attempt.
type shaky struct{ reads *int }

func (s shaky) Read(context.Context) ([]sensors.Reading, error) {
	if *s.reads++; *s.reads < 3 {
		return nil, unix.EIO
	}
	return []sensors.Reading{{Quantity: sensors.Temperature, Value: 20}}, nil
}

func TestProbeClimateHasPatience(t *testing.T) {
	reads := 0
	d := &devices{climate: []sensors.Source{{Name: "dht22", Sensor: shaky{&reads}, Offset: map[sensors.Quantity]float64{sensors.Temperature: -1.5}}}}
	if f := d.probeClimate(t.Context()); f.err != nil || f.says != "dht22: temperature 18.5" {
		t.Errorf("%+v", f)
	}
}

func TestProbeNightLooksForItsLines(t *testing.T) {
	d := &devices{night: miswired{}}
	if f := d.probeNight(t.Context()); f.err == nil || !strings.Contains(f.words(), "no line 99") {
		t.Errorf("%+v", f)
	}
}

// small is a picture that is painted fast on any machine.
const small = "[camera]\nwidth = 320\nheight = 180\nfps = 5\n"

// doctor runs the command and returns its exit code and what it prints.
func doctor(t *testing.T, settings string, args ...string) (int, string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "babymonitor.toml")
	if err := os.WriteFile(file, []byte(small+settings), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := doctorCommand(t.Context(), append([]string{"--sim", "--config", file, "--data", dir}, args...), &out)
	var exit exitError
	switch {
	case err == nil:
		return 0, out.String()
	case errors.As(err, &exit):
		return exit.code, out.String()
	case errors.Is(err, errUsage):
		return 2, err.Error()
	}
	return -1, err.Error()
}

func TestDoctorTellsWhatFailsAndGoesOn(t *testing.T) {
	code, out := doctor(t, "[head]\ndriver = \"pca9685\"\nbus = \"77\"\n[[climate.sensor]]\ndriver = \"hwmon\"\nbus = \"nobody\"\n")
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"FAIL head", "dtparam=i2c_arm=on", "FAIL climate", "load its driver", "ok   camera", "ok   microphone", "ok   speaker", "ok   data"} {
		if !strings.Contains(out, want) {
			t.Errorf("does not say %q:\n%s", want, out)
		}
	}
}

func TestDoctorTries(t *testing.T) {
	for _, device := range []string{"head", "ircut", "lamps", "speaker"} {
		if code, out := doctor(t, "", "--try", device); code != 0 || !strings.Contains(out, "ok   "+device) {
			t.Errorf("%s: exit code %d: %s", device, code, out)
		}
		none := "[head]\ndriver = \"none\"\n[ircut]\ndriver = \"none\"\n[audio]\nspeaker = \"none\"\n"
		if code, out := doctor(t, none, "--try", device); code != 1 || !strings.Contains(out, "none is configured") {
			t.Errorf("no %s: exit code %d: %s", device, code, out)
		}
	}
	t.Chdir(t.TempDir())
	if code, out := doctor(t, "", "--try", "microphone"); code != 0 || !strings.Contains(out, recordFile) {
		t.Errorf("microphone: exit code %d: %s", code, out)
	}
	if info, err := os.Stat(recordFile); err != nil || info.Size() < 5*2*48000 {
		t.Errorf("recorded %v, %v", info, err)
	}
	if code, _ := doctor(t, "", "--try", "nose"); code != 2 {
		t.Errorf("exit code %d", code)
	}
}
