package sysfs

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// Board is how the computer itself does. It is never mixed with the room's
// climate.
type Board struct {
	Temperature  float64 // of the processor, °C; 0 where it is not known
	UnderVoltage bool    // the supply is too weak now
}

// ReadBoard reads the processor's temperature and, on a Raspberry Pi, the
// alarm of its supply (hwmon device rpi_volt). root is where sysfs is, "" for
// /sys. What the board does not have is left zero.
func ReadBoard(root string) (Board, error) {
	if root == "" {
		root = "/sys"
	}
	var b Board
	milli, err := number(filepath.Join(root, "class/thermal/thermal_zone0/temp"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	b.Temperature = milli / 1000
	dirs, err := filepath.Glob(filepath.Join(root, "class/hwmon/hwmon*"))
	if err != nil {
		return b, err
	}
	for _, dir := range dirs {
		if deviceName(dir) != "rpi_volt" {
			continue
		}
		alarm, err := number(filepath.Join(dir, "in0_lcrit_alarm"))
		if err != nil {
			return b, err
		}
		b.UnderVoltage = alarm != 0
	}
	return b, nil
}
