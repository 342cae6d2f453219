package rpicam

import (
	"bytes"
	"testing"
	"time"

	"babymonitor/camera"
)

// BenchmarkRawPicture is our work on one raw picture of 1280×720, from the pipe's
// bytes to the frame, the system calls left out.
func BenchmarkRawPicture(b *testing.B) {
	m := camera.Mode{Width: 1280, Height: 720, FPS: 30}
	s := newRawSink(m, func(camera.Frame) {})
	picture := bytes.Repeat([]byte{100}, 1280*720*3/2)
	b.ReportAllocs()
	for b.Loop() {
		for rest := picture; len(rest) > 0; {
			n := copy(s.room(), rest)
			rest = rest[n:]
			if _, err := s.wrote(n, true); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := s.timed(time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(picture)), "copied-B/frame")
}

// BenchmarkCodedPicture is our work on one access unit of 2 Mb/s at 30 a second.
func BenchmarkCodedPicture(b *testing.B) {
	s := codedSink{emit: func(camera.AccessUnit) {}, begun: true}
	unit := append([]byte{0, 0, 0, 1, 0x41, 0x9a}, bytes.Repeat([]byte{0x55}, 2_000_000/30/8)...)
	b.ReportAllocs()
	for b.Loop() {
		n := copy(s.room(), unit)
		if _, err := s.wrote(n, true); err != nil {
			b.Fatal(err)
		}
		if _, err := s.timed(time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(unit)), "copied-B/frame")
}
