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

// MaxPacketSamples is how many samples the longest Opus packet carries: 120 ms.
const MaxPacketSamples = Rate * 120 / 1000

// Decoder reads Opus packets. It belongs to one goroutine. Samples given to it
// have room for MaxPacketSamples; it returns how many it wrote.
type Decoder interface {
	// Decode writes what the packet carries, mono. A nil packet stands for a
	// lost one, of FrameSize samples, and is concealed. A packet that is none
	// is an error, after which decoding goes on with the next.
	Decode(packet []byte, samples []int16) (int, error)
	// Recover writes the frame that was lost right before the packet next, from
	// the redundancy that next may carry; where it carries none the loss is
	// concealed. Decode(next) follows.
	Recover(next []byte, samples []int16) (int, error)
	Close() error
}
