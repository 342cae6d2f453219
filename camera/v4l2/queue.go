package v4l2

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
)

// layout is how a picture lies in a buffer.
type layout struct {
	format        fourcc
	width, height int
	stride        int // bytes a line of luma
	size          int // bytes a buffer
}

// setFormat sets (or tries, by request) the format of a kind of buffer. l says
// what is wanted and tells afterwards what it became.
func (d *device) setFormat(request uintptr, t bufType, l *layout) error {
	f := format{typ: t}
	if t.mplane() {
		p := f.mplane()
		*p = pixFormatMplane{width: uint32(l.width), height: uint32(l.height), pixelformat: l.format, field: fieldNone, colorspace: colorspaceSMPTE170, numPlanes: 1}
		p.planes[0] = planeFormat{sizeimage: uint32(l.size), bytesperline: uint32(l.stride)}
		if err := d.do(request, unsafe.Pointer(&f)); err != nil {
			return err
		}
		if p.numPlanes != 1 {
			return fmt.Errorf("it spreads %v over %d planes: %w", p.pixelformat, p.numPlanes, errors.ErrUnsupported)
		}
		*l = layout{p.pixelformat, int(p.width), int(p.height), int(p.planes[0].bytesperline), int(p.planes[0].sizeimage)}
		return nil
	}
	p := f.pix()
	*p = pixFormat{width: uint32(l.width), height: uint32(l.height), pixelformat: l.format, field: fieldNone, colorspace: colorspaceSMPTE170, sizeimage: uint32(l.size), bytesperline: uint32(l.stride)}
	if err := d.do(request, unsafe.Pointer(&f)); err != nil {
		return err
	}
	*l = layout{p.pixelformat, int(p.width), int(p.height), int(p.bytesperline), int(p.sizeimage)}
	return nil
}

// setRate asks for pictures a second; a device that cannot keeps its own.
func (d *device) setRate(t bufType, fps int) {
	p := streamparm{typ: t, timeperframe: fraction{1, uint32(max(1, fps))}}
	_ = d.do(vidiocSParm, unsafe.Pointer(&p)) // its pictures tell their times anyway
}

// A queue is the buffers of one direction of a device.
type queue struct {
	*device
	typ     bufType
	memory  uint32   // memoryMmap or memoryDMABuf
	count   int      // buffers that there are
	buffers [][]byte // mapped, for memoryMmap
	shared  []int    // their descriptors, where exported
	started bool

	// What goes to the kernel; here, so that nothing is allocated for each
	// picture, and on the heap, where the address in buf.m stays.
	buf    buffer
	planes [1]plane
}

// slot is a buffer that came back.
type slot struct {
	index int
	data  []byte // nil for memoryDMABuf
	flags uint32
	at    time.Duration // the buffer's time: CLOCK_MONOTONIC if flags say so
}

// request makes n buffers or fewer and maps them.
func (q *queue) request(n int, memory uint32) error {
	r := requestbuffers{count: uint32(n), typ: q.typ, memory: memory}
	if err := q.do(vidiocReqbufs, unsafe.Pointer(&r)); err != nil {
		return err
	}
	q.memory, q.count = memory, int(r.count)
	if q.count == 0 {
		return unix.ENOMEM
	}
	for i := range q.count {
		if memory != memoryMmap {
			break
		}
		q.fill(i)
		if err := q.do(vidiocQuerybuf, unsafe.Pointer(&q.buf)); err != nil {
			return err
		}
		offset, length := q.buf.m, q.buf.length
		if q.typ.mplane() {
			offset, length = q.planes[0].m, q.planes[0].length
		}
		b, err := q.mmap(q.fd, int64(offset), int(length))
		if err != nil {
			return err
		}
		q.buffers = append(q.buffers, b)
	}
	return nil
}

