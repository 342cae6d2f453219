package v4l2

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/camera/h264"
)

const (
	rawBuffers   = 3
	codedBuffers = 4
	codedSize    = 512 << 10 // bytes; the largest keyframe. Drivers make it larger for large pictures.
)

// NewEncoder opens the kernel's H.264 encoder (memory-to-memory, such as the
// bcm2835-codec of a Raspberry Pi 3, 4 and Zero 2 W), found by what it can do.
// It implements camera.NewEncoder; the encoder changes its bitrate while it
// runs, forces keyframes and reads frames that can be shared (see
// camera.DMABuf) in place.
func NewEncoder(m camera.Mode) (camera.Encoder, error) {
	return kernelEncoder().open(m)
}

// HasEncoder reports whether NewEncoder would find an encoder.
func HasEncoder() bool {
	d, _, err := kernelEncoder().find()
	if err != nil {
		return false
	}
	d.close()
	return true
}

// encoderOptions let tests choose another kernel, another device and another
// coded format.
type encoderOptions struct {
	kernel kernel
	paths  []string
	coded  fourcc
	waits  patience // next: until a picture counts as left out; first: until the encoder has failed
}

// kernelEncoder is what is used but for tests.
func kernelEncoder() encoderOptions {
	return encoderOptions{kernel: linux{}, paths: paths(), coded: fmtH264, waits: patience{first: time.Second, next: 250 * time.Millisecond}}
}

// find opens the first device that makes the coded format of I420, and tells
// the types of its buffers.
func (o encoderOptions) find() (d *device, types [2]bufType, err error) {
	var busy error
	for _, path := range o.paths {
		d, err := openDevice(o.kernel, path)
		if err != nil {
			if !errors.Is(err, unix.ENOENT) {
				busy = err
			}
			continue
		}
		types := [2]bufType{output, capture}
		if d.caps&capM2MMplane != 0 {
			types = [2]bufType{outputMplane, captureMplane}
		}
		if d.caps&(capM2M|capM2MMplane) != 0 && slices.Contains(d.formats(types[1]), o.coded) && slices.Contains(d.formats(types[0]), fmtYU12) {
			return d, types, nil
		}
		d.close()
	}
	return nil, types, errors.Join(fmt.Errorf("this kernel has no %v encoder: use the software encoder", o.coded), busy)
}

// encoder is a memory-to-memory encoder with raw pictures in and coded ones out.
type encoder struct {
	*device
	mode     camera.Mode
	waits    patience
	raw      layout
	in, out  queue
	free     []int // input buffers that the device does not have
	imports  bool  // it may read shared frames
	forces   bool  // it has a control for keyframes
	isH264   bool
	units    h264.Units
	sets     h264.ParameterSets
	count    int64
	times    map[time.Duration]time.Time // of pictures within, by the time that was put on them
	lastCode time.Time                   // when it last gave something

	wantKey  atomic.Bool
	wantRate atomic.Int64 // 0: no change
}

func (o encoderOptions) open(m camera.Mode) (camera.Encoder, error) {
	d, types, err := o.find()
	if err != nil {
		return nil, err
	}
	e := &encoder{device: d, mode: m, waits: o.waits, imports: true, isH264: o.coded == fmtH264, times: map[time.Duration]time.Time{}}
	e.in, e.out = queue{device: d, typ: types[0]}, queue{device: d, typ: types[1]}
	if err := e.setup(o.coded); err != nil {
		_ = e.Close()
		return nil, explain(d.path, "was set up", err)
	}
	return e, nil
}

// setup follows the order of the kernel's stateful encoder interface: coded
// format, raw format, rate, controls, buffers.
func (e *encoder) setup(coded fourcc) error {
	c := layout{format: coded, width: e.mode.Width, height: e.mode.Height, size: codedSize}
	if err := e.setFormat(vidiocSFmt, e.out.typ, &c); err != nil {
		return err
	}
	e.raw = layout{format: fmtYU12, width: e.mode.Width, height: e.mode.Height}
	if err := e.setFormat(vidiocSFmt, e.in.typ, &e.raw); err != nil {
		return err
	}
	if e.raw.format != fmtYU12 || e.raw.width < e.mode.Width || e.raw.height < e.mode.Height {
		return fmt.Errorf("%s does not encode pictures of %d×%d; it offers %d×%d", e.name, e.mode.Width, e.mode.Height, e.raw.width, e.raw.height)
	}
	e.raw.stride = max(e.raw.stride, e.raw.width)
	e.setRate(e.in.typ, e.mode.FPS)
	e.forces = e.has(cidForceKey)
	for _, w := range codecWishes(e.mode.Bitrate, e.mode.FPS*keyEvery) {
		_ = w.set(e.device) // each device has some of them
	}
	if err := e.out.request(codedBuffers, memoryMmap); err != nil {
		return err
	}
	return e.startOutput()
}

