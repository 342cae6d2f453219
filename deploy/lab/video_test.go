package lab_test

import (
	"errors"
	"image"
	"os"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/h264"
	"babymonitor/camera/openh264"
	"babymonitor/camera/v4l2"
	"babymonitor/deploy/lab"
)

const (
	capture       = 1 // V4L2_BUF_TYPE_VIDEO_CAPTURE
	captureMplane = 9
	outputMplane  = 10
)

// request makes the number of a V4L2 ioctl that reads and writes.
func request(number, size uintptr) uintptr { return 3<<30 | size<<16 | 'V'<<8 | number }

func ioctl(f *os.File, request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), request, uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}

// openVideo opens a device without the Go runtime polling it: to poll a camera
// that can be read is to start it.
func openVideo(t *testing.T, path string) *os.File {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), path)
	t.Cleanup(func() { f.Close() })
	return f
}

// formats lists what a device offers.
func formats(f *os.File, kind uint32) string {
	var all []string
	for i := uint32(0); ; i++ {
		d := struct { // struct v4l2_fmtdesc
			index, kind, flags uint32
			description        [32]byte
			fourcc             [4]byte
			_                  [4]uint32
		}{index: i, kind: kind}
		if ioctl(f, request(2, unsafe.Sizeof(d)), unsafe.Pointer(&d)) != nil {
			return strings.Join(all, " ")
		}
		all = append(all, string(d.fourcc[:]))
	}
}

func TestLabVideoFormats(t *testing.T) {
	devices := lab.Required(t)
	for _, c := range []struct {
		path string
		kind uint32
		want string
	}{
		{devices.Camera, capture, "YUYV"}, {devices.Camera, capture, "YU12"}, {devices.Camera, capture, "NV12"},
		{devices.Firmware, capture, "H264"}, {devices.Firmware, capture, "YU12"},
		{devices.Encoder, outputMplane, "YU12"}, {devices.Encoder, captureMplane, "H264"},
		{devices.FWHT, outputMplane, "YU12"}, {devices.FWHT, captureMplane, "FWHT"},
	} {
		if got := formats(openVideo(t, c.path), c.kind); !strings.Contains(got, c.want) {
			t.Errorf("%s offers %s, but no %s", c.path, got, c.want)
		}
	}
}

// control sets a control of a device and reads it back.
func control(t *testing.T, f *os.File, id uint32, value int32) {
	t.Helper()
	c := struct {
		id    uint32
		value int32
	}{id, value}
	const get, set = 27, 28
	err := ioctl(f, request(set, unsafe.Sizeof(c)), unsafe.Pointer(&c))
	c.value = -1
	if err == nil {
		err = ioctl(f, request(get, unsafe.Sizeof(c)), unsafe.Pointer(&c))
	}
	if err != nil || c.value != value {
		t.Errorf("control %#x is %d, want %d (%v)", id, c.value, value, err)
	}
}

// TestLabFirmware reads access units by read(2) and looks at a decoded picture.
func TestLabFirmware(t *testing.T) {
	f := openVideo(t, lab.Required(t).Firmware)
	setSize(t, f, 320, 180)
	const bitrate, iPeriod, repeatHeaders, rotate, iso = 0x9909cf, 0x990a66, 0x9909e2, 0x980922, 0x9a0917
	control(t, f, bitrate, 500_000)
	control(t, f, iPeriod, 5)
	control(t, f, repeatHeaders, 1)
	control(t, f, rotate, 180)
	control(t, f, iso, 2)
	buffer := make([]byte, 1<<20)
	keys := 0
	for i := range 11 {
		n, err := f.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		nalus := h264.Split(buffer[:n])
		if !h264.Key(nalus) {
			continue
		}
		keys++
		picture, err := openh264.DecodeKey(nalus)
		if err != nil {
			t.Fatal(err)
		}
		if got := picture.Bounds(); got != image.Rect(0, 0, 320, 180) {
			t.Errorf("picture %d is %v", i, got)
		}
		near(t, "red difference", float64(picture.YCbCrAt(100, 100).Cr), 160, 0)
	}
	if keys != 3 {
		t.Errorf("%d keyframes in 11 pictures, one in 5 asked for", keys)
	}
}

func setSize(t *testing.T, f *os.File, width, height uint32) {
	t.Helper()
	format := struct { // struct v4l2_format
		kind          uint64
		width, height uint32
		fourcc        [4]byte
		_             [188]byte
	}{kind: capture, width: width, height: height, fourcc: [4]byte{'H', '2', '6', '4'}}
	if err := ioctl(f, request(5, unsafe.Sizeof(format)), unsafe.Pointer(&format)); err != nil {
		t.Fatal(err)
	}
}

func TestLabFirmwareHangs(t *testing.T) {
	f := openVideo(t, lab.Required(t).Firmware)
	setSize(t, f, 64, 32)
	buffer := make([]byte, 1<<20)
	if _, err := f.Read(buffer); err != nil {
		t.Fatal(err)
	}
	waits := func(milliseconds int) int {
		poll := []unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}
		n, err := unix.Poll(poll, milliseconds)
		if err != nil && !errors.Is(err, unix.EINTR) {
			t.Fatal(err)
		}
		return n
	}
	lab.Set(t, "lab_camera", "hang", 1)
	for range 8 { // what was under way
		if waits(200) == 0 {
			break
		}
		_, _ = f.Read(buffer)
	}
	if waits(500) != 0 {
		t.Error("a camera that hangs delivers")
	}
	lab.Set(t, "lab_camera", "hang", 0)
	lab.Until(t, "it delivers again", func() bool { return waits(100) > 0 })
}

// TestLabEncoder sees that what comes out of the encoder is what went in.
func TestLabEncoder(t *testing.T) {
	lab.Required(t)
	mode := camera.Mode{Width: 320, Height: 180, FPS: 30, Bitrate: 500_000}
	encoder, err := v4l2.NewEncoder(mode)
	if err != nil {
		t.Fatal(err)
	}
	defer encoder.Close()
	in := cameratest.Picture(mode, 0)
	unit, err := encoder.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := openh264.DecodeKey(unit.NALUs)
	if err != nil {
		t.Fatal(err)
	}
	for y := range mode.Height {
		if got, want := string(out.Y[y*out.YStride:][:mode.Width]), string(in.Y[y*in.StrideY:][:mode.Width]); got != want {
			t.Fatalf("line %d differs", y)
		}
	}
}

func TestLabCameraVanishes(t *testing.T) {
	devices := lab.Required(t)
	for device, path := range map[string]string{"vivid.0": devices.Camera, "lab_camera.0": devices.Firmware} {
		t.Run(device, func(t *testing.T) {
			there := func() bool { _, err := os.Stat(path); return err == nil }
			f := openVideo(t, path)
			plug := lab.Unplug(t, device)
			lab.Until(t, "it is gone", func() bool { return !there() })
			if got := formats(f, capture); got != "" {
				t.Errorf("an unplugged camera offers %s", got)
			}
			f.Close()
			plug()
			lab.Until(t, "it is back", there)
		})
	}
}
