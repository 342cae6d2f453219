// Package audio hears the room and speaks into it.
//
// [Ear] listens to one microphone on behalf of many: detectors get PCM, phones
// get Opus that is encoded once. [Voice] is the one mixer of the speaker:
// talk-back, lullaby and chime.
//
// Drivers and codecs are in the folders below.
package audio

import (
	"context"
	"time"
)

// All sound inside the monitor is mono at Rate samples a second in frames of
// FrameSize samples, that is 20 ms.
const (
	Rate      = 48000
	FrameSize = 960
	FrameTime = 20 * time.Millisecond
)

// PCM is one frame of sound: FrameSize signed 16-bit samples, mono, at Rate.
// It is never modified once emitted and may be kept by anyone.
type PCM struct {
	// At is the moment of the first sample, on the clock that stamps the
	// pictures (camera.AccessUnit.At).
	At      time.Time
	Samples []int16
}

// Packet is one frame of sound (20 ms) as an Opus packet. It is never modified
// once emitted.
type Packet struct {
	At time.Time // moment of the first sample when sent, of arrival when received
	// Seq numbers received packets as their sender did (RTP sequence number,
	// RFC 3550); packets may arrive late, twice, or not at all.
	Seq  uint16
	Data []byte
}

// Microphone is a device that hears.
type Microphone interface {
	// Listen emits frames in real time until ctx ends (then it returns ctx's
	// error) or the device fails (then it returns why). emit never blocks for
	// long and is called from one goroutine.
	Listen(ctx context.Context, emit func(PCM)) error
}

// Speaker is a device that sounds.
type Speaker interface {
	// Play asks fill for the next FrameSize samples whenever the device wants
	// them, until ctx ends or the device fails. fill writes all of its
	// argument, does not block and does not keep it.
	Play(ctx context.Context, fill func(samples []int16)) error
}

// Encoder makes Opus packets. It belongs to one goroutine.
type Encoder interface {
	// Encode returns the packet of FrameSize samples; the caller owns it.
	Encode(samples []int16) ([]byte, error)
	Close() error
}

// Decoder reads Opus packets. It belongs to one goroutine.
type Decoder interface {
	// Decode writes FrameSize samples. A nil packet stands for a lost one and is
	// concealed.
	Decode(packet []byte, samples []int16) error
	Close() error
}
