package rpicam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// child is a running rpicam-vid and our ends of its pipes, which do not block.
type child struct {
	cmd                       *exec.Cmd
	stdout, errors, pts, meta int
	gone                      chan struct{} // closed when it has ended
	end                       error         // how, once gone is closed
}

// pipeSize is what stdout can hold: raw pictures come in few pieces, and a
// keyframe does not block rpicam-vid.
const pipeSize = 1 << 20

// spawn starts a child. It dies with us: the kernel kills it when the thread
// that started it ends, and that thread waits for it.
func spawn(command string, args []string) (*child, error) {
	c := &child{cmd: exec.Command(command, args...), stdout: -1, errors: -1, pts: -1, meta: -1, gone: make(chan struct{})}
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}()
	for _, ours := range []*int{&c.stdout, &c.errors, &c.pts, &c.meta} {
		var p [2]int
		if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
			c.closePipes()
			return nil, err
		}
		*ours = p[0]
		theirs = append(theirs, os.NewFile(uintptr(p[1]), "pipe"))
		if err := unix.SetNonblock(p[0], true); err != nil {
			c.closePipes()
			return nil, err
		}
	}
	_, _ = unix.FcntlInt(uintptr(c.stdout), unix.F_SETPIPE_SZ, pipeSize) // a smaller one works too
	c.cmd.Stdout, c.cmd.Stderr, c.cmd.ExtraFiles = theirs[0], theirs[1], theirs[2:]
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.end = c.cmd.Wait()
			close(c.gone)
		}
	}()
	if err := <-started; err != nil {
		c.closePipes()
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s is not installed: install the package rpicam-apps-lite, or set the camera's source to v4l2: %w", command, err)
		}
		return nil, fmt.Errorf("cannot start %s: %w", command, err)
	}
	return c, nil
}

// stop ends the child, by force if it does not leave in time, and waits for it.
func (c *child) stop(leave time.Duration) {
	select {
	case <-c.gone:
		c.closePipes()
		return
	default:
	}
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGINT)
	c.closePipes() // or it could wait for us to read
	t := time.NewTimer(leave)
	defer t.Stop()
	select {
	case <-c.gone:
	case <-t.C:
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		<-c.gone
	}
}

func (c *child) closePipes() {
	for _, fd := range []*int{&c.stdout, &c.errors, &c.pts, &c.meta} {
		if *fd >= 0 {
			_ = unix.Close(*fd)
		}
		*fd = -1
	}
}

// waker is an eventfd that ends a poll.
type waker int

func newWaker() (waker, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return waker(fd), err
}

func (w waker) wake()  { _, _ = unix.Write(int(w), []byte{1, 0, 0, 0, 0, 0, 0, 0}) }
func (w waker) clear() { _, _ = unix.Read(int(w), make([]byte, 8)) }
func (w waker) close() { _ = unix.Close(int(w)) }

// on wakes when ctx ends. The returned function must be called before close.
func (w waker) on(ctx context.Context) (off func()) {
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(woken); w.wake() })
	return func() {
		if !stop() {
			<-woken
		}
	}
}
