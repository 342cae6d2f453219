package camera

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"
	"time"
)

// Stiller is a Source that can also give one picture as it is.
type Stiller interface {
	// Still returns the next captured picture; the caller owns it. It waits
	// while the source does not run.
	Still(ctx context.Context) (*image.YCbCr, error)
}

// Turner is Frames that can turn their pictures by themselves, which costs
// nothing. Turns reports whether they turn them by this mode's rotation.
type Turner interface{ Turns(degrees int) bool }

// errNoZoom is what a camera without zoom answers.
var errNoZoom = fmt.Errorf("this camera cannot zoom: %w", errors.ErrUnsupported)

// Encode makes a source of raw pictures and an encoder. The result forces
// keyframes, changes its bitrate and zooms as far as the two can.
func Encode(frames Frames, open NewEncoder) *Encoded {
	return &Encoded{frames: frames, open: open}
}

// Encoded is a source put together by [Encode].
type Encoded struct {
	frames Frames
	open   NewEncoder

	mu      sync.Mutex
	encoder Encoder // while capturing
	bitrate int     // wanted; 0: the mode's
	stills  []chan *image.YCbCr
	luma    float64 // mean of a recent picture
}

// Capture implements [Source]. The encoder is opened for the size that the
// pictures have, which may differ from the mode's, and anew when it changes.
func (e *Encoded) Capture(ctx context.Context, m Mode, emit func(AccessUnit)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer e.use(nil)
	var size Mode // of the encoder
	var turn rotator
	degrees := m.Rotate // that are left to us
	if t, ok := e.frames.(Turner); ok && t.Turns(m.Rotate) {
		degrees = 0
	}
	var metered time.Time
	err := e.frames.Frames(ctx, m, func(f Frame) {
		switch {
		case ctx.Err() != nil:
			return
		case f.Width == 0:
			emit(AccessUnit{})
			return
		}
		f = turn.rotate(f, degrees)
		e.giveStills(f)
		if f.At.Sub(metered) >= time.Second {
			metered = f.At
			e.meter(f)
		}
		if f.Width != size.Width || f.Height != size.Height {
			size = Mode{Width: f.Width, Height: f.Height, FPS: m.FPS, Bitrate: m.Bitrate}
			if err := e.reopen(size); err != nil {
				cancel(fmt.Errorf("cannot open the encoder: %w", err))
				return
			}
		}
		unit, err := e.encoder.Encode(f) // this goroutine alone replaces it
		if err != nil {
			cancel(fmt.Errorf("the encoder failed: %w", err))
			return
		}
		emit(unit)
	})
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// reopen closes the encoder, if there is one, and opens one of this size.
func (e *Encoded) reopen(size Mode) error {
	e.use(nil)
	encoder, err := e.open(size)
	if err == nil {
		e.use(encoder)
	}
	return err
}

// use replaces the encoder that requests go to and closes the old one.
func (e *Encoded) use(encoder Encoder) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.encoder != nil {
		_ = e.encoder.Close()
	}
	e.encoder = encoder
	if r, ok := encoder.(Rater); ok && e.bitrate > 0 {
		_ = r.SetBitrate(e.bitrate) // said again with every change
	}
}

// RequestKey implements [Keyframer].
func (e *Encoded) RequestKey() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if k, ok := e.encoder.(Keyframer); ok {
		k.RequestKey()
	}
}

// SetBitrate implements [Rater]; it also holds for later captures.
func (e *Encoded) SetBitrate(bitsPerSecond int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bitrate = bitsPerSecond
	if r, ok := e.encoder.(Rater); ok {
		return r.SetBitrate(bitsPerSecond)
	}
	return nil
}

// SetZoom implements [Zoomer] where the frames do.
func (e *Encoded) SetZoom(r Rect) error {
	z, ok := e.frames.(Zoomer)
	if !ok {
		return errNoZoom
	}
	return z.SetZoom(r)
}

// Light implements [Metered]. What the camera does not tell is the mean luma
// of its pictures, taken once a second.
func (e *Encoded) Light() (Light, bool) {
	var l Light
	ok := false
	if m, is := e.frames.(Metered); is {
		l, ok = m.Light()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if l.Luma == 0 && e.encoder != nil {
		l.Luma = e.luma
		ok = ok || l.Luma > 0
	}
	return l, ok
}

func (e *Encoded) meter(f Frame) {
	luma := max(MeanLuma(f.Y, f.StrideY, f.Width, f.Height), black)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.luma = luma
}

// Still implements [Stiller].
func (e *Encoded) Still(ctx context.Context) (*image.YCbCr, error) {
	got := make(chan *image.YCbCr, 1)
	e.mu.Lock()
	e.stills = append(e.stills, got)
	e.mu.Unlock()
	select {
	case p := <-got:
		return p, nil
	case <-ctx.Done():
		e.mu.Lock()
		defer e.mu.Unlock()
		for i, s := range e.stills {
			if s == got {
				e.stills = append(e.stills[:i], e.stills[i+1:]...)
				break
			}
		}
		return nil, ctx.Err()
	}
}

// giveStills hands a copy of f to everyone who waits for a still picture.
func (e *Encoded) giveStills(f Frame) {
	e.mu.Lock()
	waiting := e.stills
	e.stills = nil
	e.mu.Unlock()
	for _, s := range waiting {
		s <- f.Copy()
	}
}

// Copy returns the picture as an image of its own.
func (f Frame) Copy() *image.YCbCr {
	p := image.NewYCbCr(image.Rect(0, 0, f.Width, f.Height), image.YCbCrSubsampleRatio420)
	for y := range f.Height {
		copy(p.Y[y*p.YStride:(y+1)*p.YStride], f.Y[y*f.StrideY:])
	}
	for y := range f.Height / 2 {
		copy(p.Cb[y*p.CStride:(y+1)*p.CStride], f.Cb[y*f.StrideC:])
		copy(p.Cr[y*p.CStride:(y+1)*p.CStride], f.Cr[y*f.StrideC:])
	}
	return p
}
