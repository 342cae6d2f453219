package main

import (
	"bufio"
	"context"
	"errors"
	"os"

	"babymonitor/camera"
	"babymonitor/camera/openh264"
	"babymonitor/internal/sim"
)

// The clip that every server plays: ten seconds with a keyframe each two.
const (
	clipFrames = 300
	clipGOP    = 60
)

// makeClip records the simulated nursery with some sensor noise on top, so
// that the encoder fills its 2 Mb/s.
func (b *bench) makeClip(ctx context.Context) error {
	world, err := sim.New(sim.Options{Seed: 1})
	if err != nil {
		return err
	}
	file, err := os.Create(b.clip)
	if err != nil {
		return err
	}
	defer file.Close()
	mode := camera.Mode{Width: 1280, Height: 720, FPS: 30, Bitrate: 2_000_000}
	encoder, err := openh264.New(mode)
	if err != nil {
		return err
	}
	defer encoder.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out := bufio.NewWriter(file)
	var failed error
	n, noise := 0, uint32(1)
	err = world.Camera().Frames(ctx, mode, func(f camera.Frame) {
		if n++; n > clipFrames || failed != nil {
			cancel()
			return
		}
		if n%clipGOP == 1 {
			encoder.(camera.Keyframer).RequestKey()
		}
		for i := range f.Y {
			noise = noise*1664525 + 1013904223 // Numerical Recipes' generator
			f.Y[i] += byte(noise >> 29)
		}
		failed = encodeTo(out, encoder, f)
	})
	if failed != nil {
		return failed
	}
	if !errors.Is(err, context.Canceled) {
		return err
	}
	return out.Flush()
}

func encodeTo(out *bufio.Writer, encoder camera.Encoder, f camera.Frame) error {
	unit, err := encoder.Encode(f)
	if err != nil {
		return err
	}
	for _, nalu := range unit.NALUs {
		if _, err := out.Write([]byte{0, 0, 0, 1}); err != nil {
			return err
		}
		if _, err := out.Write(nalu); err != nil {
			return err
		}
	}
	return nil
}
