package chips

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/i2c/i2ctest"
	"periph.io/x/conn/v3/physic"

	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
)

// registers is a bus with one chip that is all memory, until it is gone.
type registers struct {
	memory [256]byte
	gone   bool
}

func (r *registers) String() string                  { return "I2C1" }
func (r *registers) SetSpeed(physic.Frequency) error { return nil }

func (r *registers) Tx(_ uint16, w, read []byte) error {
	if r.gone {
		return errors.New("remote I/O error")
	}
	if len(w) > 1 {
		for i := 0; i+1 < len(w); i += 2 { // Bosch's chips take pairs of register and value
			r.memory[w[i]] = w[i+1]
		}
	}
	if len(w) > 0 {
		copy(read, r.memory[w[0]:])
	}
	return nil
}

// bosch is a chip with the example of the BMP280's data sheet (BST-BMP280-DS001,
// section 3.12): 25.08 °C and 100653 Pa.
func bosch(id byte) *registers {
	r := new(registers)
	r.memory[0xD0] = id
	for i, v := range []int{27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000} {
		binary.LittleEndian.PutUint16(r.memory[0x88+2*i:], uint16(v))
	}
	raw := func(at int, v uint32) {
		r.memory[at], r.memory[at+1], r.memory[at+2] = byte(v>>12), byte(v>>4), byte(v<<4)
	}
	raw(0xF7, 415148)
	raw(0xFA, 519888)
	// A common calibration of the BME280's humidity and a middling value.
	r.memory[0xA1] = 75
	copy(r.memory[0xE1:], []byte{0x6A, 0x01, 0x00, 0x13, 0x29, 0x03, 0x1E})
	binary.BigEndian.PutUint16(r.memory[0xFD:], 28500)
	return r
}

