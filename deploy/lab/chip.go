package lab

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Addresses of the fake chips on the I²C bus.
const (
	BH1750  = 0x23
	AHT20   = 0x38
	PCA9685 = 0x40
	SHT40   = 0x44 // the kernel's driver has it
	BME280  = 0x76
)

// Chip is the back side of a fake chip: what a driver cannot see of it.
type Chip struct {
	t   testing.TB
	dir string
}

// OpenChip returns the chip at an address, as earlier tests have left it.
func OpenChip(t testing.TB, address uint16) Chip {
	t.Helper()
	dir := fmt.Sprintf("/sys/kernel/debug/lab_i2c/%02x", address)
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	return Chip{t, dir}
}

// Fail makes the bus answer every message to the chip with an error until the
// test ends, or until Fail(0): EREMOTEIO as when the chip is not there,
// ETIMEDOUT as when it holds the clock.
func (c Chip) Fail(errno unix.Errno) { c.t.Helper(); c.Set("fault", int(errno)) }

// Set changes, until the test ends, what is around the chip: temperature,
// humidity, lux (each in thousandths), or with corrupt = 1 its checksums.
func (c Chip) Set(name string, value int) {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	was := read(c.t, path)
	write(c.t, path, strconv.Itoa(value))
	c.t.Cleanup(func() { write(c.t, path, was) })
}

// PowerCycle takes the chip's power away for a moment: it is as when it was
// switched on, whatever a driver or an earlier test has set up.
func (c Chip) PowerCycle() { c.t.Helper(); write(c.t, filepath.Join(c.dir, "power"), "1") }

// Transfers is how many messages the chip was sent or asked for so far.
func (c Chip) Transfers() int {
	c.t.Helper()
	return readInt(c.t, filepath.Join(c.dir, "transfers"))
}

// Registers returns the 256 registers of a chip that has registers.
func (c Chip) Registers() []byte {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, "registers"))
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// SetRegisters overwrites registers from the first on, past all rules of the
// chip, until PowerCycle.
func (c Chip) SetRegisters(first uint8, values ...byte) {
	c.t.Helper()
	c.patch("registers", int64(first), values)
}

// SetConversion sets what the next conversion of the BME280 yields: 20 bits of
// pressure and temperature, 16 of humidity. When it is switched on that is
// 415148, 519888 and 0x6b00 (100653 Pa, 25.08 °C, 34.02 %).
func (c Chip) SetConversion(pressure, temperature uint32, humidity uint16) {
	c.t.Helper()
	data := binary.BigEndian.AppendUint32(nil, pressure<<12)[:3]
	data = append(data, binary.BigEndian.AppendUint32(nil, temperature<<12)[:3]...)
	c.patch("adc", 0, binary.BigEndian.AppendUint16(data, humidity))
}

func (c Chip) patch(name string, at int64, values []byte) {
	c.t.Helper()
	f, err := os.OpenFile(filepath.Join(c.dir, name), os.O_WRONLY, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(values, at); err != nil {
		c.t.Fatal(err)
	}
}

// Line is a line of the GPIO chip as what is wired to it sees it.
type Line struct {
	t   testing.TB
	dir string
}

// OpenLine returns the line of a number, as the Pi counts (GPIO17 is 17).
func OpenLine(t testing.TB, number int) Line {
	t.Helper()
	return Line{t, filepath.Join(Required(t).GPIOSim, "sim_gpio"+strconv.Itoa(number))}
}

// High reports the level on the line.
func (l Line) High() bool { l.t.Helper(); return read(l.t, filepath.Join(l.dir, "value")) == "1" }

// Pull pulls the line up or down, as a sensor does that is wired to it.
func (l Line) Pull(high bool) {
	l.t.Helper()
	pull := map[bool]string{true: "pull-up", false: "pull-down"}
	write(l.t, filepath.Join(l.dir, "pull"), pull[high])
}

// Unplug takes a device away until plug is called or the test ends: "vivid.0"
// (Camera), "lab_camera.0" (Firmware), "snd_aloop.0" (the sound card of
// Microphone), "snd_aloop.1" (that of Speaker). A sound card is gone at once,
// but plug waits until nobody has it open any more.
func Unplug(t testing.TB, device string) (plug func()) {
	t.Helper()
	driver, _, _ := strings.Cut(device, ".")
	dir := filepath.Join("/sys/bus/platform/drivers", driver)
	gone := make(chan error, 1)
	go func() { gone <- os.WriteFile(filepath.Join(dir, "unbind"), []byte(device), 0) }()
	plugged := false
	plug = func() {
		if plugged {
			return
		}
		plugged = true
		if err := <-gone; err != nil {
			t.Errorf("unplugging %s: %v", device, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "bind"), []byte(device), 0); err != nil {
			t.Errorf("plugging in %s again: %v", device, err)
		}
	}
	t.Cleanup(plug)
	return plug
}
