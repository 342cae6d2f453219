package v4l2

import (
	"encoding/binary"
	"unsafe"
)

// The structures below lie in memory as the kernel's do on 64-bit and 32-bit
// Linux alike. Members of pointer size are uintptr; where C aligns to 8 bytes
// and Go on 32-bit ARM does not, padding is written out. struct v4l2_buffer has
// 64-bit time on every architecture, which 32-bit kernels take since 5.6.

// capability is struct v4l2_capability.
type capability struct {
	driver       [16]byte
	card         [32]byte
	bus          [32]byte
	version      uint32
	capabilities uint32
	deviceCaps   uint32
	_            [3]uint32
}

// fmtdesc is struct v4l2_fmtdesc.
type fmtdesc struct {
	index       uint32
	typ         bufType
	flags       uint32
	description [32]byte
	pixelformat fourcc
	mbusCode    uint32
	_           [3]uint32
}

// frmivalenum is struct v4l2_frmivalenum. For typ discrete, interval holds one
// fraction of a second; else the shortest, the longest and the step.
type frmivalenum struct {
	index         uint32
	pixelformat   fourcc
	width, height uint32
	typ           uint32
	interval      [3]fraction
	_             [2]uint32
}

// discrete is V4L2_FRMIVAL_TYPE_DISCRETE.
const discrete = 1

// fraction is struct v4l2_fract.
type fraction struct{ num, den uint32 }

// format is struct v4l2_format. data holds a pixFormat or a pixFormatMplane.
type format struct {
	typ  bufType
	_    [0]uintptr // the union has members of pointer size
	data [200]byte
}

// pixFormat is struct v4l2_pix_format.
type pixFormat struct {
	width, height uint32
	pixelformat   fourcc
	field         uint32
	bytesperline  uint32
	sizeimage     uint32
	colorspace    uint32
	priv          uint32
	flags         uint32
	ycbcrEnc      uint32
	quantization  uint32
	xferFunc      uint32
}

// pixFormatMplane is struct v4l2_pix_format_mplane.
type pixFormatMplane struct {
	width, height uint32
	pixelformat   fourcc
	field         uint32
	colorspace    uint32
	planes        [8]planeFormat
	numPlanes     uint8
	flags         uint8
	ycbcrEnc      uint8
	quantization  uint8
	xferFunc      uint8
	_             [7]uint8
}

// planeFormat is struct v4l2_plane_pix_format.
type planeFormat struct {
	sizeimage    uint32
	bytesperline uint32
	_            [6]uint16
}

// pix and mplane give the union's two readings.
func (f *format) pix() *pixFormat          { return (*pixFormat)(unsafe.Pointer(&f.data)) }
func (f *format) mplane() *pixFormatMplane { return (*pixFormatMplane)(unsafe.Pointer(&f.data)) }

// streamparm is struct v4l2_streamparm. Its capture and output readings have
// the same beginning.
type streamparm struct {
	typ          bufType
	capability   uint32
	mode         uint32
	timeperframe fraction
	_            [184]byte
}

// requestbuffers is struct v4l2_requestbuffers.
type requestbuffers struct {
	count        uint32
	typ          bufType
	memory       uint32
	capabilities uint32
	_            uint32
}

// buffer is struct v4l2_buffer.
type buffer struct {
	index     uint32
	typ       bufType
	bytesused uint32
	flags     uint32
	field     uint32
	_         uint32
	sec, usec int64
	timecode  [16]byte
	sequence  uint32
	memory    uint32
	m         uintptr // offset, file descriptor or the address of the planes
	length    uint32  // of the buffer; with planes their number
	_         uint32
	requestFD int32
}

// plane is struct v4l2_plane.
type plane struct {
	bytesused  uint32
	length     uint32
	m          uintptr // offset or file descriptor
	dataOffset uint32
	_          [11]uint32
}

// exportbuffer is struct v4l2_exportbuffer.
type exportbuffer struct {
	typ   bufType
	index uint32
	plane uint32
	flags uint32
	fd    int32
	_     [11]uint32
}

