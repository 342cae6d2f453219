package rpicam

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
)

// lines cuts what comes through a pipe into lines.
type lines struct {
	rest []byte
	skip bool // the rest of a line that was too long
}

// maxLine bounds a line; longer ones are cut.
const maxLine = 4096

// read hands out the lines that are in the pipe now, without their ends, valid
// until take returns. It reports whether more may come.
func (l *lines) read(fd int, take func([]byte)) bool {
	var b [4096]byte
	for {
		n, err := unix.Read(fd, b[:])
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EAGAIN):
			return true
		case err != nil || n == 0:
			return false
		}
		l.cut(b[:n], take)
	}
}

// cut takes in what came.
func (l *lines) cut(b []byte, take func([]byte)) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			if len(l.rest)+len(b) > maxLine {
				if !l.skip {
					take(append(l.rest, b[:maxLine-len(l.rest)]...))
				}
				l.rest, l.skip = l.rest[:0], true
				return
			}
			l.rest = append(l.rest, b...)
			return
		}
		if !l.skip {
			line := b[:i]
			if len(l.rest) > 0 {
				l.rest = append(l.rest, line...)
				line = l.rest
			}
			take(line[:min(len(line), maxLine)])
		}
		l.rest, l.skip = l.rest[:0], false
		b = b[i+1:]
	}
}

// parsePTS reads a line of "timecode format v2": milliseconds with three
// decimals. Comments begin with #.
func parsePTS(line []byte) (time.Duration, bool) {
	ms, err := strconv.ParseFloat(strings.TrimSpace(string(line)), 64)
	if err != nil || !(ms >= 0 && ms < 1e12) {
		return 0, false
	}
	return time.Duration(ms*1000+0.5) * time.Microsecond, true
}

// block is the metadata of one picture.
type block struct {
	light  camera.Light
	sensor time.Duration // when it was exposed, by CLOCK_BOOTTIME; 0: not told
}

// line takes in a line "Name=value" with the name of a libcamera control.
func (b *block) line(line []byte) {
	name, value, _ := strings.Cut(strings.TrimSpace(string(line)), "=")
	numbers := parseNumbers(value)
	if len(numbers) == 0 {
		return
	}
	v := numbers[0]
	switch name {
	case "Lux":
		b.light.Lux = v
	case "ExposureTime":
		b.light.Exposure = time.Duration(v) * time.Microsecond
	case "AnalogueGain", "DigitalGain":
		if b.light.Gain == 0 {
			b.light.Gain = 1
		}
		b.light.Gain *= v
	case "ColourGains":
		if len(numbers) == 2 {
			b.light.Red, b.light.Blue = v, numbers[1]
		}
	case "SensorTimestamp":
		b.sensor = time.Duration(v)
	}
}

// parseNumbers reads "1.5" or "[ 1.5, 2.25 ]". It returns nothing of what is
// not made of finite numbers, none of them negative or beyond reason.
func parseNumbers(s string) (numbers []float64) {
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("[], ()\t", r) }) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || !(v >= 0 && v < 1e18) {
			return nil
		}
		numbers = append(numbers, v)
	}
	return numbers
}

// meter is the light that was metered last.
type meter struct {
	light camera.Light
	when  time.Time
}

// stale is how long a meter's reading holds.
const stale = 5 * time.Second

func (m meter) at(now time.Time) (camera.Light, bool) {
	if m.when.IsZero() || now.Sub(m.when) > stale {
		return camera.Light{}, false
	}
	return m.light, true
}
