package v4l2

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
)

// The pattern that the fake films: its samples at (x, y).
func lumaAt(n, x, y int) byte { return byte(16 + (3*x+5*y+n)%200) }
func cbAt(x, y int) byte      { return byte(64 + (x+y)%100) }
func crAt(x, y int) byte      { return byte(90 + (2*x+y)%100) }

// fillRaw writes the pattern in the layout's format.
func fillRaw(n int, l layout, b []byte) int {
	w, h := l.width, l.height
	for y := range h {
		for x := range w {
			luma, cb, cr := lumaAt(n, x, y), cbAt(x/2, y/2), crAt(x/2, y/2)
			switch l.format {
			case fmtYUYV:
				b[y*l.stride+2*x] = luma
				b[y*l.stride+2*x+1] = []byte{cb, cr}[x%2]
			case fmtUYVY:
				b[y*l.stride+2*x+1] = luma
				b[y*l.stride+2*x] = []byte{cb, cr}[x%2]
			case fmtNV12:
				b[y*l.stride+x] = luma
				b[l.stride*h+y/2*l.stride+x/2*2] = cb
				b[l.stride*h+y/2*l.stride+x/2*2+1] = cr
			case fmtYU12:
				b[y*l.stride+x] = luma
				b[l.stride*h+y/2*l.stride/2+x/2] = cb
				b[l.stride*h*5/4+y/2*l.stride/2+x/2] = cr
			}
		}
	}
	switch l.format {
	case fmtMJPEG:
		return copy(b, picture(n, w, h))
	case fmtYUYV, fmtUYVY:
		return l.stride * h
	}
	return l.stride * h * 3 / 2
}

// picture is the pattern as Motion JPEG in 4:2:2 without Huffman tables. It is
// flatter, so that nothing is lost.
func picture(n, w, h int) []byte {
	p := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio422)
	for i := range p.Y {
		p.Y[i] = 255
	}
	for i := range p.Cb {
		p.Cb[i], p.Cr[i] = 128, 200
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 100}); err != nil {
		panic(err)
	}
	bare := append([]byte{}, b.Bytes()[:2]...)
	at := 2
	for marker, s := range segments(b.Bytes()) {
		if marker != markerDHT {
			bare = append(bare, s...)
		}
		at += len(s)
	}
	return append(bare, b.Bytes()[at:]...)
}

func TestFrames(t *testing.T) {
	for _, format := range []fourcc{fmtYUYV, fmtUYVY, fmtNV12, fmtYU12, fmtMJPEG} {
		for name, stride := range map[string]func(int) int{
			"packed": nil, "padded": func(n int) int { return (n + 63) &^ 63 }, "odd": func(n int) int { return n + 6 },
		} {
			t.Run(format.String()+" "+name, func(t *testing.T) {
				cameratest.TestFrames(t, cameratest.Mode(), func(t *testing.T) camera.Frames {
					d := webcam(format)
					d.stride = stride
					return checked{t, openFake(t, one(d), Options{}), format}
				})
			})
		}
	}
}

// checked checks every sample.
type checked struct {
	t      *testing.T
	frames camera.Frames
	format fourcc
}

func (c checked) Frames(ctx context.Context, m camera.Mode, emit func(camera.Frame)) error {
	return c.frames.Frames(ctx, m, func(f camera.Frame) {
		n := int(f.Y[0]) - 16
		for y := range f.Height {
			for x := range f.Width {
				luma, cb, cr := lumaAt(n, x, y), cbAt(x/2, y/2), crAt(x/2, y/2)
				if c.format == fmtMJPEG {
					luma, cb, cr = 235, 128, 191
				}
				if f.Y[y*f.StrideY+x] != luma || f.Cb[y/2*f.StrideC+x/2] != cb || f.Cr[y/2*f.StrideC+x/2] != cr {
					c.t.Fatalf("(%d,%d) is %d %d %d, want %d %d %d", x, y, f.Y[y*f.StrideY+x], f.Cb[y/2*f.StrideC+x/2], f.Cr[y/2*f.StrideC+x/2], luma, cb, cr)
				}
			}
		}
		emit(f)
	})
}

func TestOddSizesLoseTheirLastLine(t *testing.T) {
	for _, format := range []fourcc{fmtYUYV, fmtNV12, fmtYU12} {
		l := layout{format: format, width: 35, height: 23, stride: 80}
		b := make([]byte, 80*24*2)
		fillRaw(0, layout{format: format, width: 34, height: 23, stride: 80}, b)
		var c converter
		f, err := c.i420(l, b)
		if err != nil || f.Width != 34 || f.Height != 22 {
			t.Fatalf("%v: %d×%d, %v", format, f.Width, f.Height, err)
		}
		if got, want := f.Y[21*f.StrideY+33], lumaAt(0, 33, 21); got != want {
			t.Errorf("%v: last sample %d, want %d", format, got, want)
		}
	}
}

