package v4l2

import (
	"bytes"
	"context"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/h264"
)

// hd is the mode whose cost is a goal: 1280×720, 30 pictures a second.
func hd() camera.Mode { return camera.Mode{Width: 1280, Height: 720, FPS: 30, Bitrate: 2_000_000} }

// BenchmarkPassthrough takes access units of 2 Mb/s at 30 a second all the way
// from (a fake of) the device to a watcher, system calls for waiting included.
func BenchmarkPassthrough(b *testing.B) {
	d := firmware()
	k := newFake(map[string]*fakeDevice{"/dev/video0": d})
	c, err := open(Options{}, k, k.paths)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	n, size := 0, 0
	b.ReportAllocs()
	b.ResetTimer()
	_ = c.Source(nil).Capture(ctx, hd(), func(u camera.AccessUnit) {
		for _, nalu := range u.NALUs {
			size += len(nalu)
		}
		if n++; n >= b.N {
			cancel()
		}
	})
	b.ReportMetric(float64(size)/float64(n), "copied-B/frame")
}

// BenchmarkPassthroughUnit is our own work on one unit alone.
func BenchmarkPassthroughUnit(b *testing.B) {
	unit := append([]byte{0, 0, 0, 1, 0x41, 0x9a}, bytes.Repeat([]byte{0x55, 0xaa, 3}, 2_000_000/30/8/3)...)
	var units h264.Units
	b.ReportAllocs()
	b.SetBytes(int64(len(unit)))
	for b.Loop() {
		units.Add(h264.Split(bytes.Clone(unit)))
	}
	b.ReportMetric(float64(len(unit)), "copied-B/frame")
}

// BenchmarkRaw is the way of a picture from the camera's buffer into the
// encoder's, for each format.
func BenchmarkRaw(b *testing.B) {
	m := hd()
	for _, format := range []fourcc{fmtYU12, fmtNV12, fmtYUYV, fmtUYVY, fmtMJPEG} {
		b.Run(format.String(), func(b *testing.B) {
			l := layout{format: format, width: m.Width, height: m.Height, stride: m.Width}
			if format == fmtYUYV || format == fmtUYVY {
				l.stride *= 2
			}
			data := make([]byte, 2*m.Width*m.Height)
			data = data[:fillRaw(0, l, data)]
			raw := layout{format: fmtYU12, width: m.Width, height: m.Height, stride: m.Width}
			to := make([]byte, m.Width*m.Height*3/2)
			var c converter
			b.ReportAllocs()
			for b.Loop() {
				f, err := c.i420(l, data)
				if err != nil {
					b.Fatal(err)
				}
				raw.copy(to, f)
			}
			copied := len(to)
			switch format {
			case fmtYUYV, fmtUYVY:
				copied *= 2
			case fmtNV12:
				copied += len(to) / 3
			}
			b.ReportMetric(float64(copied), "copied-B/frame")
		})
	}
}

// BenchmarkEncode hands pictures to (a fake of) the kernel's encoder.
func BenchmarkEncode(b *testing.B) {
	d := codec()
	k := newFake(map[string]*fakeDevice{"/dev/video11": d})
	e, err := encoderOptions{kernel: k, paths: k.paths(), coded: fmtH264, waits: patience{time.Second, time.Second}}.open(hd())
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	f := cameratest.Picture(hd(), 0)
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		u, err := e.Encode(f)
		if err != nil {
			b.Fatal(err)
		}
		size = len(u.NALUs[len(u.NALUs)-1])
	}
	b.ReportMetric(float64(1280*720*3/2+size), "copied-B/frame")
}
