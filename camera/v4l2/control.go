package v4l2

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"golang.org/x/sys/unix"
)

// cid is the number of a control.
type cid uint32

// User controls, codec controls and camera controls (linux/v4l2-controls.h).
const (
	cidSaturation       cid = 0x980902
	cidAutoWhiteBalance cid = 0x98090c
	cidHFlip            cid = 0x980914
	cidVFlip            cid = 0x980915
	cidMainsFrequency   cid = 0x980918
	cidColourKelvin     cid = 0x98091a
	cidColourEffect     cid = 0x98091f
	cidRotate           cid = 0x980922

	cidGOPSize      cid = 0x9909cb
	cidBitrateMode  cid = 0x9909ce
	cidBitrate      cid = 0x9909cf
	cidHeaderMode   cid = 0x9909d8
	cidRepeatHeader cid = 0x9909e2
	cidForceKey     cid = 0x9909e5
	cidIPeriod      cid = 0x990a66
	cidLevel        cid = 0x990a67
	cidProfile      cid = 0x990a6b

	cidExposureAuto       cid = 0x9a0901
	cidExposureAbsolute   cid = 0x9a0902
	cidWhiteBalancePreset cid = 0x9a0914
	cidISO                cid = 0x9a0917
	cidISOAuto            cid = 0x9a0918
)

// Values of menus.
const (
	profileBaseline            = 0
	profileConstrainedBaseline = 1
	level40                    = 11
	bitrateModeCBR             = 1
	headersWithFirstFrame      = 1

	exposureAuto      = 0
	exposureManual    = 1
	exposureByShutter = 3 // "aperture priority": what USB cameras call automatic

	effectNone  = 0
	effectGrey  = 1
	mains50     = 1
	mains60     = 2
	typeMenu    = 3 // V4L2_CTRL_TYPE_MENU
	typeIntMenu = 9 // V4L2_CTRL_TYPE_INTEGER_MENU

	flagDisabled = 0x1
	flagReadOnly = 0x4
)

// querymenu is struct v4l2_querymenu, which is packed.
type querymenu struct {
	id, index uint32
	value     [32]byte // a name, or 8 bytes of number for an integer menu
	_         uint32
}

const vidiocQuerymenu = read | write | unsafe.Sizeof(querymenu{})<<16 | video | 37

// query describes a control and reports whether the device has it.
func (d *device) query(id cid) (queryctrl, bool) {
	q := queryctrl{id: uint32(id)}
	if d.do(vidiocQueryctrl, unsafe.Pointer(&q)) != nil || q.flags&(flagDisabled|flagReadOnly) != 0 {
		return q, false
	}
	return q, true
}

// has reports whether the device has a control.
func (d *device) has(id cid) bool {
	_, ok := d.query(id)
	return ok
}

// set gives a control the value nearest to value that it takes. A device
// without it answers unix.EINVAL.
func (d *device) set(id cid, value int) error {
	q, ok := d.query(id)
	if !ok {
		return unix.EINVAL
	}
	c := control{id: uint32(id), value: q.nearest(value)}
	return d.do(vidiocSCtrl, unsafe.Pointer(&c))
}

// setFirst gives a control the first of some values that the device takes.
func (d *device) setFirst(id cid, values ...int) (err error) {
	for _, v := range values {
		if err = d.set(id, v); err == nil {
			return nil
		}
	}
	return err
}

// setChoice sets an integer menu to the entry nearest to value.
func (d *device) setChoice(id cid, value int64) error {
	q, ok := d.query(id)
	if !ok || q.typ != typeIntMenu {
		return unix.EINVAL
	}
	best, off := int32(-1), uint64(math.MaxUint64)
	for i := max(0, q.min); i <= min(q.max, 255); i++ {
		m := querymenu{id: uint32(id), index: uint32(i)}
		if d.do(vidiocQuerymenu, unsafe.Pointer(&m)) != nil {
			continue
		}
		diff := int64(binary.LittleEndian.Uint64(m.value[:])) - value
		if by := uint64(max(diff, -diff)); by < off {
			best, off = i, by
		}
	}
	if best < 0 {
		return unix.EINVAL
	}
	return d.set(id, int(best))
}

// nearest returns the allowed value next to v. Entries of a menu are not near
// to each other: there it is v, for the device to refuse.
func (q queryctrl) nearest(v int) int32 {
	if q.typ == typeMenu {
		return int32(v)
	}
	n := min(max(int64(v), int64(q.min)), int64(q.max))
	if q.step > 1 {
		steps := (n - int64(q.min) + int64(q.step)/2) / int64(q.step)
		n = min(int64(q.min)+steps*int64(q.step), int64(q.max))
	}
	return int32(n)
}

// missing is the error of a control that the camera lacks or refuses.
func missing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("this camera cannot set its %s: %w", what, err)
}
