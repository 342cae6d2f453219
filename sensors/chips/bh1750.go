package chips

import (
	"encoding/binary"
	"time"

	"periph.io/x/conn/v3/i2c"

	"babymonitor/sensors"
)

// Commands of the BH1750 (ROHM BH1750FVI data sheet, "Instruction Set
// Architecture"). periph's driver repeats the measuring command with each
// reading, which begins the measurement anew, so it is not used.
const (
	bh1750On      = 0x01
	bh1750Measure = 0x20                   // once, in steps of 1 lux; then it sleeps
	bh1750Time    = 180 * time.Millisecond // at most, for one measurement
	bh1750PerLux  = 1.2                    // counts
)

func openBH1750(bus i2c.Bus, address uint16) (sense, error) {
	d := &i2c.Dev{Bus: bus, Addr: address}
	return func() ([]sensors.Reading, error) {
		for _, command := range []byte{bh1750On, bh1750Measure} {
			if err := d.Tx([]byte{command}, nil); err != nil {
				return nil, err
			}
		}
		time.Sleep(bh1750Time)
		var counts [2]byte
		if err := d.Tx(nil, counts[:]); err != nil {
			return nil, err
		}
		lux := float64(binary.BigEndian.Uint16(counts[:])) / bh1750PerLux
		return []sensors.Reading{{Quantity: sensors.Illuminance, Value: lux}}, nil
	}, nil
}
