package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/i2c"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/host/v3/sysfs"

	"babymonitor/internal/config"
)

// buses are the I²C buses that devices share, by number.
type buses map[int]*lateBus

// get returns the bus that the settings name.
func (b buses) get(name string) (i2c.Bus, error) {
	n, err := config.BusNumber(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no I²C bus: %w", name, err)
	}
	if b[n] == nil {
		b[n] = &lateBus{number: n}
	}
	return b[n], nil
}

// lateBus is a bus that is opened when a device on it is first spoken to, so
// that one that is missing is a fault that heals.
type lateBus struct {
	number int

	mu  sync.Mutex
	bus i2c.BusCloser // nil until it has been opened
}

// String names the bus as its device file does.
func (l *lateBus) String() string { return fmt.Sprintf("i2c-%d", l.number) }

// SetSpeed is for the owner of the kernel's device tree.
func (l *lateBus) SetSpeed(physic.Frequency) error { return nil }

// Tx implements i2c.Bus.
func (l *lateBus) Tx(address uint16, w, r []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bus == nil {
		bus, err := sysfs.NewI2C(l.number)
		if err != nil {
			return noBus(l.number, err)
		}
		l.bus = bus
	}
	return l.bus.Tx(address, w, r)
}

// noBus says what to do about a bus that cannot be opened.
func noBus(number int, err error) error {
	path := fmt.Sprintf("/dev/i2c-%d", number)
	switch _, missing := os.Stat(path); {
	case errors.Is(missing, fs.ErrNotExist):
		return fmt.Errorf("there is no I²C bus %d: write dtparam=i2c_arm=on into config.txt and restart; if it is there already, load the module i2c-dev (echo i2c-dev | sudo tee /etc/modules-load.d/i2c.conf)", number)
	case unix.Access(path, unix.R_OK|unix.W_OK) != nil:
		return notAllowed(path, "i2c")
	}
	return fmt.Errorf("the I²C bus %d cannot be opened: %w", number, err)
}

// notAllowed says how to get the right to use a device file.
func notAllowed(path, group string) error {
	return fmt.Errorf("the monitor may not use %s: add its user to the group %s (sudo usermod -aG %s USER) and start it again", path, group, group)
}

// close closes all buses.
func (b buses) close() {
	for _, l := range b {
		l.mu.Lock()
		if l.bus != nil {
			l.bus.Close()
			l.bus = nil
		}
		l.mu.Unlock()
	}
}
