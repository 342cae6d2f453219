package openh264_test

import (
	"testing"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/h264"
	"babymonitor/camera/openh264"
)

func TestEncoder(t *testing.T) {
	cameratest.TestEncoder(t, openh264.New)
}

func TestProfileIsConstrainedBaseline(t *testing.T) {
	m := cameratest.Mode()
	e, err := openh264.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	u, err := e.Encode(cameratest.Picture(m, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, nalu := range u.NALUs {
		if h264.Type(nalu) != h264.TypeSPS {
			continue
		}
		if nalu[1] != 66 || nalu[2]&0x40 == 0 {
			t.Errorf("profile_idc %d, constraints %08b; want 66 with constraint_set1", nalu[1], nalu[2])
		}
	}
}

func BenchmarkEncode720p(b *testing.B) {
	m := camera.Mode{Width: 1280, Height: 720, FPS: 30, Bitrate: 2_000_000}
	e, err := openh264.New(m)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	pictures := make([]camera.Frame, 8)
	for i := range pictures {
		pictures[i] = cameratest.Picture(m, i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if _, err := e.Encode(pictures[i%len(pictures)]); err != nil {
			b.Fatal(err)
		}
	}
}