// fill prepares buf to speak of buffer i.
func (q *queue) fill(i int) {
	q.buf = buffer{index: uint32(i), typ: q.typ, memory: q.memory, field: fieldNone}
	if q.typ.mplane() {
		q.planes[0] = plane{}
		q.buf.m, q.buf.length = uintptr(unsafe.Pointer(&q.planes)), 1
	}
}

// export makes descriptors of the buffers that other devices can read from.
// Devices that cannot leave shared empty.
func (q *queue) export() {
	for i := range q.count {
		e := exportbuffer{typ: q.typ, index: uint32(i), flags: unix.O_CLOEXEC}
		if q.do(vidiocExpbuf, unsafe.Pointer(&e)) != nil {
			return
		}
		q.shared = append(q.shared, int(e.fd))
	}
}

// give hands buffer i to the device, with used bytes in it, stamped at. For
// memoryDMABuf, shared is where the bytes are.
func (q *queue) give(i, used int, at time.Duration, shared *camera.DMABuf) error {
	q.fill(i)
	q.buf.sec, q.buf.usec = int64(at/time.Second), int64(at%time.Second/time.Microsecond)
	q.buf.bytesused = uint32(used)
	q.planes[0].bytesused = uint32(used)
	if shared != nil {
		q.planes[0].m, q.planes[0].length = uintptr(shared.FD), uint32(shared.Size)
		if !q.typ.mplane() {
			q.buf.m, q.buf.length = uintptr(shared.FD), uint32(shared.Size)
		}
	}
	return q.do(vidiocQbuf, unsafe.Pointer(&q.buf))
}

// take takes back the next buffer that the device is done with; unix.EAGAIN
// says that there is none.
func (q *queue) take() (slot, error) {
	q.fill(0)
	if err := q.do(vidiocDqbuf, unsafe.Pointer(&q.buf)); err != nil {
		return slot{}, err
	}
	s := slot{index: int(q.buf.index), flags: q.buf.flags}
	s.at = time.Duration(q.buf.sec)*time.Second + time.Duration(q.buf.usec)*time.Microsecond
	from, to := 0, int(q.buf.bytesused)
	if q.typ.mplane() {
		from, to = int(q.planes[0].dataOffset), int(q.planes[0].bytesused)
	}
	if s.index >= q.count {
		return slot{}, fmt.Errorf("it gave back buffer %d of %d", s.index, q.count)
	}
	if q.memory == memoryMmap {
		b := q.buffers[s.index]
		to = min(to, len(b))
		s.data = b[min(from, to):to]
	}
	return s, nil
}

// takeNext waits for a buffer and takes it. wake ends the wait (see await).
func (q *queue) takeNext(wake int, timeout time.Duration) (slot, error) {
	deadline := time.Now().Add(timeout)
	for {
		err := await(q.fd, wake, time.Until(deadline))
		if err != nil && !errors.Is(err, errBroken) {
			return slot{}, err
		}
		s, taken := q.take()
		switch {
		case taken == nil:
			return s, nil
		case !errors.Is(taken, unix.EAGAIN):
			return s, taken
		case err != nil:
			return s, unix.EIO
		}
	}
}

func (q *queue) start() error {
	t := q.typ
	err := q.do(vidiocStreamon, unsafe.Pointer(&t))
	q.started = err == nil
	return err
}

// stop ends the stream; every buffer is ours again.
func (q *queue) stop() {
	if q.started {
		t := q.typ
		_ = q.do(vidiocStreamoff, unsafe.Pointer(&t)) // a device that has gone has stopped too
	}
	q.started = false
}

// release stops the stream and frees the buffers.
func (q *queue) release() {
	q.stop()
	for _, fd := range q.shared {
		_ = unix.Close(fd)
	}
	for _, b := range q.buffers {
		_ = unix.Munmap(b)
	}
	q.shared, q.buffers, q.count = nil, nil, 0
	r := requestbuffers{typ: q.typ, memory: q.memory}
	_ = q.do(vidiocReqbufs, unsafe.Pointer(&r)) // closing the device does it too
}
