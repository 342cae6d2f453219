package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"babymonitor/sensors"
)

// probeHead asks the motors to be quiet, which moves nothing.
func (d *devices) probeHead(context.Context) finding {
	f := finding{device: "head", says: "answers (nothing was moved)"}
	if d.head == nil {
		f.says = "none is configured"
	} else {
		f.err = d.head.Release()
	}
	return f
}

// probeNight says whether the lines of the filter and the lamps are there. To
// switch them would click beside a sleeping child.
func (d *devices) probeNight(context.Context) finding {
	f := finding{device: "night", says: "its lines are there (nothing was switched: the filter clicks)"}
	if d.night == nil {
		f.says = "no IR filter is configured"
		return f
	}
	if lines, ok := d.night.(interface{ Check() error }); ok {
		f.err = lines.Check()
	}
	if d.ldr != nil {
		bright, err := d.ldr.Read()
		f.err = errors.Join(f.err, err)
		f.says += map[bool]string{true: "; the light switch says bright", false: "; the light switch says dark"}[bright]
	}
	return f
}

// probeClimate reads every sensor. Some fail now and then, as a DHT22 does.
func (d *devices) probeClimate(ctx context.Context) finding {
	f := finding{device: "climate"}
	if len(d.climate) == 0 {
		f.says = "no sensor is configured"
		return f
	}
	for i, s := range d.climate {
		var readings []sensors.Reading
		var err error
		for range 3 {
			ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, patience))
			readings, err = s.Sensor.Read(ctx)
			cancel()
			if err == nil {
				break
			}
		}
		if i > 0 {
			f.says += "; "
		}
		f.says += s.Name + ":"
		for _, r := range readings {
			f.says += fmt.Sprintf(" %s %.1f", r.Quantity, r.Value+s.Offset[r.Quantity])
		}
		if err != nil {
			f.err = errors.Join(f.err, fmt.Errorf("%s: %w", s.Name, err))
		}
	}
	return f
}
