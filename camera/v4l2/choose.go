package v4l2

import (
	"unsafe"

	"babymonitor/camera"
)

// offer is a picture that a camera can deliver.
type offer struct {
	format        fourcc
	width, height int
	fps           float64 // 0: not told
}

// cost says how dear it is to make I420 of a format, and whether it can be done
// at all. H.264 needs none of it.
func cost(f fourcc) (int, bool) {
	switch f {
	case fmtH264:
		return 0, true
	case fmtYU12: // is I420
		return 1, true
	case fmtNV12:
		return 2, true
	case fmtYUYV, fmtUYVY:
		return 3, true
	case fmtMJPEG, fmtJPEG:
		return 10, true
	}
	return 0, false
}

// choose returns the raw offer that serves the mode best: the cheapest among
// those that come close to its size and rate, else the one that comes closest.
// Cameras often give large pictures fast as JPEG alone.
func choose(offers []offer, m camera.Mode) (best offer, ok bool) {
	const close = 0.75
	var bestWorth float64
	var bestCost int
	for _, o := range offers {
		c, known := cost(o.format)
		if !known || o.format == fmtH264 {
			continue
		}
		worth := o.worth(m)
		better := worth > bestWorth
		if worth >= close && bestWorth >= close {
			better = c < bestCost
		}
		if !ok || better {
			best, bestWorth, bestCost, ok = o, worth, c, true
		}
	}
	return best, ok
}

// worth is the share of the mode's picture elements that the offer delivers.
func (o offer) worth(m camera.Mode) float64 {
	w := min(1, float64(o.width*o.height)/float64(max(1, m.Width*m.Height)))
	if o.fps > 0 && m.FPS > 0 {
		w *= min(1, o.fps/float64(m.FPS))
	}
	return w
}

// offers asks the device what it would deliver for the mode in each of its
// formats.
func (d *device) offers(t bufType, m camera.Mode) (all []offer) {
	for _, f := range d.formats(t) {
		o := offer{format: f, width: m.Width, height: m.Height}
		l := layout{format: f, width: m.Width, height: m.Height}
		if err := d.setFormat(vidiocTryFmt, t, &l); err == nil && l.format == f {
			o.width, o.height = l.width, l.height
		}
		o.fps = d.fastest(o)
		all = append(all, o)
	}
	return all
}

// fastest returns the highest picture rate of an offer's size, 0 where the
// device does not tell.
func (d *device) fastest(o offer) (fps float64) {
	for i := range uint32(64) {
		e := frmivalenum{index: i, pixelformat: o.format, width: uint32(o.width), height: uint32(o.height)}
		if d.do(vidiocEnumPeriods, unsafe.Pointer(&e)) != nil {
			break
		}
		if p := e.interval[0]; p.num > 0 { // the only or the shortest one
			fps = max(fps, float64(p.den)/float64(p.num))
		}
		if e.typ != discrete {
			break
		}
	}
	return fps
}
