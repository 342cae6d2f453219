package gpio

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/warthog618/go-gpiocdev"
)

// Line says which GPIO line is meant.
type Line struct {
	// Chip is the label of the chip ("raspberrypi-exp-gpio") or its device
	// ("gpiochip0"). "" means the board's pin header or, for a line with a name,
	// whichever chip has it.
	Chip   string
	Name   string // as the kernel names the line ("CAM_GPIO1"); "": Offset counts
	Offset int    // of the line on its chip; on a Raspberry Pi's header the BCM number
}

// The firmware of older Raspberry Pis numbers the lines of its own expander
// from here; 134 is the one of the camera's LED.
const (
	expander      = "raspberrypi-exp-gpio"
	firstExpander = 128
	mostOffset    = 1023
)

// headers are the labels of the chips whose lines are on the pin header of a
// Raspberry Pi: 5, 4, and those before.
func headers() []string {
	return []string{"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"}
}

// Pin is the line of a number as wiring tables have it: the BCM number of a pin
// on the header, or from 128 to 135 a line of the firmware's expander.
func Pin(number int) Line {
	if number >= firstExpander && number < firstExpander+8 {
		return Line{Chip: expander, Offset: number - firstExpander}
	}
	return Line{Offset: number}
}

// ParseLine reads a line as it is written in settings: a number ("17", see
// [Pin]), a name ("CAM_GPIO1"), or either after the chip and a colon
// ("pinctrl-bcm2835:17").
func ParseLine(text string) (Line, error) {
	chip, line, split := strings.Cut(text, ":")
	if !split {
		chip, line = "", text
	}
	if line == "" || split && chip == "" {
		return Line{}, fmt.Errorf("the GPIO line %q is not understood; write a number (17), a name (CAM_GPIO1), or chip:line (gpiochip0:17)", text)
	}
	n, err := strconv.Atoi(line)
	switch {
	case err != nil:
		return Line{Chip: chip, Name: line}, nil
	case n < 0 || n > mostOffset:
		return Line{}, fmt.Errorf("the GPIO line %q cannot be; lines are numbered from 0 to %d", text, mostOffset)
	case split:
		return Line{Chip: chip, Offset: n}, nil
	}
	return Pin(n), nil
}

// String returns the line as [ParseLine] reads it.
func (l Line) String() string {
	name := l.Name
	if name == "" {
		name = strconv.Itoa(l.Offset)
	}
	if l.Chip == "" {
		return name
	}
	return l.Chip + ":" + name
}

// pins are lines that were requested together and change at one moment.
// *gpiocdev.Lines are some.
type pins interface {
	SetValues(values []int) error
	Values(values []int) error
	Close() error
}

// opener requests lines as outputs with these values, or without values as
// inputs.
type opener func(lines []Line, values []int) (pins, error)

// request is the opener of the kernel's GPIO character devices.
func request(lines []Line, values []int) (pins, error) {
	chip, err := chipOf(lines[0])
	if err != nil {
		return nil, err
	}
	defer chip.Close()
	offsets := make([]int, len(lines))
	for i, l := range lines {
		if !hasLine(chip, l, &offsets[i]) {
			return nil, noLine(chip, l)
		}
	}
	options := []gpiocdev.LineReqOption{gpiocdev.WithConsumer(consumer), gpiocdev.AsInput}
	if len(values) > 0 {
		options[1] = gpiocdev.AsOutput(values...)
	}
	got, err := chip.RequestLines(offsets, options...)
	if err != nil {
		return nil, explain(chip, offsets, err)
	}
	return got, nil
}

// chipOf opens the chip that a line is on.
func chipOf(l Line) (*gpiocdev.Chip, error) {
	names := gpiocdev.Chips()
	if len(names) == 0 {
		return nil, errors.New("this machine has no GPIO lines (no /dev/gpiochip0): on a Raspberry Pi use a kernel with its GPIO driver, elsewhere switch the IR filter off in the settings")
	}
	var found *gpiocdev.Chip
	var refused error
	best := len(headers())
	for _, name := range names {
		chip, err := gpiocdev.NewChip(name)
		if err != nil {
			refused = denied(name, err)
			continue
		}
		if rank, ok := fits(chip, l); ok && (found == nil || rank < best) {
			found, chip, best = chip, found, rank
		}
		if chip != nil {
			chip.Close()
		}
	}
	switch {
	case found != nil:
		return found, nil
	case refused != nil:
		return nil, refused
	}
	return nil, fmt.Errorf("no GPIO chip here has the line %v; `gpiodetect` and `gpioinfo` list what there is, and the settings may name a line as chip:line", l)
}

// fits says whether a chip is the one that has the line, and with which
// preference (less is better).
func fits(chip *gpiocdev.Chip, l Line) (rank int, ok bool) {
	var offset int
	switch {
	case l.Chip != "":
		return 0, l.Chip == chip.Label || strings.TrimPrefix(l.Chip, "/dev/") == chip.Name
	case l.Name != "":
		return 0, hasLine(chip, l, &offset)
	}
	rank = slices.Index(headers(), chip.Label)
	return rank, rank >= 0
}

func hasLine(chip *gpiocdev.Chip, l Line, offset *int) bool {
	if l.Name == "" {
		*offset = l.Offset
		return l.Offset >= 0 && l.Offset < chip.Lines()
	}
	found, err := chip.FindLine(l.Name)
	*offset = found
	return err == nil
}

// denied says why a chip cannot be opened.
func denied(name string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("the monitor may not use /dev/%s: add its user to the group that the device belongs to (`sudo usermod -aG gpio USER` on a Raspberry Pi) and start it again", name)
	}
	return fmt.Errorf("the GPIO chip /dev/%s cannot be opened: %w", name, err)
}

// explain says why lines are not handed out.
func explain(chip *gpiocdev.Chip, offsets []int, err error) error {
	if !errors.Is(err, syscall.EBUSY) {
		return fmt.Errorf("the GPIO chip %s does not hand out its lines %v: %w", chip.Label, offsets, err)
	}
	for _, o := range offsets {
		if info, e := chip.LineInfo(o); e == nil && info.Used {
			return inUse(chip, info)
		}
	}
	return fmt.Errorf("the GPIO lines %v of %s are in use: take the overlay that claims them out of config.txt", offsets, chip.Label)
}