// control is struct v4l2_control.
type control struct {
	id    uint32
	value int32
}

// queryctrl is struct v4l2_queryctrl.
type queryctrl struct {
	id       uint32
	typ      uint32
	name     [32]byte
	min, max int32
	step     int32
	def      int32
	flags    uint32
	_        [2]uint32
}

// Requests, made of direction, size, letter and number (asm-generic/ioctl.h).
const (
	write = 1 << 30
	read  = 2 << 30
	video = 'V' << 8

	vidiocQuerycap    = read | unsafe.Sizeof(capability{})<<16 | video
	vidiocEnumFmt     = read | write | unsafe.Sizeof(fmtdesc{})<<16 | video | 2
	vidiocSFmt        = read | write | unsafe.Sizeof(format{})<<16 | video | 5
	vidiocReqbufs     = read | write | unsafe.Sizeof(requestbuffers{})<<16 | video | 8
	vidiocQuerybuf    = read | write | unsafe.Sizeof(buffer{})<<16 | video | 9
	vidiocQbuf        = read | write | unsafe.Sizeof(buffer{})<<16 | video | 15
	vidiocExpbuf      = read | write | unsafe.Sizeof(exportbuffer{})<<16 | video | 16
	vidiocDqbuf       = read | write | unsafe.Sizeof(buffer{})<<16 | video | 17
	vidiocStreamon    = write | 4<<16 | video | 18
	vidiocStreamoff   = write | 4<<16 | video | 19
	vidiocSParm       = read | write | unsafe.Sizeof(streamparm{})<<16 | video | 22
	vidiocSCtrl       = read | write | unsafe.Sizeof(control{})<<16 | video | 28
	vidiocQueryctrl   = read | write | unsafe.Sizeof(queryctrl{})<<16 | video | 36
	vidiocTryFmt      = read | write | unsafe.Sizeof(format{})<<16 | video | 64
	vidiocEnumPeriods = read | write | unsafe.Sizeof(frmivalenum{})<<16 | video | 75
)

// bufType is enum v4l2_buf_type.
type bufType uint32

const (
	capture       bufType = 1
	output        bufType = 2
	captureMplane bufType = 9
	outputMplane  bufType = 10
)

// mplane reports whether buffers of this type have planes.
func (t bufType) mplane() bool { return t == captureMplane || t == outputMplane }

// Capabilities of a device, memory kinds and flags of a buffer.
const (
	capCapture       = 0x1
	capCaptureMplane = 0x1000
	capM2MMplane     = 0x4000
	capM2M           = 0x8000
	capNeedsMC       = 0x20000000 // works only after a set-up by the media controller
	capDeviceCaps    = 0x80000000

	memoryMmap   = 1
	memoryDMABuf = 4

	flagKeyframe       = 0x8
	flagError          = 0x40
	flagTimestampMask  = 0xe000
	flagTimestampMono  = 0x2000
	colorspaceSMPTE170 = 1 // BT.601, limited range
	fieldNone          = 1
)

// fourcc names a pixel format by four letters.
type fourcc uint32

func fcc(s string) fourcc { return fourcc(binary.LittleEndian.Uint32([]byte(s))) }

func (f fourcc) String() string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(f)))
}

// The pixel formats that this package knows.
const (
	fmtH264  fourcc = 'H' | '2'<<8 | '6'<<16 | '4'<<24
	fmtYUYV  fourcc = 'Y' | 'U'<<8 | 'Y'<<16 | 'V'<<24
	fmtUYVY  fourcc = 'U' | 'Y'<<8 | 'V'<<16 | 'Y'<<24
	fmtNV12  fourcc = 'N' | 'V'<<8 | '1'<<16 | '2'<<24
	fmtYU12  fourcc = 'Y' | 'U'<<8 | '1'<<16 | '2'<<24
	fmtMJPEG fourcc = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24
	fmtJPEG  fourcc = 'J' | 'P'<<8 | 'E'<<16 | 'G'<<24
)
