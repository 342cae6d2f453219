package main

import (
	"fmt"
	"sync"

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
			return fmt.Errorf("there is no I²C bus %d (%w); switch it on with dtparam=i2c_arm=on in config.txt, and put the monitor's user into the group i2c", l.number, err)
		}
		l.bus = bus
	}
	return l.bus.Tx(address, w, r)
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
