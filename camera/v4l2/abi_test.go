package v4l2

import (
	"testing"
	"unsafe"
)

// TestLayout holds the structures against the sizes and offsets that a C
// compiler gives them on 64-bit and on 32-bit ARM Linux with 64-bit time.
func TestLayout(t *testing.T) {
	wide := unsafe.Sizeof(uintptr(0)) == 8
	pick := func(on64, on32 uintptr) uintptr {
		if wide {
			return on64
		}
		return on32
	}
	for name, c := range map[string][2]uintptr{
		"capability":      {unsafe.Sizeof(capability{}), 104},
		"fmtdesc":         {unsafe.Sizeof(fmtdesc{}), 64},
		"frmivalenum":     {unsafe.Sizeof(frmivalenum{}), 52},
		"format":          {unsafe.Sizeof(format{}), pick(208, 204)},
		"format.fmt":      {unsafe.Offsetof(format{}.data), pick(8, 4)},
		"pixFormat":       {unsafe.Sizeof(pixFormat{}), 48},
		"pixFormatMplane": {unsafe.Sizeof(pixFormatMplane{}), 192},
		"planeFormat":     {unsafe.Sizeof(planeFormat{}), 20},
		"streamparm":      {unsafe.Sizeof(streamparm{}), 204},
		"requestbuffers":  {unsafe.Sizeof(requestbuffers{}), 20},
		"buffer":          {unsafe.Sizeof(buffer{}), pick(88, 80)},
		"buffer.time":     {unsafe.Offsetof(buffer{}.sec), 24},
		"buffer.sequence": {unsafe.Offsetof(buffer{}.sequence), 56},
		"buffer.m":        {unsafe.Offsetof(buffer{}.m), 64},
		"buffer.length":   {unsafe.Offsetof(buffer{}.length), pick(72, 68)},
		"plane":           {unsafe.Sizeof(plane{}), pick(64, 60)},
		"plane.m":         {unsafe.Offsetof(plane{}.m), 8},
		"plane.offset":    {unsafe.Offsetof(plane{}.dataOffset), pick(16, 12)},
		"exportbuffer":    {unsafe.Sizeof(exportbuffer{}), 64},
		"control":         {unsafe.Sizeof(control{}), 8},
		"queryctrl":       {unsafe.Sizeof(queryctrl{}), 68},
		"querymenu":       {unsafe.Sizeof(querymenu{}), 44},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %d, want %d", name, c[0], c[1])
		}
	}
	for name, c := range map[string][2]uintptr{
		"VIDIOC_QBUF":     {vidiocQbuf, pick(0xc058560f, 0xc050560f)},
		"VIDIOC_DQBUF":    {vidiocDqbuf, pick(0xc0585611, 0xc0505611)},
		"VIDIOC_S_FMT":    {vidiocSFmt, pick(0xc0d05605, 0xc0cc5605)},
		"VIDIOC_EXPBUF":   {vidiocExpbuf, 0xc0405610},
		"VIDIOC_STREAMON": {vidiocStreamon, 0x40045612},
		"VIDIOC_QUERYCAP": {vidiocQuerycap, 0x80685600},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %#x, want %#x", name, c[0], c[1])
		}
	}
}
