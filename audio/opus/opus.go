// Package opus encodes and decodes sound as Opus (RFC 6716) with libopus.
//
// The library is the static one that mediadevices carries in its opus codec;
// that package is imported for its archive alone, because its own encoder has
// no loss protection and it has no decoder. The few C prototypes that are
// needed are declared here.
package opus

/*
#include <stdint.h>

typedef struct OpusEncoder OpusEncoder;
typedef struct OpusDecoder OpusDecoder;

extern OpusEncoder *opus_encoder_create(int32_t rate, int channels, int application, int *error);
extern int32_t opus_encode(OpusEncoder *st, const int16_t *pcm, int frame_size, unsigned char *data, int32_t max_bytes);
extern int opus_encoder_ctl(OpusEncoder *st, int request, ...);
extern void opus_encoder_destroy(OpusEncoder *st);

extern OpusDecoder *opus_decoder_create(int32_t rate, int channels, int *error);
extern int opus_decode(OpusDecoder *st, const unsigned char *data, int32_t len, int16_t *pcm, int frame_size, int fec);
extern void opus_decoder_destroy(OpusDecoder *st);

extern const char *opus_strerror(int error);

// cgo cannot call a variadic function.
static int set(OpusEncoder *st, int request, int32_t value) {
	return opus_encoder_ctl(st, request, value);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	// For the static library that it links.
	_ "github.com/pion/mediadevices/pkg/codec/opus"

	"babymonitor/audio"
)

// Numbers of opus_defines.h.
const (
	applicationVoIP   = 2048
	setBitrate        = 4002
	setComplexity     = 4010
	setInbandFEC      = 4012
	setPacketLossPerc = 4014
	setDTX            = 4016
)

// How it is encoded, and the bounds of packets.
const (
	bitrate     = 32000   // bits a second
	lossPercent = 10      // what the error correction is made for
	complexity  = 5       // 0 to 10; the ear hears little above, a small CPU does
	maxPacket   = 1275    // bytes of the largest frame, RFC 6716 section 3.2.1
	maxIncoming = 8 << 10 // bytes; six such frames are the most that a packet holds
)

// errClosed says that the caller goes on after Close.
var errClosed = errors.New("opus: used after Close")

// Encoder is an [audio.Encoder]: mono, 20 ms, 32 kb/s, with in-band forward
// error correction for a loss of 10 % and without discontinuous transmission,
// so that a packet leaves every 20 ms however quiet the room is.
type Encoder struct {
	state *C.OpusEncoder
	out   [maxPacket]byte
	chunk []byte // where packets are cut from, so that few are allocated
}

// NewEncoder opens an encoder. The caller closes it.
func NewEncoder() (*Encoder, error) {
	var code C.int
	state := C.opus_encoder_create(audio.Rate, 1, applicationVoIP, &code)
	if state == nil {
		return nil, fmt.Errorf("opus: open the encoder: %w", failure(code))
	}
	e := &Encoder{state: state}
	for _, s := range [...]struct {
		request C.int
		value   C.int32_t
	}{
		{setBitrate, bitrate},
		{setComplexity, complexity},
		{setInbandFEC, 1},
		{setPacketLossPerc, lossPercent},
		{setDTX, 0},
	} {
		if code := C.set(state, s.request, s.value); code != 0 {
			e.Close()
			return nil, fmt.Errorf("opus: set up the encoder (%d): %w", s.request, failure(code))
		}
	}
	return e, nil
}

// Encode implements [audio.Encoder].
func (e *Encoder) Encode(samples []int16) ([]byte, error) {
	if e.state == nil {
		return nil, errClosed
	}
	if len(samples) != audio.FrameSize {
		return nil, fmt.Errorf("opus: a frame has %d samples, not %d", audio.FrameSize, len(samples))
	}
	n := C.opus_encode(e.state, (*C.int16_t)(&samples[0]), audio.FrameSize,
		(*C.uchar)(&e.out[0]), maxPacket)
	if n < 0 {
		return nil, fmt.Errorf("opus: encode: %w", failure(C.int(n)))
	}
	return e.cut(e.out[:n]), nil
}

// cut copies a packet into memory of its own. Packets share blocks of 4 KB, so
// that there is one allocation a second rather than fifty.
func (e *Encoder) cut(packet []byte) []byte {
	if len(e.chunk) < len(packet) {
		e.chunk = make([]byte, 4<<10)
	}
	own := e.chunk[:len(packet):len(packet)]
	e.chunk = e.chunk[len(packet):]
	copy(own, packet)
	return own
}

// Close frees the encoder. It may be called more than once.
func (e *Encoder) Close() error {
	if e.state != nil {
		C.opus_encoder_destroy(e.state)
		e.state = nil
	}
	return nil
}

// Decoder is an [audio.Decoder]. It takes whatever Opus carries, of any
// bandwidth, frame length and number of channels, and yields mono.
type Decoder struct {
	state *C.OpusDecoder
}

// NewDecoder opens a decoder. The caller closes it.
func NewDecoder() (*Decoder, error) {
	var code C.int
	state := C.opus_decoder_create(audio.Rate, 1, &code)
	if state == nil {
		return nil, fmt.Errorf("opus: open the decoder: %w", failure(code))
	}
	return &Decoder{state: state}, nil
}

// Decode implements [audio.Decoder].
func (d *Decoder) Decode(packet []byte, samples []int16) (int, error) {
	if packet == nil {
		return d.decode(nil, samples[:min(len(samples), audio.FrameSize)], 0)
	}
	if len(packet) == 0 {
		return 0, errors.New("opus: decode: an empty packet")
	}
	return d.decode(packet, samples, 0)
}

// Recover implements [audio.Decoder].
func (d *Decoder) Recover(next []byte, samples []int16) (int, error) {
	if len(next) == 0 {
		return 0, errors.New("opus: recover: an empty packet")
	}
	return d.decode(next, samples[:min(len(samples), audio.FrameSize)], 1)
}

func (d *Decoder) decode(packet []byte, samples []int16, fec C.int) (int, error) {
	switch {
	case d.state == nil:
		return 0, errClosed
	case len(samples) == 0:
		return 0, errors.New("opus: decode: no room for samples")
	case len(packet) > maxIncoming:
		return 0, fmt.Errorf("opus: decode: a packet of %d bytes is none", len(packet))
	}
	room := min(len(samples), audio.MaxPacketSamples)
	n := C.opus_decode(d.state, (*C.uchar)(unsafe.SliceData(packet)), C.int32_t(len(packet)),
		(*C.int16_t)(&samples[0]), C.int(room), fec)
	if n < 0 {
		return 0, fmt.Errorf("opus: decode: %w", failure(n))
	}
	return int(n), nil
}

// Close frees the decoder. It may be called more than once.
func (d *Decoder) Close() error {
	if d.state != nil {
		C.opus_decoder_destroy(d.state)
		d.state = nil
	}
	return nil
}

// failure is libopus' own words for one of its error codes.
func failure(code C.int) error {
	return errors.New(C.GoString(C.opus_strerror(code)))
}
