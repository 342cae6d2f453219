package camera

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"
	"time"
)

// DecodeKey makes a picture of the NALUs of a key unit. It may be called from
// any goroutine, by one at a time, and keeps nothing of them. The picture
// belongs to the caller.
type DecodeKey func(nalus [][]byte) (*image.YCbCr, error)

// Times of still pictures of a source that encodes by itself.
const (
	stillFresh = time.Second      // a picture this old is asked for anew, or waited for
	stillStale = 15 * time.Second // where keyframes come seldom, one up to this old is better than none
)

// errNoStill is what a camera answers that has neither raw pictures nor a
// decoder.
var errNoStill = errors.New("this camera gives no still pictures")

// Still returns the newest picture, starting the camera for it where it rests.
// The caller owns the picture. A source that encodes by itself gives its
// keyframes, each decoded once however many ask, so that nobody who asks
// costs more than a picture a second; where it makes keyframes neither each
// second nor on request, the picture is up to 15 s old.
func (c *Camera) Still(ctx context.Context) (*image.YCbCr, error) {
	s, stiller := c.source.(Stiller)
	if !stiller && c.stills.decode == nil {
		return nil, errNoStill
	}
	release := c.Keep()
	defer release()
	var picture *image.YCbCr
	var err error
	if stiller {
		picture, err = s.Still(ctx)
	} else {
		picture, err = c.stills.next(ctx, c.RequestKey)
	}
	if err != nil && c.Status().Err != nil {
		return nil, fmt.Errorf("no picture: %w", c.Status().Err)
	}
	return picture, err
}

// stills makes pictures of the key units that pass.
type stills struct {
	decode DecodeKey

	mu     sync.Mutex
	newest AccessUnit
	came   chan struct{} // closed when the next key unit comes; nil while nobody waits

	decoding sync.Mutex // held while one caller decodes for all
	of       time.Time  // which unit picture is of
	picture  *image.YCbCr
	err      error
}

// see takes note of a unit that passes.
func (s *stills) see(u AccessUnit) {
	if !u.Key || s.decode == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest = u
	if s.came != nil {
		close(s.came)
		s.came = nil
	}
}

// forget drops what a run before has left.
func (s *stills) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest = AccessUnit{}
}

// next returns a picture that is at most a second old or, when none comes
// within a second, the newest that there is.
func (s *stills) next(ctx context.Context, request func()) (*image.YCbCr, error) {
	patience := time.NewTimer(stillFresh)
	defer patience.Stop()
	good := stillFresh
	for asked := false; ; asked = true {
		s.mu.Lock()
		u := s.newest
		if s.came == nil {
			s.came = make(chan struct{})
		}
		came := s.came
		s.mu.Unlock()
		if u.Key && time.Since(u.At) < good {
			return s.decoded(u)
		}
		if !asked {
			request()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-came:
			good = stillStale
		case <-patience.C:
			good = stillStale
		}
	}
}

// decoded returns a copy of u's picture, which is decoded once.
func (s *stills) decoded(u AccessUnit) (*image.YCbCr, error) {
	s.decoding.Lock()
	defer s.decoding.Unlock()
	if err := s.open(u); err != nil {
		return nil, fmt.Errorf("cannot decode the picture: %w", err)
	}
	p := *s.picture
	p.Y, p.Cb, p.Cr = append([]byte(nil), p.Y...), append([]byte(nil), p.Cb...), append([]byte(nil), p.Cr...)
	return &p, nil
}

// open makes s.picture that of u; s.decoding is held.
func (s *stills) open(u AccessUnit) error {
	if !s.of.Equal(u.At) {
		s.of = u.At
		s.picture, s.err = s.decode(u.NALUs)
	}
	return s.err
}

// luma returns the mean luma of the newest key unit, unless it is old.
func (s *stills) luma() (float64, bool) {
	s.mu.Lock()
	u := s.newest
	s.mu.Unlock()
	if !u.Key || time.Since(u.At) > stillStale {
		return 0, false
	}
	s.decoding.Lock()
	defer s.decoding.Unlock()
	if s.open(u) != nil {
		return 0, false
	}
	size := s.picture.Rect.Size()
	return MeanLuma(s.picture.Y, s.picture.YStride, size.X, size.Y), true
}

// Light returns how much light the camera sees while it runs. A source that is
// no [Metered] is judged by the mean luma of its newest keyframe, which costs
// the decoding of it: ask seldom.
func (c *Camera) Light() (Light, bool) {
	if m, ok := c.source.(Metered); ok {
		return m.Light()
	}
	luma, ok := c.stills.luma()
	return Light{Luma: max(luma, black)}, ok
}

// black is the luma of a black picture: 0 would mean that it is not known.
const black = 0.001

// MeanLuma returns the mean of a plane of luma from 0 (black) to 1 (white),
// from one sample in 64. Stride is the bytes from one line to the next.
func MeanLuma(y []byte, stride, width, height int) float64 {
	const step = 8
	sum, n := 0, 0
	for row := step / 2; row < height; row += step {
		line := y[row*stride:][:width]
		for x := step / 2; x < width; x += step {
			sum += int(line[x])
			n++
		}
	}
	if n == 0 {
		return 0
	}
	mean := float64(sum) / float64(n)
	return min(max((mean-16)/219, 0), 1) // limited range
}
