package v4l2

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kernel is the few system calls that reach a video device. Whatever stands in
// for it hands out descriptors that can be polled and closed.
type kernel interface {
	open(path string) (fd int, err error)
	ioctl(fd int, request uintptr, arg unsafe.Pointer) error
	// mmap maps length bytes of the device; they are released by unix.Munmap.
	mmap(fd int, offset int64, length int) ([]byte, error)
}

// linux is the real kernel.
type linux struct{}

func (linux) open(path string) (int, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}

func (linux) ioctl(fd int, request uintptr, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

func (linux) mmap(fd int, offset int64, length int) ([]byte, error) {
	return unix.Mmap(fd, offset, length, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}

// paths lists the video devices in the order of their numbers.
func paths() []string {
	all, _ := filepath.Glob("/dev/video*") // fails for a bad pattern alone
	slices.SortFunc(all, func(a, b string) int {
		if d := len(a) - len(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return all
}

// explain makes a sentence of an errno that a device answered while it did
// what doing says.
func explain(path, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s is gone: plug the camera in again: %w", path, err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%s may not be opened: add the monitor's user to the group video: %w", path, err)
	case errors.Is(err, unix.EBUSY):
		return fmt.Errorf("%s is in use by another program: stop that program: %w", path, err)
	case errors.Is(err, unix.EIO):
		return fmt.Errorf("%s failed while it %s: check its cable and power supply: %w", path, doing, err)
	case errors.Is(err, unix.ENOMEM), errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("%s lacks memory or USB bandwidth while it %s: choose a smaller picture: %w", path, doing, err)
	}
	return fmt.Errorf("%s failed while it %s: %w", path, doing, err)
}

// errTimeout says that a device gave nothing in time.
var errTimeout = errors.New("no answer in time")

// errBroken says that the device signals an error; the next request tells which.
var errBroken = errors.New("the device signals an error")

// errWoken says that the wait was ended by the waker.
var errWoken = errors.New("woken")

// await waits until fd can be read. It fails with errTimeout, with errWoken
// once wake is readable (-1: never), with ENODEV when the device has gone, and
// with errBroken.
func await(fd, wake int, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
	for {
		left := max(0, time.Until(deadline))
		n, err := unix.Poll(fds, int((left+time.Millisecond-1)/time.Millisecond))
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return err
		case n == 0:
			return errTimeout
		case fds[1].Revents != 0:
			return errWoken
		case fds[0].Revents&(unix.POLLHUP|unix.POLLNVAL) != 0:
			return unix.ENODEV
		case fds[0].Revents&unix.POLLIN == 0:
			return errBroken
		}
		return nil
	}
}

// waker is an eventfd that ends a poll.
type waker int

func newWaker() (waker, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return waker(fd), err
}

func (w waker) wake()  { _, _ = unix.Write(int(w), []byte{1, 0, 0, 0, 0, 0, 0, 0}) }
func (w waker) close() { _ = unix.Close(int(w)) }