// startOutput lends the device its buffers for coded pictures.
func (e *encoder) startOutput() error {
	for i := range e.out.count {
		if err := e.out.give(i, 0, 0, nil); err != nil {
			return err
		}
	}
	return e.out.start()
}

// Encode implements camera.Encoder. It returns as soon as the device has
// encoded f; the one copy made here is that of the coded picture, and another
// one of f where it cannot be shared.
func (e *encoder) Encode(f camera.Frame) (camera.AccessUnit, error) {
	if f.Width != e.mode.Width || f.Height != e.mode.Height {
		return camera.AccessUnit{}, fmt.Errorf("%s was opened for %d×%d and is given %d×%d", e.name, e.mode.Width, e.mode.Height, f.Width, f.Height)
	}
	if rate := e.wantRate.Swap(0); rate > 0 {
		_ = e.set(cidBitrate, int(rate)) // said again with every change
	}
	if e.wantKey.Swap(false) {
		if err := e.makeKey(); err != nil {
			return camera.AccessUnit{}, explain(e.path, "was asked for a keyframe", err)
		}
	}
	if err := e.feed(f); err != nil {
		return camera.AccessUnit{}, explain(e.path, "took a picture", err)
	}
	return e.collect(f)
}

// collect waits for the next coded picture. One that takes too long counts as
// left out; it comes later, or the device hangs.
func (e *encoder) collect(f camera.Frame) (camera.AccessUnit, error) {
	for {
		b, err := e.out.takeNext(-1, e.waits.next)
		switch {
		case errors.Is(err, errTimeout) && time.Since(e.lastCode) < e.waits.first:
			return camera.AccessUnit{At: f.At}, nil
		case errors.Is(err, errTimeout):
			return camera.AccessUnit{}, fmt.Errorf("the encoder %s (%s) hangs: restart the board if this stays: %w", e.name, e.path, err)
		case err != nil:
			return camera.AccessUnit{}, explain(e.path, "encoded", err)
		}
		e.lastCode = time.Now()
		unit := camera.AccessUnit{At: f.At, NALUs: e.nalus(b)}
		unit.Key = e.isH264 && h264.Key(unit.NALUs) || !e.isH264 && b.flags&flagKeyframe != 0
		if at, ok := e.times[b.at]; ok {
			unit.At = at
		}
		spoilt := b.flags&flagError != 0
		if err := e.out.give(b.index, 0, 0, nil); err != nil {
			return camera.AccessUnit{}, explain(e.path, "took a buffer back", err)
		}
		switch {
		case spoilt: // what follows refers to it
			e.RequestKey()
			return camera.AccessUnit{At: f.At}, nil
		case len(unit.NALUs) == 0 && len(b.data) > 0: // parameter sets alone
			continue
		}
		delete(e.times, b.at)
		return unit, nil
	}
}

// nalus copies what is in a buffer and returns its picture, if there is one.
func (e *encoder) nalus(b slot) [][]byte {
	data := bytes.Clone(b.data)
	if !e.isH264 {
		return [][]byte{data}
	}
	units := e.units.Add(h264.Split(data))
	if len(units) == 0 {
		return nil
	}
	return e.sets.Complete(slices.Concat(units...))
}

// makeKey makes the next picture a keyframe: by the control for it, else by
// starting the stream anew, which every encoder does with a keyframe.
func (e *encoder) makeKey() error {
	if e.forces {
		return e.set(cidForceKey, 1)
	}
	e.in.stop()
	e.out.stop()
	e.free = e.free[:0]
	for i := range e.in.count {
		e.free = append(e.free, i)
	}
	clear(e.times)
	if err := e.startOutput(); err != nil || e.in.count == 0 {
		return err
	}
	return e.in.start()
}

// RequestKey implements camera.Keyframer.
func (e *encoder) RequestKey() { e.wantKey.Store(true) }

// SetBitrate implements camera.Rater. It takes hold with the next picture, in
// the device's own steps (25 kb/s for bcm2835-codec).
func (e *encoder) SetBitrate(bitsPerSecond int) error {
	e.wantRate.Store(int64(bitsPerSecond))
	return nil
}

// Close implements camera.Encoder.
func (e *encoder) Close() error {
	e.in.release()
	e.out.release()
	e.device.close()
	return nil
}
