package rpicam

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"babymonitor/camera"
)

func TestArguments(t *testing.T) {
	m := camera.Mode{Width: 1280, Height: 720, FPS: 25, Bitrate: 2_000_000, Rotate: 180}
	full := setting{zoom: camera.Full()}
	for name, c := range map[string]struct {
		j     job
		s     setting
		timed bool
		want  string
		not   string
	}{
		"its own H.264":     {job{mode: m}, full, true, "--codec h264 --inline -g 25 --profile baseline --level 4 -b 2000000 --rotation 180 --save-pts /dev/fd/3 --metadata /dev/fd/4 --metadata-format txt", "--roi"},
		"raw":               {job{mode: m, raw: true}, full, true, "--width 1280 --height 720 --framerate 25 --codec yuv420 --rotation 180 --save-pts", "--libav"},
		"raw, by a quarter": {job{mode: camera.Mode{Width: 640, Height: 480, FPS: 25, Rotate: 90}, raw: true}, full, true, "--codec yuv420 --save-pts", "--rotation"},
		"without times":     {job{mode: m}, full, false, "--libav-format h264 --low-latency --rotation 180", "--save-pts"},
		"raw without times": {job{mode: m, raw: true}, full, false, "--codec yuv420", "--libav-format"},
		"zoom":              {job{mode: m}, setting{zoom: camera.Rect{X: 0.25, Y: 0.1, W: 0.5, H: 1.0 / 3}}, true, "--roi 0.2500,0.1000,0.5000,0.3333", "--tuning"},
		"look":              {job{mode: m}, setting{tuning: "/t.json", look: camera.Look{FlipH: true, FlipV: true, Grey: true, Mains: 50}, zoom: camera.Full()}, true, "--tuning-file /t.json --hflip --vflip --saturation 0 --flicker-period 10000us", "--roi"},
		"60 Hz":             {job{mode: m}, setting{look: camera.Look{Mains: 60}, zoom: camera.Full()}, true, "--flicker-period 8333us", "--roi"},
		"by hand":           {job{mode: m}, setting{look: camera.Look{Exposure: 30 * time.Millisecond, ISO: 250, WhiteBalance: 5500}, zoom: camera.Full()}, true, "--shutter 30000us --gain 2.5 --awb daylight", "--saturation"},
	} {
		got := strings.Join(arguments(c.j, c.s, c.timed), " ")
		if !strings.HasPrefix(got, "-t 0 -n -o - --flush ") || !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestMetadata(t *testing.T) {
	var b block
	for line := range strings.Lines("ExposureTime=33000\r\nAnalogueGain=4.5\nDigitalGain=1.2\nLux=12.75\nColourGains=[ 1.5, 2.25 ]\nSensorTimestamp=123456789\nAeState=2\nFocusFoM=\nSensorTemperature=nan\nLux2\n=7\n") {
		b.line([]byte(line))
	}
	want := block{light: camera.Light{Lux: 12.75, Gain: 5.4, Exposure: 33 * time.Millisecond, Red: 1.5, Blue: 2.25}, sensor: 123456789}
	if b.light.Gain < 5.399 || b.light.Gain > 5.401 {
		t.Errorf("gain %v", b.light.Gain)
	}
	b.light.Gain = want.light.Gain
	if b != want {
		t.Errorf("%+v, want %+v", b, want)
	}
	for _, bad := range []string{"Lux=-1", "Lux=inf", "Lux=1e300", "Lux=0x", "Lux", "ColourGains=[1"} {
		b := block{}
		b.line([]byte(bad))
		if b != (block{}) {
			t.Errorf("%q: %+v", bad, b)
		}
	}
}

func TestPTS(t *testing.T) {
	for line, want := range map[string]time.Duration{"0.000": 0, "33.333": 33333 * time.Microsecond, "3600000.001\r": time.Hour + time.Microsecond, "# timecode format v2": -1, "": -1, "-1": -1, "nan": -1, "1e99": -1} {
		got, ok := parsePTS([]byte(line))
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v, want %v", line, got, ok, want)
		}
	}
}

func TestLinesAreCut(t *testing.T) {
	long := strings.Repeat("x", 3*maxLine)
	var l lines
	var got []string
	text := "one\n\ntwo\n" + long + "\nthree\nfour"
	for len(text) > 0 {
		n := min(len(text), 1000)
		l.cut([]byte(text[:n]), func(b []byte) { got = append(got, string(b)) })
		text = text[n:]
	}
	want := []string{"one", "", "two", long[:maxLine], "three"}
	if !slices.Equal(got, want) {
		t.Errorf("%d lines: %.20q", len(got), got)
	}
}

func TestClock(t *testing.T) {
	var c clock
	begin := time.Now()
	var last time.Time
	for i := range 100 {
		pts := time.Duration(i) * 33 * time.Millisecond
		late := time.Duration(i*7919%30) * time.Millisecond
		at := c.time(pts, begin.Add(pts+40*time.Millisecond+late))
		if !at.After(last) {
			t.Fatalf("picture %d is not after the one before", i)
		}
		if i > 30 {
			if d := at.Sub(last); d < 32*time.Millisecond || d > 34*time.Millisecond {
				t.Errorf("picture %d comes %v after the one before, want 33 ms whatever the delay", i, d)
			}
		}
		last = at
	}
}

func TestClockGoesByTheSensor(t *testing.T) {
	var c clock
	now := time.Now()
	c.time(0, now)
	c.sensor(bootTime() - 50*time.Millisecond)
	at := c.time(33*time.Millisecond, now.Add(33*time.Millisecond))
	if d := at.Sub(now); d > 17*time.Millisecond { // it was taken 17 ms before it came, or more as time goes by
		t.Errorf("the second picture is stamped %v from the arrival of the first, want about 16 ms", d)
	}
	c.time(66*time.Millisecond, now.Add(66*time.Millisecond))
	before := c.offset
	c.sensor(time.Hour) // is of the second picture, not of the third
	if c.offset != before {
		t.Error("took the metadata of another picture")
	}
}

func TestComplaints(t *testing.T) {
	var b bytes.Buffer
	c := complaints{log: slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	for range 1000 {
		c.line([]byte("[0:1] WARN RPI something odd"))
	}
	c.line([]byte("INFO Camera not shown"))
	c.line([]byte("ERROR: *** no cameras available ***"))
	c.flush()
	if n := strings.Count(b.String(), "something odd"); n < burst/2 || n > burst+5 {
		t.Errorf("%d lines are logged", n)
	}
	if !strings.Contains(b.String(), "lines left out") || strings.Contains(b.String(), "not shown") {
		t.Error(b.String())
	}
	err := c.explain(errors.New("rpicam-vid ended"))
	if !strings.Contains(err.Error(), "ribbon cable") || !strings.Contains(err.Error(), "rpicam-vid ended") {
		t.Error(err)
	}
	c = complaints{log: slog.New(slog.DiscardHandler)}
	c.line([]byte("ERROR: *** a new one \xff ***"))
	if err := c.explain(errors.New("it ended")); !strings.Contains(err.Error(), "a new one") {
		t.Error(err)
	}
}

func TestRange(t *testing.T) {
	full := make([]byte, 256+256+3)
	for i := range full {
		full[i] = byte(i)
	}
	limit(full, 0, 256)
	for i := range 256 {
		y, c := 16+float64(i)*219/255, 128+(float64(i)-128)*224/255
		if d := float64(full[i]) - y; d > 1 || d < -1 {
			t.Errorf("luma %d becomes %d, want %.1f", i, full[i], y)
		}
		if d := float64(full[256+i]) - c; d > 1 || d < -1 {
			t.Errorf("chroma %d becomes %d, want %.1f", i, full[256+i], c)
		}
	}
	if full[128+256] != 128 {
		t.Errorf("no colour becomes %d", full[128+256])
	}
}

func TestRawSinkLearnsTheLayout(t *testing.T) {
	for name, c := range map[string]struct {
		width, stride, tail int
		first               int // picture that is shown
	}{
		"aligned":        {1280, 1280, 0, 0},
		"padded lines":   {780, 832, 0, 0},
		"a tail":         {1280, 1280, 4096, 0},
		"aligned to 32":  {780, 800, 0, 1},
		"packed":         {330, 330, 0, 1},
		"tail and lines": {330, 384, 512, 0},
	} {
		const h = 20
		n := -1
		var shown []int
		s := newRawSink(camera.Mode{Width: c.width, Height: h}, func(f camera.Frame) {
			shown = append(shown, n)
			if f.StrideY != c.stride || f.Y[0] != byte(16+((40+n)*219+127)/255) {
				t.Errorf("%s: stride %d, first sample %d", name, f.StrideY, f.Y[0])
			}
		})
		picture := make([]byte, c.stride*h*3/2+c.tail)
		for n = 0; n < 4; n++ {
			for i := range picture {
				picture[i] = byte(40 + n)
			}
			for rest := picture; len(rest) > 0; {
				k := copy(s.room(), rest)
				if k == 0 {
					t.Fatalf("%s: no room", name)
				}
				rest = rest[k:]
				if _, err := s.wrote(k, true); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.timed(time.Now()); err != nil {
				t.Fatalf("%s: picture %d: %v", name, n, err)
			}
		}
		if len(shown) != 4-c.first || shown[0] != c.first {
			t.Errorf("%s: shown %v", name, shown)
		}
	}
}

func TestList(t *testing.T) {
	got := parseList([]byte("Available cameras\n-----------------\n0 : ov5647 [2592x1944 10-bit GBRG] (/base/soc/i2c0mux/i2c@1/ov5647@36)\n    Modes: 'SGBRG10_CSI2P' : 640x480\n1 : imx219 [3280x2464]\n"))
	if !slices.Equal(got, []string{"ov5647", "imx219"}) {
		t.Error(got)
	}
	if _, err := List(t.Context(), "/nonexistent/rpicam-vid"); err == nil || !strings.Contains(err.Error(), "rpicam-apps-lite") {
		t.Error(err)
	}
	if _, err := List(t.Context(), "true"); err == nil || !strings.Contains(err.Error(), "ribbon cable") {
		t.Error(err)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("Lux=1\nColourGains=[ 1.5, 2 ]\n\n33.333\n# x\n"), uint8(3))
	f.Fuzz(func(t *testing.T, b []byte, n uint8) {
		var l lines
		var bl block
		for len(b) > 0 {
			k := min(len(b), 1+int(n))
			l.cut(b[:k], func(line []byte) {
				if len(line) > maxLine {
					t.Error("a line that is too long")
				}
				bl.line(line)
				parsePTS(line)
			})
			b = b[k:]
		}
		if bl.light.Lux < 0 || bl.light.Gain < 0 {
			t.Errorf("%+v", bl.light)
		}
	})
}

func FuzzCodedSink(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 1, 0, 0, 1, 0x65, 0x88, 0, 0, 1, 0x41, 0x9a}, uint8(5), true)
	f.Fuzz(func(t *testing.T, b []byte, n uint8, timed bool) {
		s := codedSink{emit: func(u camera.AccessUnit) {
			if len(u.NALUs) == 0 {
				t.Error("an empty unit")
			}
		}}
		for len(b) > 0 {
			k := copy(s.room()[:1+int(n)], b)
			b = b[k:]
			if _, err := s.wrote(k, timed); err != nil {
				return
			}
			if timed {
				_, _ = s.timed(time.Now())
			}
		}
	})
}
