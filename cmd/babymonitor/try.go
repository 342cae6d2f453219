package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"babymonitor/audio"
	"babymonitor/servo"
)

// How the doctor tries devices: long enough to see and hear, soft enough for a
// sleeping child.
const (
	trySwing   = 10.0 // degrees to each side
	tryStep    = 20 * time.Millisecond
	tryPause   = 2 * time.Second
	tryTone    = 440.0 // Hz
	tryLevel   = 0.1   // of full scale
	tryRecord  = 5     // seconds
	recordFile = "doctor-microphone.wav"
)

// errNone says that there is nothing to try.
var errNone = errors.New("none is configured; name its driver in the settings file")

// tryHead swings the head a little to both sides and back, at 20 degrees a
// second.
func (d *devices) tryHead(ctx context.Context) finding {
	f := finding{device: "head", says: fmt.Sprintf("was sent %.0f° to the right, to the left and back", trySwing)}
	if d.head == nil {
		f.err = errNone
		return f
	}
	at := 0.0
	for _, to := range []float64{trySwing, -trySwing, 0} {
		for at != to && f.err == nil {
			at += max(-0.4, min(0.4, to-at))
			if f.err = d.head.Move(servo.Pose{Pan: at}); f.err == nil {
				f.err = wait(ctx, tryStep)
			}
		}
	}
	f.err = errors.Join(f.err, d.head.Release())
	return f
}

// tryFilter moves the IR filter away and back: two clicks.
func (d *devices) tryFilter(ctx context.Context) finding {
	f := finding{device: "ircut", says: "clicked away and back; if it did not, swap its wires or set invert"}
	if d.night == nil {
		f.err = errNone
		return f
	}
	if f.err = d.night.SetFilter(false); f.err == nil {
		f.err = errors.Join(wait(ctx, tryPause), d.night.SetFilter(true))
	}
	return f
}

// tryLamps switches the infrared lamps on for a moment; a phone's front camera
// shows them.
func (d *devices) tryLamps(ctx context.Context) finding {
	f := finding{device: "lamps", says: "were on for 2 s; a phone's camera shows infrared light as violet"}
	if d.night == nil {
		f.err = errNone
		return f
	}
	if f.err = d.night.SetLamps(true); f.err == nil {
		f.err = errors.Join(wait(ctx, tryPause), d.night.SetLamps(false))
	}
	return f
}

// trySpeaker plays a soft tone for a second.
func (d *devices) trySpeaker(ctx context.Context) finding {
	f := finding{device: "speaker", says: fmt.Sprintf("played a soft tone of %.0f Hz for a second", tryTone)}
	if d.speaker == nil {
		f.err = errNone
		return f
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("it took no sound within 10 s"))
	defer cancel()
	n := 0
	err := d.speaker.Play(ctx, func(samples []int16) {
		for i := range samples {
			fade := min(1, float64(n)/2400, math.Max(0, float64(audio.Rate-n)/2400))
			samples[i] = int16(math.MaxInt16 * tryLevel * fade * math.Sin(2*math.Pi*tryTone*float64(n)/audio.Rate))
			n++
		}
		if n > audio.Rate+audio.Rate/4 {
			cancel()
		}
	})
	if n < audio.Rate {
		f.err = cmpErr(context.Cause(ctx), err)
	}
	return f
}

// tryMicrophone records the room into a file, to listen to.
func (d *devices) tryMicrophone(ctx context.Context) finding {
	f := finding{device: "microphone"}
	if d.microphone == nil {
		f.err = errNone
		return f
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience+tryRecord*time.Second, errors.New("too little sound came"))
	defer cancel()
	var sound []int16
	err := d.microphone.Listen(ctx, func(p audio.PCM) {
		if sound = append(sound, p.Samples...); len(sound) >= tryRecord*audio.Rate {
			cancel()
		}
	})
	if len(sound) < audio.Rate {
		f.err = cmpErr(context.Cause(ctx), err)
		return f
	}
	f.err = os.WriteFile(recordFile, wav(sound), 0o600)
	f.says = fmt.Sprintf("recorded %d s into %s; play it to hear the room", len(sound)/audio.Rate, recordFile)
	return f
}

// wav makes a mono file of 16-bit samples at audio.Rate (RIFF, "Multimedia
// Programming Interface and Data Specifications 1.0").
func wav(samples []int16) []byte {
	size := 2 * len(samples)
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size))
	b = append(b, "WAVEfmt "...)
	for _, v := range []uint32{16, 1 | 1<<16, audio.Rate, 2 * audio.Rate, 2 | 16<<16} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for _, v := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}

// wait waits for d or the end of ctx.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
