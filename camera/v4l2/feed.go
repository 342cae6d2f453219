package v4l2

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
)

// feed hands f to the device: shared where both sides can, else copied.
func (e *encoder) feed(f camera.Frame) error {
	if e.imports && e.fits(f) {
		err := e.put(f, memoryDMABuf)
		if err == nil || errors.Is(err, unix.ENODEV) {
			return err
		}
		e.imports = false // it will not like the next one better
	}
	return e.put(f, memoryMmap)
}

// fits reports whether f lies in shared memory as the device reads it.
func (e *encoder) fits(f camera.Frame) bool {
	return f.Shared != nil && f.StrideY == e.raw.stride && f.StrideC*2 == e.raw.stride && f.Height == e.raw.height && f.Shared.Size >= e.raw.size
}

// put hands f over in this kind of memory.
func (e *encoder) put(f camera.Frame, memory uint32) error {
	if err := e.useInput(memory); err != nil {
		return err
	}
	i, err := e.freeBuffer()
	if err != nil {
		return err
	}
	var shared *camera.DMABuf
	if memory == memoryDMABuf {
		shared = f.Shared
	} else {
		e.raw.copy(e.in.buffers[i], f)
	}
	e.count++
	at := time.Duration(e.count) * time.Microsecond
	if err := e.in.give(i, e.raw.size, at, shared); err != nil {
		e.free = append(e.free, i)
		return err
	}
	if len(e.times) > 2*rawBuffers { // of pictures that were left out
		clear(e.times)
	}
	e.times[at] = f.At
	if e.in.started {
		return nil
	}
	e.lastCode = time.Now()
	return e.in.start()
}

// useInput makes input buffers of this kind of memory.
func (e *encoder) useInput(memory uint32) error {
	if e.in.count > 0 && e.in.memory == memory {
		return nil
	}
	if e.in.count > 0 {
		e.in.release()
	}
	e.free = e.free[:0]
	if err := e.in.request(rawBuffers, memory); err != nil {
		e.in.release()
		return err
	}
	for i := range e.in.count {
		e.free = append(e.free, i)
		if memory == memoryMmap && len(e.in.buffers[i]) < e.raw.stride*e.raw.height*3/2 {
			return fmt.Errorf("its buffers of %d bytes are too small: %w", len(e.in.buffers[i]), unix.ENOMEM)
		}
	}
	return nil
}

// freeBuffer takes back what the device has read and returns a free input
// buffer.
func (e *encoder) freeBuffer() (int, error) {
	for e.in.started {
		s, err := e.in.take()
		if errors.Is(err, unix.EAGAIN) {
			break
		}
		if err != nil {
			return 0, err
		}
		e.free = append(e.free, s.index)
	}
	if len(e.free) == 0 {
		return 0, fmt.Errorf("the encoder keeps all %d pictures: %w", e.in.count, errTimeout)
	}
	i := e.free[0]
	e.free = e.free[:copy(e.free, e.free[1:])]
	return i, nil
}

// copy writes f into a buffer of layout l, plane after plane.
func (l layout) copy(to []byte, f camera.Frame) {
	half, chroma := l.stride/2, l.stride/2*(l.height/2)
	luma := l.stride * l.height
	copyPlane(to[:luma], l.stride, f.Y, f.StrideY, f.Width, f.Height)
	copyPlane(to[luma:luma+chroma], half, f.Cb, f.StrideC, f.Width/2, f.Height/2)
	copyPlane(to[luma+chroma:luma+2*chroma], half, f.Cr, f.StrideC, f.Width/2, f.Height/2)
}

func copyPlane(to []byte, toStride int, from []byte, fromStride, width, height int) {
	if toStride == fromStride {
		copy(to[:toStride*(height-1)+width], from)
		return
	}
	for y := range height {
		copy(to[y*toStride:][:width], from[y*fromStride:])
	}
}