func open(t *testing.T, name string, r *registers) *Sensor {
	t.Helper()
	s, err := New(name, r, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, s *Sensor) map[sensors.Quantity]float64 {
	t.Helper()
	readings, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[sensors.Quantity]float64{}
	for _, r := range readings {
		got[r.Quantity] = r.Value
		if err := r.Plausible(); err != nil {
			t.Error(err)
		}
	}
	return got
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestBoschByTheDataSheet(t *testing.T) {
	got := read(t, open(t, "bmp280", bosch(0x58)))
	near(t, "temperature", got[sensors.Temperature], 25.08, 0.01)
	near(t, "pressure", got[sensors.Pressure], 1006.53, 0.05)
	if _, ok := got[sensors.Humidity]; ok {
		t.Error("a BMP280 does not measure humidity")
	}
	got = read(t, open(t, "bme280", bosch(0x60)))
	near(t, "temperature", got[sensors.Temperature], 25.08, 0.01)
	if got[sensors.Humidity] <= 0 {
		t.Error("a BME280 measures humidity")
	}
}

func TestComesBackAfterItWasUnplugged(t *testing.T) {
	chip := bosch(0x60)
	s := open(t, "bme280", chip)
	read(t, s)
	chip.gone = true
	if _, err := s.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "BME280 at 0x76 on I2C1") {
		t.Errorf("unplugged: %v", err)
	}
	chip.gone = false
	read(t, s)
}

func TestSaysWhatToDo(t *testing.T) {
	_, err := open(t, "bme280", &registers{gone: true}).Read(t.Context())
	if want := "the BME280 at 0x76 on I2C1 does not answer: remote I/O error; check its wires and its address"; err == nil || err.Error() != want {
		t.Errorf("it says %q, want %q", err, want)
	}
}

func TestAHT20ByTheDataSheet(t *testing.T) {
	// 0x80000 of 2^20 is half: 50 % and 200·0.5-50 = 50 °C. The checksum is
	// CRC-8 with polynomial 0x31 and start 0xFF.
	answer := []byte{0x1C, 0x80, 0x00, 0x08, 0x00, 0x00}
	answer = append(answer, crc8(answer))
	bus := &i2ctest.Playback{Ops: []i2ctest.IO{
		{Addr: 0x38, W: []byte{0x71}, R: []byte{0x18}}, // calibrated
		{Addr: 0x38, W: []byte{0xAC, 0x33, 0x00}},
		{Addr: 0x38, R: answer},
	}, DontPanic: true}
	s, err := New("aht20", bus, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, s)
	near(t, "humidity", got[sensors.Humidity], 50, 0.01)
	near(t, "temperature", got[sensors.Temperature], 50, 0.01)
	if err := bus.Close(); err != nil {
		t.Error(err)
	}
}

func crc8(b []byte) byte {
	crc := byte(0xFF)
	for _, v := range b {
		crc ^= v
		for range 8 {
			if crc&0x80 != 0 {
				crc = crc<<1 ^ 0x31
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

func TestBH1750ByTheDataSheet(t *testing.T) {
	// The data sheet's example: 0x8390 is 28067 lux.
	bus := &i2ctest.Playback{Ops: []i2ctest.IO{
		{Addr: 0x23, W: []byte{0x01}},
		{Addr: 0x23, W: []byte{0x20}},
		{Addr: 0x23, R: []byte{0x83, 0x90}},
	}, DontPanic: true}
	s, err := New("bh1750", bus, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "light", read(t, s)[sensors.Illuminance], 28067, 1)
	if err := bus.Close(); err != nil {
		t.Error(err)
	}
}

// transcript plays what a chip is told and answers, in simulated time.
func transcript(t *testing.T, name string, ops []i2ctest.IO) (got map[sensors.Quantity]float64) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		bus := &i2ctest.Playback{Ops: ops, DontPanic: true}
		s, err := New(name, bus, 0)
		if err != nil {
			t.Fatal(err)
		}
		got = read(t, s)
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})
	return got
}

func TestHDC302xByTheDataSheet(t *testing.T) {
	// TI SNAS792, "Conversion Formulas": 175·x/(2^16-1) - 45 °C, 100·x/(2^16-1) %.
	temperature, humidity := []byte{0x60, 0x8C}, []byte{0x80, 0x00}
	answer := append(temperature, crc8(temperature))
	answer = append(append(answer, humidity...), crc8(humidity))
	got := transcript(t, "hdc302x", []i2ctest.IO{
		{Addr: 0x44, W: []byte{0x20, 0x32}}, // a measurement each 2 s
		{Addr: 0x44, W: []byte{0xE0, 0x00}, R: answer},
	})
	near(t, "temperature", got[sensors.Temperature], 21, 0.01)
	near(t, "humidity", got[sensors.Humidity], 50, 0.01)
}

func TestSCD4xByTheDataSheet(t *testing.T) {
	// Sensirion SCD4x, section 3.6.2: 500 ppm, 25 °C, 37 %.
	got := transcript(t, "scd4x", []i2ctest.IO{
		{Addr: 0x62, W: []byte{0x36, 0xF6}},                              // wake up
		{Addr: 0x62, W: []byte{0x21, 0xB1}},                              // start periodic measurement
		{Addr: 0x62, W: []byte{0xE4, 0xB8}, R: []byte{0x80, 0x00, 0xA2}}, // not ready
		{Addr: 0x62, W: []byte{0xE4, 0xB8}, R: []byte{0x80, 0x06, 0x04}},
		{Addr: 0x62, W: []byte{0xEC, 0x05}, R: []byte{0x01, 0xF4, 0x33, 0x66, 0x67, 0xA2, 0x5E, 0xB9, 0x3C}},
	})
	near(t, "CO2", got[sensors.CO2], 500, 0)
	near(t, "temperature", got[sensors.Temperature], 25, 0.01)
	near(t, "humidity", got[sensors.Humidity], 37, 0.01)
}

func TestSuite(t *testing.T) {
	for name, id := range map[string]byte{"bme280": 0x60, "bmp280": 0x58} {
		sensorstest.TestSensor(t, func(t *testing.T) sensors.Sensor { return open(t, name, bosch(id)) })
	}
}

func TestUnknownChip(t *testing.T) {
	if _, err := New("bme999", new(registers), 0); err == nil || !strings.Contains(err.Error(), "bme280") {
		t.Errorf("%v does not name the chips there are", err)
	}
}
