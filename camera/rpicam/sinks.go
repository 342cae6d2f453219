package rpicam

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/h264"
)

// maxUnit bounds an access unit.
const maxUnit = 8 << 20

// codedSink cuts H.264 into access units.
type codedSink struct {
	emit  func(camera.AccessUnit)
	buf   []byte // what has come; its capacity is room for more
	units h264.Units
	sets  h264.ParameterSets
	begun bool // with a keyframe
}

func (s *codedSink) room() []byte {
	const least = 32 << 10
	if cap(s.buf)-len(s.buf) < least {
		s.buf = append(make([]byte, 0, max(2*len(s.buf), len(s.buf)+2*least)), s.buf...)
	}
	return s.buf[len(s.buf):cap(s.buf)]
}

func (s *codedSink) wrote(n int, timed bool) (pictures int, err error) {
	s.buf = s.buf[:len(s.buf)+n]
	if len(s.buf) > maxUnit {
		return 0, errors.New("rpicam-vid sends something other than H.264")
	}
	for !timed {
		end, ok := h264.UnitEnd(s.buf, false)
		if !ok {
			break
		}
		pictures += s.take(end, time.Now())
	}
	return pictures, nil
}

func (s *codedSink) timed(at time.Time) (pictures int, err error) {
	if end, ok := h264.UnitEnd(s.buf, true); ok {
		pictures = s.take(end, at)
	}
	return pictures, nil
}

// take emits the first end bytes, copied to memory of just their size because
// watchers keep them, and moves what follows, mostly nothing, to the beginning.
func (s *codedSink) take(end int, at time.Time) (pictures int) {
	unit := bytes.Clone(s.buf[:end])
	s.buf = s.buf[:copy(s.buf, s.buf[end:])]
	for _, nalus := range s.units.Add(h264.Split(unit)) {
		u := camera.AccessUnit{At: at, Key: h264.Key(nalus), NALUs: s.sets.Complete(nalus)}
		s.begun = s.begun || u.Key && h264.HasParameterSets(u.NALUs)
		if s.begun {
			s.emit(u)
			pictures++
		}
	}
	return pictures
}

// rawSink cuts raw I420. rpicam-vid pads its lines, and its pictures may be
// followed by some bytes; both are found out from the first picture. It sends
// full-range luma and chroma (as in JPEG), which become limited range here.
type rawSink struct {
	emit   func(camera.Frame)
	mode   camera.Mode
	stride int
	size   int // bytes of a picture; 0 until the first time came
	buf    []byte
	have   int
}

const (
	rawAlign = 64       // of lines, in bytes: what the Pi's image processor makes
	maxTail  = 64 << 10 // bytes behind a picture
	chunk    = 64 << 10 // bytes that are read at once, to be converted while they are in the cache
)

func newRawSink(m camera.Mode, emit func(camera.Frame)) *rawSink {
	s := &rawSink{emit: emit, mode: m, stride: (m.Width + rawAlign - 1) &^ (rawAlign - 1)}
	s.buf = make([]byte, s.picture(s.stride)+maxTail)
	return s
}

// picture is the bytes of a picture with lines of this stride.
func (s *rawSink) picture(stride int) int { return stride * s.mode.Height * 3 / 2 }

func (s *rawSink) room() []byte {
	end := min(len(s.buf), s.have+chunk)
	if size := s.expected(); s.have < size {
		end = min(end, size) // what follows is converted in another way
	}
	return s.buf[s.have:end]
}

// expected is the size of a picture, or what it is likely to be.
func (s *rawSink) expected() int {
	if s.size > 0 {
		return s.size
	}
	return s.picture(s.stride)
}

func (s *rawSink) wrote(n int, timed bool) (pictures int, err error) {
	size := s.expected()
	limit(s.buf[s.have:s.have+n], s.have%size, s.stride*s.mode.Height)
	s.have += n
	for !timed && s.have >= size {
		s.show(size, time.Now())
		pictures++
	}
	return pictures, nil
}

func (s *rawSink) timed(at time.Time) (pictures int, err error) {
	if s.size == 0 {
		learnt, err := s.learn()
		if err != nil || !learnt {
			return 0, err
		}
	}
	if s.have < s.size {
		return 0, fmt.Errorf("rpicam-vid sends %d bytes of a picture of %d", s.have, s.size)
	}
	s.show(s.size, at)
	return 1, nil
}

// learn finds out stride and size from the first picture. It reports whether
// that picture is usable.
func (s *rawSink) learn() (bool, error) {
	if full := s.picture(s.stride); s.have >= full {
		s.size = full
		if s.have < full+maxTail {
			s.size = s.have
		}
		return true, nil
	}
	for align := rawAlign / 2; align >= 2; align /= 2 {
		stride := (s.mode.Width + align - 1) &^ (align - 1)
		if size := s.picture(stride); s.have == size {
			s.stride, s.size, s.have = stride, size, 0 // the picture was converted for another stride
			return false, nil
		}
	}
	return false, fmt.Errorf("rpicam-vid sends pictures of %d bytes, which are none of %d×%d", s.have, s.mode.Width, s.mode.Height)
}

// show emits the picture of this size and moves what follows to its place.
func (s *rawSink) show(size int, at time.Time) {
	w, h, half := s.mode.Width, s.mode.Height, s.stride/2
	luma, chroma := s.stride*h, half*(h/2)
	s.emit(camera.Frame{
		At: at, Width: w, Height: h, StrideY: s.stride, StrideC: half,
		Y: s.buf[:luma], Cb: s.buf[luma : luma+chroma], Cr: s.buf[luma+chroma : luma+2*chroma],
	})
	s.have = copy(s.buf, s.buf[size:s.have])
}

// limit brings b, which is at offset in a picture whose luma takes so many
// bytes, from full range into limited range (BT.601).
func limit(b []byte, offset, luma int) {
	y := b[:min(len(b), max(0, luma-offset))]
	linear(y, 220, 16<<8+128)
	linear(b[len(y):], 225, 16<<8)
}
