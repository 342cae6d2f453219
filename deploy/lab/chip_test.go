package lab_test

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"babymonitor/deploy/lab"
)

// bus talks raw I2C_RDWR, as drivers do.
type bus struct {
	t *testing.T
	f *os.File
}

func openBus(t *testing.T) bus {
	t.Helper()
	f, err := os.OpenFile(lab.Required(t).I2C, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return bus{t, f}
}

// try writes w to a chip and then reads n bytes from it, in one transaction.
func (b bus) try(address uint16, w []byte, n int) ([]byte, error) {
	type message struct { // struct i2c_msg
		address, flags, length uint16
		buffer                 *byte
	}
	r := make([]byte, n)
	var messages []message
	if len(w) > 0 {
		messages = append(messages, message{address, 0, uint16(len(w)), &w[0]})
	}
	if n > 0 {
		const read = 1
		messages = append(messages, message{address, read, uint16(n), &r[0]})
	}
	transaction := struct { // struct i2c_rdwr_ioctl_data
		messages *message
		count    uint32
	}{&messages[0], uint32(len(messages))}
	const i2cRdwr = 0x707
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, b.f.Fd(), i2cRdwr, uintptr(unsafe.Pointer(&transaction)))
	runtime.KeepAlive(messages)
	if errno != 0 {
		return nil, errno
	}
	return r, nil
}

func (b bus) tx(address uint16, w []byte, n int) []byte {
	b.t.Helper()
	r, err := b.try(address, w, n)
	if err != nil {
		b.t.Fatalf("I2C to %#x: %v", address, err)
	}
	return r
}

func TestLabPCA9685(t *testing.T) {
	b, chip := openBus(t), lab.OpenChip(t, lab.PCA9685)
	chip.PowerCycle()
	const mode1, led3, allOffH, prescale = 0x00, 0x12, 0xfd, 0xfe
	b.tx(lab.PCA9685, []byte{mode1, 0x21}, 0) // awake, counting up
	b.tx(lab.PCA9685, []byte{prescale, 0x79}, 0)
	if got := chip.Registers()[prescale]; got == 0x79 {
		t.Error("the prescaler can be set while it is awake")
	}
	b.tx(lab.PCA9685, []byte{mode1, 0x31}, 0)
	b.tx(lab.PCA9685, []byte{prescale, 0x79}, 0)
	b.tx(lab.PCA9685, []byte{mode1, 0x21}, 0)
	b.tx(lab.PCA9685, []byte{led3, 0, 0, 0x33, 0x01}, 0)
	if got := chip.Registers(); got[prescale] != 0x79 || got[led3+2] != 0x33 || got[led3+3] != 0x01 {
		t.Errorf("prescaler %#x, output 3 % x", got[prescale], got[led3:led3+4])
	}
	if got := b.tx(lab.PCA9685, []byte{mode1}, 1)[0]; got != 0xa1 {
		t.Errorf("MODE1 is %#x after sleeping, want the restart bit and what was written", got)
	}
	b.tx(lab.PCA9685, []byte{allOffH, 0x10}, 0)
	if got := chip.Registers()[led3+3]; got != 0x10 {
		t.Errorf("output 3 after all were turned off: %#x", got)
	}
}

func TestLabBME280(t *testing.T) {
	b := openBus(t)
	lab.OpenChip(t, lab.BME280).PowerCycle()
	if id := b.tx(lab.BME280, []byte{0xd0}, 1)[0]; id != 0x60 {
		t.Fatalf("chip identification %#x", id)
	}
	if got := b.tx(lab.BME280, []byte{0xf7}, 8); got[0] != 0x80 {
		t.Errorf("data before a measurement: % x", got)
	}
	b.tx(lab.BME280, []byte{0xf2, 0x01, 0xf4, 0x25}, 0) // everything once, forced
	lab.Until(t, "it has measured", func() bool { return b.tx(lab.BME280, []byte{0xf3}, 1)[0]&8 == 0 })
	if mode := b.tx(lab.BME280, []byte{0xf4}, 1)[0] & 3; mode != 0 {
		t.Errorf("mode %d after a forced measurement", mode)
	}
	temperature, pressure, humidity := compensate(b.tx(lab.BME280, []byte{0x88}, 26), b.tx(lab.BME280, []byte{0xe1}, 7), b.tx(lab.BME280, []byte{0xf7}, 8))
	near(t, "temperature", temperature, 25.08, 0.01)
	near(t, "pressure", pressure, 100653.27, 1)
	near(t, "humidity", humidity, 34.02, 0.01)
}

