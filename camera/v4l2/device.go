package v4l2

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Device is a camera as the kernel tells of it.
type Device struct {
	Path    string   // "/dev/video0"
	Name    string   // what its driver calls it
	Bus     string   // where it is plugged in
	Formats []string // pixel formats by their four letters, the driver's favourite first
}

// H264 reports whether the camera encodes by itself.
func (d Device) H264() bool { return slices.Contains(d.Formats, fmtH264.String()) }

// List returns the cameras that there are.
func List() []Device { return list(linux{}, paths()) }

func list(k kernel, paths []string) (cameras []Device) {
	for _, path := range paths {
		d, err := openDevice(k, path)
		if err != nil {
			continue
		}
		if c, ok := d.camera(); ok && d.caps&(capM2M|capM2MMplane) == 0 {
			cameras = append(cameras, c)
		}
		d.close()
	}
	return cameras
}

// find returns the camera of this name: a path, a name or a part of one, or ""
// for the first camera, where of one camera's several devices the one with
// H.264 is taken.
func find(k kernel, paths []string, name string) (Device, error) {
	if strings.HasPrefix(name, "/") {
		d, err := openDevice(k, name)
		if err != nil {
			return Device{}, err
		}
		defer d.close()
		c, ok := d.camera()
		if !ok {
			return c, fmt.Errorf("%s (%s) is no camera that the monitor can use; it offers %v", name, c.Name, c.Formats)
		}
		return c, nil
	}
	cameras := list(k, paths)
	first := slices.IndexFunc(cameras, func(c Device) bool {
		return name == "" || strings.Contains(strings.ToLower(c.Name), strings.ToLower(name))
	})
	switch {
	case len(cameras) == 0:
		return Device{}, errors.New("no camera found: plug one in, and see that the monitor's user is in the group video")
	case first < 0:
		return Device{}, fmt.Errorf("no camera is called %q; there is %s", name, names(cameras))
	}
	for _, c := range cameras[first:] {
		if c.H264() && c.Bus == cameras[first].Bus {
			return c, nil
		}
	}
	return cameras[first], nil
}

func names(cameras []Device) string {
	var b strings.Builder
	for i, c := range cameras {
		if i > 0 {
			b.WriteString(" and ")
		}
		fmt.Fprintf(&b, "%s (%s)", c.Name, c.Path)
	}
	return b.String()
}

// device is an open video device.
type device struct {
	kernel
	fd     int
	path   string
	caps   uint32
	driver string
	name   string
	bus    string
}

func openDevice(k kernel, path string) (*device, error) {
	fd, err := k.open(path)
	if err != nil {
		return nil, explain(path, "was opened", err)
	}
	d := &device{kernel: k, fd: fd, path: path}
	var c capability
	if err := d.do(vidiocQuerycap, unsafe.Pointer(&c)); err != nil {
		d.close()
		return nil, fmt.Errorf("%s is no video device: %w", path, err)
	}
	d.caps = c.capabilities
	if c.capabilities&capDeviceCaps != 0 {
		d.caps = c.deviceCaps
	}
	d.driver, d.name, d.bus = text(c.driver[:]), text(c.card[:]), text(c.bus[:])
	return d, nil
}

// do sends a request to the device.
func (d *device) do(request uintptr, arg unsafe.Pointer) error {
	return d.ioctl(d.fd, request, arg)
}

func (d *device) close() { _ = unix.Close(d.fd) }

// text returns what stands before the first zero byte.
func text(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return string(b)
}

// camera describes the device and reports whether it is a camera that yields
// pictures in a known format.
func (d *device) camera() (Device, bool) {
	c := Device{Path: d.path, Name: d.name, Bus: d.bus}
	t, known := d.captureType(), false
	for _, f := range d.formats(t) {
		c.Formats = append(c.Formats, f.String())
		_, ok := cost(f)
		known = known || ok
	}
	return c, known && d.caps&(capCapture|capCaptureMplane) != 0 && d.caps&capNeedsMC == 0 && !d.processor()
}

// captureType is the type of a camera's buffers.
func (d *device) captureType() bufType {
	if d.caps&capCapture == 0 {
		return captureMplane
	}
	return capture
}

// processor reports whether the device looks like a camera and is a part of an
// image signal processor, which works on what is fed to it.
func (d *device) processor() bool {
	return d.driver == "bcm2835-isp" || d.driver == "pispbe"
}

// formats lists the pixel formats of a kind of buffer.
func (d *device) formats(t bufType) (all []fourcc) {
	for i := range uint32(64) {
		f := fmtdesc{index: i, typ: t}
		if d.do(vidiocEnumFmt, unsafe.Pointer(&f)) != nil {
			break
		}
		all = append(all, f.pixelformat)
	}
	return all
}
