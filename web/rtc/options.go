package rtc

import (
	"cmp"
	"context"
	"iter"
	"log/slog"

	"babymonitor/audio"
	"babymonitor/camera"
	"babymonitor/internal/state"
)

// Options is what the house lends to the phones' sessions. All functions may
// be called from any goroutine; one that is nil is something the house cannot
// do.
type Options struct {
	Log *slog.Logger

	// Watch yields access units beginning with a key unit, for as long as ctx
	// lives; leaving the loop unsubscribes. The camera runs only while somebody
	// watches.
	Watch func(ctx context.Context) iter.Seq[camera.AccessUnit]
	// RequestKey asks the camera for a keyframe. The camera coalesces requests.
	RequestKey func()
	// OwnKeys says that the camera makes its keyframes by itself and cannot be
	// asked: a new phone is then given all that was sent since the newest one,
	// however old that is.
	OwnKeys bool
	// SetBitrate tells the bitrate (bits a second) that the viewers' networks
	// carry; the camera applies it to the one encoder that all share.
	SetBitrate func(bitsPerSecond int)
	// Hear yields the room's sound as Opus packets.
	Hear func(ctx context.Context) iter.Seq[audio.Packet]
	// Talk plays what a phone says until packets ends. name is who talks. It
	// returns why it could not be played, in words for a parent.
	Talk func(ctx context.Context, name string, packets iter.Seq[audio.Packet]) error
	// Drive turns the head; pan and tilt in -1…1. It expires by itself after
	// 300 ms.
	Drive func(pan, tilt float64)
	// Viewers is told of every change in who watches, and of how they fare at
	// most once a second.
	Viewers func([]state.Viewer)

	MediaPort  int // one UDP and one TCP port for all; 0: any free one
	MaxViewers int // 0: 16
	MinBitrate int // bits a second; 0: 250 kb/s
	MaxBitrate int // bits a second; 0: 2 Mb/s
}

// filled returns o with something harmless in place of what is missing.
func (o Options) filled() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.RequestKey == nil {
		o.RequestKey = func() {}
	}
	if o.SetBitrate == nil {
		o.SetBitrate = func(int) {}
	}
	if o.Drive == nil {
		o.Drive = func(float64, float64) {}
	}
	if o.Viewers == nil {
		o.Viewers = func([]state.Viewer) {}
	}
	o.MaxViewers = cmp.Or(o.MaxViewers, 16)
	o.MinBitrate = cmp.Or(o.MinBitrate, 250_000)
	o.MaxBitrate = max(cmp.Or(o.MaxBitrate, 2_000_000), o.MinBitrate)
	return o
}
