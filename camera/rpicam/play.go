package rpicam

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// sink makes pictures of what a child writes to its standard output.
type sink interface {
	// room returns where the next bytes go. It may be empty while a whole
	// picture waits for its time.
	room() []byte
	// wrote says that n bytes were put there. Untimed pictures are emitted
	// from here.
	wrote(n int, timed bool) (pictures int, err error)
	// timed says that everything up to the end of a picture, captured at the
	// time at, has been put there, and emits it.
	timed(at time.Time) (pictures int, err error)
}

// errUntimed says that a child sends pictures and no times.
var errUntimed = errors.New("rpicam-vid does not tell the times of its pictures")

// untimedAfter is how long after the first bytes a time may be missing.
const untimedAfter = time.Second

// playing is how a child is played.
type playing struct {
	timed bool // it was asked for times
	again bool // it was started anew for a change
	waker waker
}

// player reads from one child.
type player struct {
	playing
	c          *Camera
	j          job
	setting    setting
	child      *child
	sink       sink
	complaints complaints
	pts        lines
	meta       lines
	block      block // of metadata, so far
	clock      clock
	pictures   int
	first      time.Time // when its first bytes came
	last       time.Time // when its last picture came, or when it was started
}

// play runs one child until ctx ends, it fails or the setting changes.
func (c *Camera) play(ctx context.Context, j job, s setting, how playing) error {
	ch, err := spawn(c.options.Command, arguments(j, s, how.timed))
	if err != nil {
		return err
	}
	p := &player{playing: how, c: c, j: j, setting: s, child: ch, sink: j.sink(), last: time.Now()}
	p.complaints.log = c.options.Log
	defer ch.stop(c.waits.leave)
	defer p.complaints.flush()
	for {
		wait, err := p.deadline()
		if err != nil {
			return err
		}
		if err := p.step(wait); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// deadline returns how long nothing may happen, or why it has lasted too long.
func (p *player) deadline() (time.Duration, error) {
	wait := p.limit() - time.Since(p.last)
	if wait <= 0 {
		return 0, p.explain(fmt.Errorf("rpicam-vid gives no picture for %v", p.limit()))
	}
	if p.pictures == 0 {
		if p.again {
			p.j.alive()
		}
		if p.playing.timed && !p.first.IsZero() && p.clock.n == 0 && time.Since(p.first) >= untimedAfter {
			return 0, errUntimed
		}
		return min(wait, 500*time.Millisecond), nil
	}
	changed, left := p.c.due(p.setting)
	if changed {
		return 0, errChanged
	}
	return min(wait, left), nil
}

// limit is how long the next picture may take.
func (p *player) limit() time.Duration {
	if p.pictures == 0 {
		return p.c.waits.first
	}
	return p.c.waits.next
}

// step waits for the pipes and reads what is there. The order matters: the
// child writes a picture, then its time, then its metadata, so that a time says
// that its picture is in the pipe already.
func (p *player) step(wait time.Duration) error {
	stdout := p.child.stdout
	if len(p.sink.room()) == 0 {
		stdout = -1
	}
	fds := [5]unix.PollFd{{Fd: int32(p.waker)}, {Fd: int32(p.child.meta)}, {Fd: int32(p.child.errors)}, {Fd: int32(p.child.pts)}, {Fd: int32(stdout)}}
	for i := range fds {
		fds[i].Events = unix.POLLIN
	}
	if _, err := unix.Poll(fds[:], int((wait+time.Millisecond-1)/time.Millisecond)); err != nil && !errors.Is(err, unix.EINTR) {
		return err
	}
	if fds[0].Revents != 0 {
		p.waker.clear()
	}
	if fds[1].Revents != 0 && !p.meta.read(p.child.meta, p.metadata) {
		p.child.drop(&p.child.meta)
	}
	if fds[2].Revents != 0 && !p.complaints.lines.read(p.child.errors, p.complaints.line) {
		p.child.drop(&p.child.errors)
	}
	var err error
	if fds[3].Revents != 0 && !p.pts.read(p.child.pts, func(line []byte) { err = errors.Join(err, p.time(line)) }) {
		p.child.drop(&p.child.pts)
	}
	if err != nil || fds[4].Revents == 0 {
		return p.explain(err)
	}
	ended, err := p.drain()
	if err == nil && ended {
		return p.ended()
	}
	return p.explain(err)
}

// drain reads all that is in the child's standard output now, as far as there
// is room.
func (p *player) drain() (ended bool, err error) {
	for {
		to := p.sink.room()
		if len(to) == 0 || p.child.stdout < 0 {
			return false, nil
		}
		n, err := unix.Read(p.child.stdout, to)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EAGAIN):
			return false, nil
		case err != nil:
			return false, err
		case n == 0:
			return true, nil
		}
		if p.first.IsZero() {
			p.first = time.Now()
		}
		pictures, err := p.sink.wrote(n, p.playing.timed)
		p.count(pictures)
		if err != nil {
			return false, err
		}
	}
}

// time takes a line of the times of pictures.
func (p *player) time(line []byte) error {
	pts, ok := parsePTS(line)
	if !ok {
		return nil
	}
	if _, err := p.drain(); err != nil {
		return err
	}
	pictures, err := p.sink.timed(p.clock.time(pts, time.Now()))
	p.count(pictures)
	return err
}

// count takes note of pictures that were emitted.
func (p *player) count(pictures int) {
	if pictures == 0 {
		return
	}
	if p.pictures == 0 && p.again {
		p.c.options.Restarting("")
	}
	p.pictures += pictures
	p.last = time.Now()
}

// metadata takes a line of metadata.
func (p *player) metadata(line []byte) {
	if len(bytes.TrimSpace(line)) > 0 {
		p.block.line(line)
		return
	}
	p.clock.sensor(p.block.sensor)
	p.c.mu.Lock()
	p.c.light = meter{p.block.light, time.Now()}
	p.c.mu.Unlock()
	p.block = block{}
}

// ended waits for the child that has closed its standard output, and says why
// it ended.
func (p *player) ended() error {
	t := time.NewTimer(p.c.waits.leave)
	defer t.Stop()
	select {
	case <-p.child.gone:
	case <-t.C:
		return p.explain(errors.New("rpicam-vid closed its output"))
	}
	if p.child.errors >= 0 {
		p.complaints.lines.read(p.child.errors, p.complaints.line)
	}
	if p.child.end == nil {
		return p.explain(errors.New("rpicam-vid ended by itself"))
	}
	return p.explain(fmt.Errorf("rpicam-vid ended: %w", p.child.end))
}

// explain adds what the child said to an error.
func (p *player) explain(err error) error {
	if err == nil {
		return nil
	}
	if p.playing.timed && p.pictures == 0 && p.complaints.refusesTimes() {
		return errUntimed
	}
	return p.complaints.explain(err)
}

// drop closes our end of a pipe that the child has closed.
func (c *child) drop(fd *int) {
	_ = unix.Close(*fd)
	*fd = -1
}
