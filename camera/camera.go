// Package camera takes pictures from one source and shows them to many
// watchers as H.264.
//
// A frame's way: a [Source] emits access units, [Camera] offers each of them to
// every watcher, and a watcher that cannot keep up loses pictures until the next
// keyframe while nobody else notices. The source runs only while somebody
// watches.
//
// Drivers are in the folders below and import this package and their device
// library alone.
package camera

import (
	"context"
	"time"
)

// An AccessUnit is one encoded picture. It is never modified once emitted and
// may be kept by anyone.
type AccessUnit struct {
	// At is the moment of capture. It carries Go's monotonic clock reading, the
	// same clock that stamps the sound, so that the two can be kept in step.
	At time.Time
	// Key says that the picture decodes on its own (an IDR picture). A key unit
	// carries its SPS and PPS in front of the slices.
	Key bool
	// NALUs are the network abstraction layer units without start codes.
	NALUs [][]byte
}

// Mode is what a source is asked to deliver. A source that cannot do exactly
// this delivers the nearest that it can.
type Mode struct {
	Width, Height int // in luma samples
	FPS           int // pictures a second
	Bitrate       int // bits a second at the start; see Rater
	Rotate        int // degrees clockwise: 0, 90, 180 or 270
}

// Source is anything that yields H.264: a camera that encodes by itself, a
// recording, or raw frames and an encoder put together by [Encode].
type Source interface {
	// Capture emits access units until ctx ends (then it returns ctx's error)
	// or the device fails (then it returns why). The first unit is a key unit.
	// emit never blocks for long and is called from one goroutine. The zero
	// AccessUnit is a sign of life alone. Everything started by Capture has
	// ended when it returns.
	Capture(ctx context.Context, m Mode, emit func(AccessUnit)) error
}

// Frame is one raw picture as planar YCbCr 4:2:0 (I420, BT.601 limited range).
// The planes belong to whoever emitted the frame and are valid only until emit
// returns.
type Frame struct {
	At               time.Time // moment of capture, as in AccessUnit
	Width, Height    int       // in luma samples, both even
	Y, Cb, Cr        []byte
	StrideY, StrideC int // bytes from one line to the next
	// Shared is the same picture for a device to read without a copy, nil where
	// the camera cannot share it.
	Shared *DMABuf
}

// DMABuf is memory that a device can import (linux/dma-buf.h). It holds Y, Cb
// and Cr in this order without gaps between the planes, and is valid as long
// as the planes are.
type DMABuf struct {
	FD   int // file descriptor; it stays with whoever emitted the frame
	Size int // bytes
}

// Frames is a camera that yields raw pictures. The rules are those of
// [Source.Capture]. The zero Frame is no picture: it says that the camera lives
// and needs a moment, as for a change that it makes by starting anew.
type Frames interface {
	Frames(ctx context.Context, m Mode, emit func(Frame)) error
}

// Encoder turns raw pictures into H.264, constrained baseline.
type Encoder interface {
	// Encode returns the access unit of f. It may return one without NALUs when
	// the encoder left the picture out.
	Encode(f Frame) (AccessUnit, error)
	Close() error
}

// NewEncoder opens an encoder for pictures of this mode.
type NewEncoder func(Mode) (Encoder, error)

// Keyframer is a Source or an Encoder that can be told to make its next
// picture a keyframe. RequestKey may be called from any goroutine at any time
// and returns at once.
type Keyframer interface{ RequestKey() }

// Rater is a Source or an Encoder whose bitrate (bits a second) can change
// while it runs.
type Rater interface{ SetBitrate(bitsPerSecond int) error }

// Zoomer is a camera that can show a part of its full picture.
type Zoomer interface{ SetZoom(Rect) error }

// Metered is a camera that knows how much light it sees. The second result is
// false while it does not know.
type Metered interface{ Light() (Light, bool) }

// Rect is a part of the full picture, in fractions of its width and height
// from the upper left corner. The zero Rect is not valid; [Full] is everything.
type Rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// Full returns the whole picture.
func Full() Rect { return Rect{W: 1, H: 1} }

// Light is what the camera tells about the light in the room. A field is zero
// where the camera does not tell it.
type Light struct {
	Lux      float64       // illuminance by the camera's own estimate, lux
	Gain     float64       // total gain, as a factor
	Exposure time.Duration // exposure time of one picture
	Luma     float64       // mean luma of the picture, 0 (black) to 1 (white)
	Red      float64       // gain of red for white balance, as a factor
	Blue     float64       // gain of blue for white balance, as a factor
}