func TestShortBuffersAreRefused(t *testing.T) {
	var c converter
	for _, format := range []fourcc{fmtYUYV, fmtUYVY, fmtNV12, fmtYU12, fmtMJPEG} {
		l := layout{format: format, width: 64, height: 48, stride: 64}
		full := make([]byte, 64*48*2)
		n := fillRaw(0, layout{format: format, width: 64, height: 48, stride: 128}, make([]byte, 128*48*2))
		for _, short := range []int{0, 1, min(n, 64*48)} {
			if _, err := c.i420(l, full[:short]); err == nil {
				t.Errorf("%v: %d bytes make a picture", format, short)
			}
		}
	}
	d := webcam(fmtNV12)
	d.fill = func(int, layout, []byte) int { return 100 }
	err := openFake(t, one(d), Options{}).Frames(t.Context(), cameratest.Mode(), func(camera.Frame) { t.Error("a picture of 100 bytes") })
	if err == nil || !strings.Contains(err.Error(), "broken pictures") {
		t.Error(err)
	}
}

func TestChoose(t *testing.T) {
	hd := camera.Mode{Width: 1280, Height: 720, FPS: 30}
	for name, c := range map[string]struct {
		offers []offer
		want   fourcc
	}{
		"raw is cheapest":          {[]offer{{fmtMJPEG, 1280, 720, 30}, {fmtYUYV, 1280, 720, 30}}, fmtYUYV},
		"raw is too slow":          {[]offer{{fmtYUYV, 1280, 720, 10}, {fmtMJPEG, 1280, 720, 30}}, fmtMJPEG},
		"raw is too small":         {[]offer{{fmtYUYV, 640, 480, 30}, {fmtMJPEG, 1280, 720, 30}}, fmtMJPEG},
		"the rate is not told":     {[]offer{{fmtUYVY, 1280, 720, 0}, {fmtMJPEG, 1280, 720, 30}}, fmtUYVY},
		"I420 before NV12":         {[]offer{{fmtNV12, 1280, 720, 30}, {fmtYU12, 1280, 720, 30}}, fmtYU12},
		"a bit slower is fine":     {[]offer{{fmtNV12, 1280, 720, 25}, {fmtMJPEG, 1280, 720, 30}}, fmtNV12},
		"nothing comes close":      {[]offer{{fmtYUYV, 320, 240, 30}, {fmtNV12, 640, 480, 30}}, fmtNV12},
		"unknown ones are skipped": {[]offer{{fcc("pBAA"), 1280, 720, 30}, {fmtMJPEG, 640, 480, 30}}, fmtMJPEG},
	} {
		if got, ok := choose(c.offers, hd); !ok || got.format != c.want {
			t.Errorf("%s: %v, want %v", name, got.format, c.want)
		}
	}
	if _, ok := choose([]offer{{format: fcc("pBAA")}, {format: fmtH264}}, hd); ok {
		t.Error("chose what cannot be converted")
	}
}

func TestCameraChoosesFormatByRate(t *testing.T) {
	d := webcam(fmtYUYV, fmtMJPEG)
	d.rates = map[fourcc]uint32{fmtYUYV: 10, fmtMJPEG: 30}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_ = checked{t, openFake(t, one(d), Options{}), fmtMJPEG}.Frames(ctx, cameratest.Mode(), func(camera.Frame) { cancel() })
	if ctx.Err() == nil {
		t.Error("no picture")
	}
}

func TestPacerLeavesOutWhatIsTooMuch(t *testing.T) {
	for have, want := range map[int]int{60: 30, 50: 30, 45: 30, 31: 30, 30: 30, 25: 25, 10: 10} {
		p := pacer{fps: 30}
		n := 0
		at := time.Now()
		for range 10 * have {
			if p.due(at) {
				n++
			}
			at = at.Add(time.Second / time.Duration(have))
		}
		if n < 10*want-12 || n > 10*want+12 {
			t.Errorf("%d pictures a second become %.1f, want %d", have, float64(n)/10, want)
		}
	}
}

func FuzzJPEG(f *testing.F) {
	f.Add(picture(0, 32, 16))
	f.Add([]byte{0xff, 0xd8, 0xff, 0xda, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		var c converter
		p, err := c.i420(layout{format: fmtMJPEG, width: 64, height: 64}, data)
		if err == nil && (len(p.Y) < p.StrideY*(p.Height-1)+p.Width || p.Width > 64) {
			t.Error("a plane is too short")
		}
	})
}

func FuzzRaw(f *testing.F) {
	f.Add(uint8(0), uint16(35), uint16(23), uint16(80), make([]byte, 4000))
	f.Fuzz(func(t *testing.T, format uint8, w, h, stride uint16, data []byte) {
		formats := []fourcc{fmtYUYV, fmtUYVY, fmtNV12, fmtYU12}
		l := layout{format: formats[int(format)%4], width: 16 + int(w)%200, height: 16 + int(h)%200, stride: int(stride) % 1000}
		var c converter
		p, err := c.i420(l, data)
		if err != nil {
			return
		}
		_ = p.Copy() // reads every sample
	})
}