// compensate is the floating-point compensation of the BME280 datasheet
// (section 8.1): degrees Celsius, Pa, per cent.
func compensate(low, high, data []byte) (temperature, pressure, humidity float64) {
	signed := func(at int) float64 { return float64(int16(binary.LittleEndian.Uint16(low[at:]))) }
	unsigned := func(at int) float64 { return float64(binary.LittleEndian.Uint16(low[at:])) }
	adc := func(at int) float64 {
		return float64(binary.BigEndian.Uint32(append([]byte{0}, data[at:at+3]...)) >> 4)
	}

	a := (adc(3)/16384 - unsigned(0)/1024) * signed(2)
	c := adc(3)/131072 - unsigned(0)/8192
	fine := a + c*c*signed(4)
	temperature = fine / 5120

	a = fine/2 - 64000
	c = a*a*signed(16)/32768 + a*signed(14)*2
	c = c/4 + signed(12)*65536
	a = (signed(10)*a*a/524288 + signed(8)*a) / 524288
	a = (1 + a/32768) * unsigned(6)
	pressure = (1048576 - adc(0) - c/4096) * 6250 / a
	pressure += (signed(22)*pressure*pressure/2147483648 + pressure*signed(20)/32768 + signed(18)) / 16

	h2 := float64(int16(binary.LittleEndian.Uint16(high)))
	h4 := float64(int(int8(high[3]))<<4 | int(high[4]&15))
	h5 := float64(int(int8(high[5]))<<4 | int(high[4]>>4))
	h := fine - 76800
	h = (float64(binary.BigEndian.Uint16(data[6:])) - (h4*64 + h5/16384*h)) *
		(h2 / 65536 * (1 + float64(int8(high[6]))/67108864*h*(1+float64(high[2])/67108864*h)))
	return temperature, pressure, h * (1 - float64(low[25])*h/524288)
}

func TestLabAHT20(t *testing.T) {
	b, chip := openBus(t), lab.OpenChip(t, lab.AHT20)
	chip.Set("temperature", -5250)
	chip.Set("humidity", 61500)
	measure := func() []byte {
		b.tx(lab.AHT20, []byte{0xbe, 0x08, 0x00}, 0)
		b.tx(lab.AHT20, []byte{0xac, 0x33, 0x00}, 0)
		if b.tx(lab.AHT20, nil, 1)[0]&0x80 == 0 {
			t.Error("not busy while it measures")
		}
		lab.Until(t, "it has measured", func() bool { return b.tx(lab.AHT20, nil, 1)[0]&0x80 == 0 })
		return b.tx(lab.AHT20, nil, 7)
	}
	got := measure()
	near(t, "humidity", float64(binary.BigEndian.Uint32(got)<<8>>12)/(1<<20)*100, 61.5, 0.001)
	near(t, "temperature", float64(binary.BigEndian.Uint32(got[2:])&0xfffff)/(1<<20)*200-50, -5.25, 0.001)
	if got[6] != crc8(got[:6]) {
		t.Errorf("% x has a wrong checksum", got)
	}
	chip.Set("corrupt", 1)
	if got := measure(); got[6] == crc8(got[:6]) {
		t.Errorf("% x has a right checksum", got)
	}
}

// crc8 has polynomial 0x31 and start value 0xff (AHT20 datasheet, section 5.4).
func crc8(data []byte) byte {
	crc := byte(0xff)
	for _, v := range data {
		crc ^= v
		for range 8 {
			crc = crc<<1 ^ crc>>7*0x31
		}
	}
	return crc
}

func TestLabBH1750(t *testing.T) {
	b, chip := openBus(t), lab.OpenChip(t, lab.BH1750)
	chip.Set("lux", 42500)
	b.tx(lab.BH1750, []byte{0x01}, 0)
	b.tx(lab.BH1750, []byte{0x10}, 0)
	lab.Until(t, "it has measured", func() bool {
		return math.Abs(float64(binary.BigEndian.Uint16(b.tx(lab.BH1750, nil, 2)))/1.2-42.5) < 1
	})
}

func TestLabChipsStopAnswering(t *testing.T) {
	b, chip := openBus(t), lab.OpenChip(t, lab.BH1750)
	for _, errno := range []unix.Errno{unix.EREMOTEIO, unix.ETIMEDOUT} {
		chip.Fail(errno)
		if _, err := b.try(lab.BH1750, nil, 2); !errors.Is(err, errno) {
			t.Errorf("a chip that fails with %v answers %v", errno, err)
		}
	}
	before := chip.Transfers()
	chip.Fail(0)
	b.tx(lab.BH1750, nil, 2)
	if got := chip.Transfers() - before; got != 1 {
		t.Errorf("%d transfers counted, want 1", got)
	}
	if _, err := b.try(0x55, nil, 1); !errors.Is(err, unix.EREMOTEIO) {
		t.Errorf("nobody answers with %v", err)
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
