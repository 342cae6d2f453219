// Package openh264 encodes H.264 (constrained baseline) in software, for the
// simulation and for boards and laptops without an encoder of their own. It
// wraps the OpenH264 that pion/mediadevices carries.
package openh264

import (
	"image"
	"sync/atomic"

	"github.com/pion/mediadevices/pkg/codec"
	"github.com/pion/mediadevices/pkg/codec/openh264"
	"github.com/pion/mediadevices/pkg/io/video"
	"github.com/pion/mediadevices/pkg/prop"

	"babymonitor/camera"
	"babymonitor/camera/h264"
)

// gop is the number of pictures between two keyframes that nobody asked for:
// with keyframes on demand they are only a safety net.
const gop = 300

// Encoder is a software encoder. All methods but Encode and Close may be
// called from any goroutine.
type Encoder struct {
	engine  codec.ReadCloser
	key     codec.KeyFrameController
	rate    codec.BitRateController
	picture image.YCbCr // what the engine reads next

	wantKey  atomic.Bool
	wantRate atomic.Int64 // 0: no change
}

// New opens an encoder for pictures of this mode. It implements
// camera.NewEncoder.
func New(m camera.Mode) (camera.Encoder, error) {
	p, err := openh264.NewParams()
	if err != nil {
		return nil, err
	}
	p.BitRate = m.Bitrate
	p.EnableFrameSkip = false
	p.IntraPeriod = gop
	p.MultipleThreadIdc = 1
	p.SliceMode = openh264.SMSingleSlice
	e := new(Encoder)
	media := prop.Media{Video: prop.Video{Width: m.Width, Height: m.Height, FrameRate: float32(m.FPS)}}
	e.engine, err = p.BuildVideoEncoder(video.ReaderFunc(e.read), media)
	if err != nil {
		return nil, err
	}
	e.key, _ = e.engine.Controller().(codec.KeyFrameController)
	e.rate, _ = e.engine.Controller().(codec.BitRateController)
	return e, nil
}

// read hands the current picture to the engine.
func (e *Encoder) read() (image.Image, func(), error) {
	return &e.picture, func() {}, nil
}

// Encode implements camera.Encoder.
func (e *Encoder) Encode(f camera.Frame) (camera.AccessUnit, error) {
	if e.wantKey.Swap(false) && e.key != nil {
		if err := e.key.ForceKeyFrame(); err != nil {
			return camera.AccessUnit{}, err
		}
	}
	if rate := e.wantRate.Swap(0); rate > 0 && e.rate != nil {
		if err := e.rate.SetBitRate(int(rate)); err != nil {
			return camera.AccessUnit{}, err
		}
	}
	e.picture = image.YCbCr{
		Y: f.Y, Cb: f.Cb, Cr: f.Cr, YStride: f.StrideY, CStride: f.StrideC,
		SubsampleRatio: image.YCbCrSubsampleRatio420,
		Rect:           image.Rect(0, 0, f.Width, f.Height),
	}
	stream, release, err := e.engine.Read()
	if err != nil {
		return camera.AccessUnit{}, err
	}
	defer release()
	nalus := h264.Split(stream)
	return camera.AccessUnit{At: f.At, Key: h264.Key(nalus), NALUs: nalus}, nil
}

// RequestKey implements camera.Keyframer.
func (e *Encoder) RequestKey() { e.wantKey.Store(true) }

// SetBitrate implements camera.Rater; it takes hold with the next picture.
func (e *Encoder) SetBitrate(bitsPerSecond int) error {
	e.wantRate.Store(int64(bitsPerSecond))
	return nil
}

// Close frees the encoder.
func (e *Encoder) Close() error { return e.engine.Close() }
