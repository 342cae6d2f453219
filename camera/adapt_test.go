package camera

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestLadder(t *testing.T) {
	type s = [3]int
	for _, c := range []struct {
		mode Mode
		want []s
	}{
		{Mode{Width: 1280, Height: 720, FPS: 30}, []s{{1280, 720, 30}, {1280, 720, 20}, {1280, 720, 15}, {960, 540, 15}, {640, 360, 15}, {640, 360, 10}, {320, 180, 10}}},
		{Mode{Width: 640, Height: 480, FPS: 15}, []s{{640, 480, 15}, {480, 360, 15}, {320, 240, 15}, {320, 240, 10}, {160, 120, 10}}},
		{Mode{Width: 320, Height: 180, FPS: 5}, []s{{320, 180, 5}, {240, 134, 5}, {160, 90, 5}}},
	} {
		var got []s
		for _, m := range ladder(c.mode) {
			got = append(got, s{m.Width, m.Height, m.FPS})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.mode, got, c.want)
		}
	}
}

// TestGovernor lets encoders run that take so long for a picture of the full
// size.
func TestGovernor(t *testing.T) {
	steps := ladder(Mode{Width: 1280, Height: 720, FPS: 30})
	full := float64(1280 * 720)
	for name, c := range map[string]struct {
		took  func(at time.Duration) time.Duration // for a full picture
		want  int                                  // step after 10 minutes
		moves int                                  // at most
	}{
		"fast":                    {always(10 * time.Millisecond), 0, 0},
		"just fast enough":        {always(26 * time.Millisecond), 0, 0},
		"a bit too slow":          {always(30 * time.Millisecond), 1, 1},
		"too slow":                {always(45 * time.Millisecond), 2, 2},
		"a Pi 3":                  {always(110 * time.Millisecond), 4, 4},
		"hopeless":                {always(3 * time.Second), 6, 6},
		"busy at the beginning":   {busyUntil(20*time.Second, 80*time.Millisecond, 8*time.Millisecond), 0, 8},
		"one slow second is fine": {func(at time.Duration) time.Duration { return pick(at < time.Second, 40, 10) }, 0, 0},
		"to and fro": {func(at time.Duration) time.Duration {
			return pick(int(at.Seconds())/30%2 == 0, 10, 45)
		}, -1, 24},
	} {
		g := governor{}
		moves := 0
		for at := time.Duration(0); at < 10*time.Minute; {
			m := steps[g.step]
			took := time.Duration(float64(c.took(at)) * float64(m.Width*m.Height) / full)
			at += max(took, time.Second/time.Duration(m.FPS))
			next := g.see(steps, took)
			if next.step != g.step {
				moves++
			}
			g = next
		}
		if c.want >= 0 && g.step != c.want || moves > c.moves {
			t.Errorf("%s: step %d after %d moves, want %d after at most %d", name, g.step, moves, c.want, c.moves)
		}
	}
}

func always(d time.Duration) func(time.Duration) time.Duration {
	return func(time.Duration) time.Duration { return d }
}

func busyUntil(end, busy, later time.Duration) func(time.Duration) time.Duration {
	return func(at time.Duration) time.Duration {
		if at < end {
			return busy
		}
		return later
	}
}

func pick(so bool, yes, no int) time.Duration {
	if so {
		return time.Duration(yes) * time.Millisecond
	}
	return time.Duration(no) * time.Millisecond
}

// slow is an encoder that takes its time from a clock of the test.
type slow struct {
	Mode
	clock *time.Time
}

func (s slow) Encode(f Frame) (AccessUnit, error) {
	if f.Width != s.Width || f.Height != s.Height {
		return AccessUnit{}, errors.New("another size")
	}
	*s.clock = s.clock.Add(60 * time.Millisecond * time.Duration(f.Width*f.Height) / (320 * 180))
	return AccessUnit{At: f.At, NALUs: [][]byte{{1}}}, nil
}

func (s slow) Close() error { return nil }

func TestAdaptiveTellsWhatItDoes(t *testing.T) {
	clock := time.Now()
	var told []Mode
	open := Adaptive(func(m Mode) (Encoder, error) { return slow{m, &clock}, nil }, func(m Mode) { told = append(told, m) })
	e, err := open(Mode{Width: 320, Height: 180, FPS: 30, Bitrate: 2_000_000})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.(*adaptive).now = func() time.Time { return clock }
	_ = e.(Rater).SetBitrate(900_000)
	f := Frame{Width: 320, Height: 180, StrideY: 320, StrideC: 160, Y: make([]byte, 320*180), Cb: make([]byte, 160*90), Cr: make([]byte, 160*90)}
	units := 0
	begun := clock
	for at := begun; at.Sub(begun) < 12*time.Second; at = at.Add(time.Second / 30) {
		f.At = at
		u, err := e.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		units += len(u.NALUs)
	}
	last := told[len(told)-1]
	if units == 0 || last.Width != 240 || last.FPS != 15 || last.Bitrate != 900_000 || len(told) != 4 {
		t.Errorf("told %v", told)
	}
}

func TestScaleKeepsThePicture(t *testing.T) {
	const w, h = 1280, 720
	f := Frame{Width: w, Height: h, StrideY: w + 10, StrideC: w/2 + 6, Y: make([]byte, (w+10)*h), Cb: make([]byte, (w/2+6)*h/2), Cr: make([]byte, (w/2+6)*h/2)}
	for y := range h {
		for x := range w {
			f.Y[y*f.StrideY+x] = byte(x*150/w + y*100/h)
		}
	}
	for y := range h / 2 {
		for x := range w / 2 {
			f.Cb[y*f.StrideC+x], f.Cr[y*f.StrideC+x] = byte(x*2*200/w), byte(y*2*200/h)
		}
	}
	var s scaler
	for _, to := range [][2]int{{960, 540}, {640, 360}, {320, 180}, {960, 540}, {w, h}} {
		g := s.to(f, to[0], to[1])
		for y := range g.Height {
			for x := range g.Width {
				want := (2*x+1)*75/g.Width + (2*y+1)*50/g.Height
				if got := int(g.Y[y*g.StrideY+x]); got < want-2 || got > want+2 {
					t.Fatalf("%v (%d,%d): %d, want %d", to, x, y, got, want)
				}
			}
		}
		mid := g.Height/4*g.StrideC + g.Width/4
		if cb, cr := int(g.Cb[mid]), int(g.Cr[mid]); cb < 98 || cb > 102 || cr < 98 || cr > 102 {
			t.Errorf("%v: chroma %d %d in the middle", to, cb, cr)
		}
	}
}

func BenchmarkScale720pTo540p(b *testing.B) {
	f := Frame{Width: 1280, Height: 720, StrideY: 1280, StrideC: 640, Y: make([]byte, 1280*720), Cb: make([]byte, 640*360), Cr: make([]byte, 640*360)}
	var s scaler
	b.ReportAllocs()
	for b.Loop() {
		s.to(f, 960, 540)
	}
}
