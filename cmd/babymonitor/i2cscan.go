package main

import (
	"slices"

	"periph.io/x/conn/v3/i2c"
)

// chip is one that answers on an I²C bus.
type chip struct {
	address   uint16
	name, use string
}

// knownChips returns what is usually behind an address, and how it is set.
func knownChips() []chip {
	sensor := func(driver string) string { return `climate.sensor with driver = "` + driver + `"` }
	return []chip{
		{0x15, "a Pimoroni pan/tilt HAT", "the monitor cannot drive it; use a board with a PCA9685"},
		{0x23, "a BH1750 light sensor", sensor("bh1750")},
		{0x38, "an AHT20", sensor("aht20")},
		{0x40, "a PCA9685 servo board", `head.driver = "pca9685"`},
		{0x41, "a PCA9685 servo board", `head.driver = "pca9685", head.address = 0x41`},
		{0x44, "an HDC302x, SHT3x or SHT4x", sensor("hdc302x") + ", or the kernel's driver for an SHT (see the hardware chapter)"},
		{0x45, "an HDC302x, SHT3x or SHT4x", sensor("hdc302x") + ", address = 0x45, or the kernel's driver for an SHT (see the hardware chapter)"},
		{0x5c, "a BH1750 light sensor", sensor("bh1750") + ", address = 0x5c"},
		{0x62, "an SCD4x", sensor("scd4x")},
		{0x76, "a BME280 or BMP280", sensor("bme280")},
		{0x77, "a BME280 or BMP280", sensor("bme280") + ", address = 0x77"},
	}
}

// scanBus asks the addresses of known chips whether somebody is there, by
// reading one byte, which changes nothing in any of them.
func scanBus(bus i2c.Bus) (found []chip) {
	for _, c := range knownChips() {
		var b [1]byte
		if bus.Tx(c.address, nil, b[:]) != nil {
			continue
		}
		found = append(found, identify(bus, c))
	}
	return found
}

// identify asks a chip of Bosch's which one it is (register 0xD0 in the data
// sheets of BMP280 and BME280).
func identify(bus i2c.Bus, c chip) chip {
	var id [1]byte
	if !slices.Contains([]uint16{0x76, 0x77}, c.address) || bus.Tx(c.address, []byte{0xD0}, id[:]) != nil {
		return c
	}
	switch id[0] {
	case 0x60:
		c.name = "a BME280"
	case 0x56, 0x57, 0x58:
		c.name = "a BMP280, which does not measure humidity"
	default:
		c.name, c.use = "a chip that is no BME280", "it is not known"
	}
	return c
}
