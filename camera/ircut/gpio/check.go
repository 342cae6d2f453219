package gpio

import (
	"errors"
	"fmt"

	"github.com/warthog618/go-gpiocdev"
)

// consumer is what the kernel calls those who have requested our lines.
const consumer = "babymonitor"

// Check returns why the lines cannot be used, without requesting or driving
// them. Lines that a monitor uses, be it this one, are fine.
func (f *Filter) Check() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := check(f.filter.lines)
	if f.lamps != nil {
		err = errors.Join(err, check(f.lamps.lines))
	}
	return err
}

func check(lines []Line) error {
	chip, err := chipOf(lines[0])
	if err != nil {
		return err
	}
	defer chip.Close()
	for _, l := range lines {
		if err := checkLine(chip, l); err != nil {
			return err
		}
	}
	return nil
}

func checkLine(chip *gpiocdev.Chip, l Line) error {
	var offset int
	if !hasLine(chip, l, &offset) {
		return noLine(chip, l)
	}
	info, err := chip.LineInfo(offset)
	switch {
	case err != nil:
		return fmt.Errorf("the GPIO chip %s tells nothing of its line %v: %w", chip.Label, l, err)
	case info.Used && info.Consumer != consumer:
		return inUse(chip, info)
	}
	return nil
}

func noLine(chip *gpiocdev.Chip, l Line) error {
	return fmt.Errorf("the GPIO chip %s (%s) has no line %v; `gpioinfo` lists those it has, and lines that work together must be on one chip", chip.Name, chip.Label, l)
}

func inUse(chip *gpiocdev.Chip, info gpiocdev.LineInfo) error {
	return fmt.Errorf("the GPIO line %d (%s) of %s is in use by %q: stop that program, or take the overlay that claims the line out of config.txt", info.Offset, info.Name, chip.Label, info.Consumer)
}
