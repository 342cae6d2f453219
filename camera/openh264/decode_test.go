package openh264_test

import (
	"bytes"
	"image"
	"slices"
	"testing"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/h264"
	"babymonitor/camera/openh264"
)

// encoded returns the access units of n pictures.
func encoded(t testing.TB, m camera.Mode, n int) (units []camera.AccessUnit) {
	t.Helper()
	e, err := openh264.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for i := range n {
		u, err := e.Encode(cameratest.Picture(m, i))
		if err != nil {
			t.Fatal(err)
		}
		u.NALUs = slices.Clone(u.NALUs)
		for j, nalu := range u.NALUs {
			u.NALUs[j] = bytes.Clone(nalu)
		}
		units = append(units, u)
	}
	return units
}

func TestDecodeKey(t *testing.T) {
	for _, m := range []camera.Mode{
		cameratest.Mode(),
		{Width: 1280, Height: 720, FPS: 30, Bitrate: 4_000_000},
		{Width: 354, Height: 202, FPS: 30, Bitrate: 500_000}, // cropped
	} {
		p, err := openh264.DecodeKey(encoded(t, m, 1)[0].NALUs)
		if err != nil {
			t.Fatal(err)
		}
		if p.Rect != image.Rect(0, 0, m.Width, m.Height) {
			t.Fatalf("%v, want %d×%d", p.Rect, m.Width, m.Height)
		}
		f := cameratest.Picture(m, 0)
		off := 0
		for y := range m.Height {
			for x := range m.Width {
				d := int(p.Y[y*p.YStride+x]) - int(f.Y[y*f.StrideY+x])
				off += max(d, -d)
			}
		}
		if mean := float64(off) / float64(m.Width*m.Height); mean > 12 {
			t.Errorf("%d×%d: luma is off by %.1f on average", m.Width, m.Height, mean)
		}
		if cb, cr := p.Cb[len(p.Cb)/2], p.Cr[len(p.Cr)/2]; cb < 110 || cb > 130 || cr < 130 || cr > 150 {
			t.Errorf("chroma %d %d, want about 120 140", cb, cr)
		}
	}
}

func TestDecodeKeyRefuses(t *testing.T) {
	units := encoded(t, cameratest.Mode(), 2)
	key := units[0].NALUs
	without := func(kind int) (out [][]byte) {
		for _, n := range key {
			if h264.Type(n) != kind {
				out = append(out, n)
			}
		}
		return out
	}
	cut := slices.Clone(key)
	cut[len(cut)-1] = cut[len(cut)-1][:40]
	for name, nalus := range map[string][][]byte{
		"nothing":           nil,
		"an inter picture":  units[1].NALUs,
		"no SPS":            without(h264.TypeSPS),
		"no PPS":            without(h264.TypePPS),
		"no picture":        without(h264.TypeIDR),
		"half a picture":    cut,
		"empty NALUs":       {{}, {0x67}, {0x68}, {0x65}},
		"a broken SPS":      {{0x67, 1, 2, 3}, key[1], key[2]},
		"two of everything": append(slices.Clone(key), key...),
	} {
		if p, err := openh264.DecodeKey(nalus); err == nil {
			t.Errorf("%s: a picture of %v", name, p.Rect)
		}
	}
}

// FuzzDecodeKey gives the decoder what a broken recording or camera could hold.
func FuzzDecodeKey(f *testing.F) {
	small := camera.Mode{Width: 64, Height: 48, FPS: 30, Bitrate: 100_000}
	key := encoded(f, small, 1)[0].NALUs
	stream := func(nalus [][]byte) (b []byte) {
		for _, n := range nalus {
			b = append(append(b, 0, 0, 0, 1), n...)
		}
		return b
	}
	f.Add(stream(key))
	f.Add(stream(append(slices.Clone(key[:2]), key[2][:20])))
	f.Add([]byte{0, 0, 1, 0x67, 66, 0xc0, 30, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := openh264.DecodeKey(h264.Split(data))
		if err == nil && p.Rect.Dx() < 16 {
			t.Errorf("a picture of %v", p.Rect)
		}
	})
}

// FuzzDecodeSlice leaves the SPS as it is, so that what is fuzzed gets further
// into the decoder: it replaces the bytes of the PPS and of the slice from
// somewhere on.
func FuzzDecodeSlice(f *testing.F) {
	key := encoded(f, camera.Mode{Width: 64, Height: 48, FPS: 30, Bitrate: 400_000}, 1)[0].NALUs
	sps, pps, idr := key[0], key[1], key[len(key)-1]
	f.Add(idr[1:], uint16(0), pps[1:])
	f.Add(idr[9:], uint16(8), pps[1:])
	f.Add(bytes.Repeat([]byte{0x5a}, 200), uint16(20), pps[1:])
	f.Fuzz(func(t *testing.T, slice []byte, from uint16, parameters []byte) {
		broken := append(bytes.Clone(idr[:1+int(from)%len(idr)]), slice...)
		set := append([]byte{pps[0]}, parameters...)
		_, _ = openh264.DecodeKey([][]byte{sps, set, broken})
		_, _ = openh264.DecodeKey([][]byte{sps, pps, broken, idr})
	})
}

func BenchmarkDecodeKey720p(b *testing.B) {
	key := encoded(b, camera.Mode{Width: 1280, Height: 720, FPS: 30, Bitrate: 2_000_000}, 1)[0].NALUs
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openh264.DecodeKey(key); err != nil {
			b.Fatal(err)
		}
	}
}
