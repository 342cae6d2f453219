package v4l2

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
)

// adjust sets every control of the picture, which is turned clockwise by so
// many degrees. Wishes that the device cannot fulfil make its error; that it
// lacks a control nobody wishes to use does not.
func (d *device) adjust(p camera.Look, rotate int) error {
	var errs []error
	wish := func(wished bool, what string, err error) {
		if wished {
			errs = append(errs, missing(what, err))
		}
	}
	if d.set(cidRotate, rotate) != nil {
		wish(rotate%180 != 0, "rotation", unix.EINVAL)
		if rotate == 180 { // is both flips
			p.FlipH, p.FlipV = !p.FlipH, !p.FlipV
		}
	}
	wish(p.FlipH, "horizontal flip", d.set(cidHFlip, btoi(p.FlipH)))
	wish(p.FlipV, "vertical flip", d.set(cidVFlip, btoi(p.FlipV)))
	wish(p.Exposure > 0, "exposure time", d.setExposure(p.Exposure))
	wish(p.ISO > 0, "sensitivity (ISO)", d.setISO(p.ISO))
	wish(p.WhiteBalance > 0, "white balance", d.setWhiteBalance(p.WhiteBalance))
	wish(p.Grey, "colours to black and white", d.setGrey(p.Grey))
	switch p.Mains {
	case 50:
		wish(true, "mains frequency", d.set(cidMainsFrequency, mains50))
	case 60:
		wish(true, "mains frequency", d.set(cidMainsFrequency, mains60))
	}
	return errors.Join(errs...)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// setExposure sets the exposure time, which drivers count in 100 µs.
func (d *device) setExposure(t time.Duration) error {
	if t == 0 {
		return d.setFirst(cidExposureAuto, exposureAuto, exposureByShutter)
	}
	if err := d.set(cidExposureAuto, exposureManual); err != nil {
		return err
	}
	return d.set(cidExposureAbsolute, int(t/(100*time.Microsecond)))
}

// setISO sets the sensitivity, which drivers list in thousandths.
func (d *device) setISO(iso int) error {
	if iso == 0 {
		return d.set(cidISOAuto, 1)
	}
	_ = d.set(cidISOAuto, 0) // some have no automatic
	return d.setChoice(cidISO, int64(iso)*1000)
}

// setWhiteBalance sets the colour temperature where the device takes one, else
// the preset of a light with about this temperature.
func (d *device) setWhiteBalance(kelvin int) error {
	const auto, incandescent, fluorescent, daylight, cloudy = 1, 2, 3, 6, 8 // enum v4l2_auto_n_preset_white_balance
	preset := auto
	switch {
	case kelvin == 0:
	case kelvin < 3400:
		preset = incandescent
	case kelvin < 4800:
		preset = fluorescent
	case kelvin < 6200:
		preset = daylight
	default:
		preset = cloudy
	}
	if d.has(cidWhiteBalancePreset) {
		return d.set(cidWhiteBalancePreset, preset)
	}
	if err := d.set(cidAutoWhiteBalance, btoi(kelvin == 0)); err != nil || kelvin == 0 {
		return err
	}
	return d.set(cidColourKelvin, kelvin)
}

// setGrey takes the colours away, by effect or else by saturation.
func (d *device) setGrey(grey bool) error {
	effect := effectNone
	if grey {
		effect = effectGrey
	}
	if d.set(cidColourEffect, effect) == nil {
		return nil
	}
	saturation, ok := d.query(cidSaturation)
	switch {
	case !ok:
		return unix.EINVAL
	case grey:
		return d.set(cidSaturation, int(saturation.min))
	}
	return d.set(cidSaturation, int(saturation.def))
}
