package sim

import (
	"math"
	"slices"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/servo"
)

// picture returns what the camera of w sees 5 s from now.
func picture(w *World, width, height int) camera.Frame {
	return newPainter(w, width, height).paint(w.began.Add(5 * time.Second))
}

// part is a rectangle of a picture in fractions of it.
type part struct{ x0, y0, x1, y1 float64 }

// Parts of the home picture.
var (
	all     = part{0, 0, 1, 0.95}
	theBaby = part{0.38, 0.48, 0.62, 0.85}
	theWall = part{0.35, 0.02, 0.40, 0.2}
)

// measure returns the means of a part of a picture and the deviation of its
// luma.
func measure(f camera.Frame, p part) (luma, cb, cr, deviation float64) {
	n, squares := 0.0, 0.0
	x0, x1 := int(p.x0*float64(f.Width)), int(p.x1*float64(f.Width))
	for y := int(p.y0 * float64(f.Height)); y < int(p.y1*float64(f.Height)); y++ {
		for x := x0; x < x1; x++ {
			v := float64(f.Y[y*f.StrideY+x])
			luma += v
			squares += v * v
			c := y/2*f.StrideC + x/2
			cb += float64(f.Cb[c])
			cr += float64(f.Cr[c])
			n++
		}
	}
	luma, cb, cr = luma/n, cb/n, cr/n
	return luma, cb, cr, math.Sqrt(squares/n - luma*luma)
}

func lit(t *testing.T, lux float64, filterIn, lamps bool) camera.Frame {
	t.Helper()
	w := newWorld(t, Change{Lux: &lux})
	_ = w.Night().SetFilter(filterIn)
	_ = w.Night().SetLamps(lamps)
	return picture(w, 640, 360)
}

func TestLight(t *testing.T) {
	day, _, dayCr, _ := measure(lit(t, 400, true, false), all)
	dusk, _, _, _ := measure(lit(t, 25, true, false), all)
	dark, _, _, noise := measure(lit(t, 0, true, false), theWall)
	if day < 110 || dusk < 70 || dusk > day-15 || dark > 28 {
		t.Errorf("luma %.0f by day, %.0f at dusk, %.0f at night", day, dusk, dark)
	}
	if noise < 3 {
		t.Errorf("the dark has noise of %.1f only", noise)
	}
	_, _, openCr, _ := measure(lit(t, 400, false, false), all)
	if openCr < dayCr+8 {
		t.Errorf("without its filter the day is not pink: Cr %.0f, with it %.0f", openCr, dayCr)
	}
	if blocked, _, _, _ := measure(lit(t, 0, true, true), all); blocked > 40 {
		t.Errorf("the filter lets the lamps' light through: luma %.0f", blocked)
	}
}

func TestInfraredIsGrey(t *testing.T) {
	f := lit(t, 0, false, true)
	if luma, _, _, _ := measure(f, theBaby); luma < 90 {
		t.Errorf("the lamps light the baby to luma %.0f only", luma)
	}
	for _, plane := range [][]byte{f.Cb, f.Cr} {
		if low, high := slices.Min(plane), slices.Max(plane); low != 128 || high != 128 {
			t.Errorf("chroma from %d to %d, want 128", low, high)
		}
	}
}

// difference returns the mean difference of luma between two pictures.
func difference(a, b camera.Frame, p part) float64 {
	sum, n := 0.0, 0.0
	for y := int(p.y0 * float64(a.Height)); y < int(p.y1*float64(a.Height)); y++ {
		for x := int(p.x0 * float64(a.Width)); x < int(p.x1*float64(a.Width)); x++ {
			sum += math.Abs(float64(a.Y[y*a.StrideY+x]) - float64(b.Y[y*b.StrideY+x]))
			n++
		}
	}
	return sum / n
}

func TestHeadMovesThePicture(t *testing.T) {
	const degrees = 10.0 // 156 samples
	w := newWorld(t, Change{Lux: to(400.0)})
	home := picture(w, 1280, 720)
	if err := w.Head().Move(servo.Pose{Pan: degrees}); err != nil {
		t.Fatal(err)
	}
	right := picture(w, 1280, 720)
	if d := difference(home, right, all); d < 10 {
		t.Errorf("the picture hardly changes: %.1f", d)
	}
	const shift = int(degrees * pixelsPerDegree)
	home.Y = home.Y[shift:]
	if d := difference(right, home, part{0, 0, 0.85, 0.95}); d > 3 {
		t.Errorf("looking right does not move the room to the left by %d samples: %.1f", shift, d)
	}
	if err := w.Head().Move(servo.Pose{Tilt: degrees}); err != nil {
		t.Fatal(err)
	}
	up := picture(w, 1280, 720)
	home = picture(newWorld(t, Change{Lux: to(400.0)}), 1280, 720)
	up.Y = up.Y[shift*up.StrideY:]
	up.Height -= shift
	if d := difference(up, home, part{0, 0, 1, 0.9}); d > 3 {
		t.Errorf("looking up does not move the room down by %d samples: %.1f", shift, d)
	}
}

func TestZoomEnlarges(t *testing.T) {
	w := newWorld(t, Change{Lux: to(400.0)})
	home := picture(w, 1280, 720)
	if err := w.Camera().SetZoom(camera.Rect{X: 0.25, Y: 0.25, W: 0.5, H: 0.5}); err != nil {
		t.Fatal(err)
	}
	near := picture(w, 1280, 720)
	sum, n := 0.0, 0.0
	for y := 0; y < 680; y += 3 {
		for x := 0; x < 1280; x += 3 {
			sum += math.Abs(float64(near.Y[y*1280+x]) - float64(home.Y[(180+y/2)*1280+320+x/2]))
			n++
		}
	}
	if d := sum / n; d > 3 {
		t.Errorf("the middle is not shown twice as large: %.1f", d)
	}
}

func TestBabyMoves(t *testing.T) {
	moved := func(c Change, gap time.Duration) float64 {
		c.Lux = to(400.0)
		w := newWorld(t, c)
		p := newPainter(w, 640, 360)
		at := w.began.Add(5 * time.Second)
		a := p.paint(at)
		a.Y = slices.Clone(a.Y)
		return difference(a, p.paint(at.Add(gap)), theBaby)
	}
	still := moved(Change{}, time.Nanosecond)
	breath := moved(Change{}, 900*time.Millisecond)
	stir := moved(Change{Motion: to(true)}, 900*time.Millisecond)
	cry := moved(Change{Cry: to(true)}, 900*time.Millisecond)
	if breath < still+0.1 || stir < breath+1 || cry < breath+1 {
		t.Errorf("differences: none %.2f, breathing %.2f, stirring %.2f, crying %.2f", still, breath, stir, cry)
	}
}

func TestMobileTurnsToMusic(t *testing.T) {
	w := newWorld(t, Change{})
	at := w.began
	turned := func() float64 {
		before := w.scene(at).angle
		for range 30 {
			at = at.Add(time.Second / 30)
			w.scene(at)
		}
		return w.scene(at).angle - before
	}
	if a := turned(); a != 0 {
		t.Errorf("turns by %v in silence", a)
	}
	loud := make([]int16, 960)
	for i := range loud {
		loud[i] = 5000
	}
	w.tape.write(loud, at)
	if a := turned(); a <= 0 {
		t.Error("does not turn to music")
	}
}

// TestPaintIsTheSameHoweverOftenPainted compares what was painted step by step
// with what is painted at once.
func TestPaintIsTheSameHoweverOftenPainted(t *testing.T) {
	w := newWorld(t, Change{Cry: to(true)})
	p := newPainter(w, 640, 360)
	at := w.began.Add(5 * time.Second)
	for i := range 8 {
		_ = w.Head().Move(servo.Pose{Pan: float64(i) * 1.3, Tilt: float64(i) * 0.7})
		_ = w.Night().SetLamps(i%3 == 0)
		at = at.Add(time.Second / 30)
		p.paint(at)
	}
	fresh := newPainter(w, 640, 360)
	fresh.paint(at)
	if !slices.Equal(p.plate.y, fresh.plate.y) || !slices.Equal(p.plate.cb, fresh.plate.cb) || !slices.Equal(p.plate.cr, fresh.plate.cr) {
		t.Error("leaves traces of earlier pictures")
	}
}

func TestPaintingDoesNotAllocate(t *testing.T) {
	w := newWorld(t, Change{Cry: to(true)})
	p := newPainter(w, 320, 180)
	at := w.began.Add(5 * time.Second)
	paint := func() {
		at = at.Add(time.Second / 30)
		_ = w.Head().Move(servo.Pose{Pan: at.Sub(w.began).Seconds()})
		p.paint(at)
	}
	for range 90 { // until every buffer has met its largest shape
		paint()
	}
	if n := testing.AllocsPerRun(30, paint); n >= 1 {
		t.Errorf("%.1f allocations a picture", n)
	}
}

func TestEverySizeIsPainted(t *testing.T) {
	w := newWorld(t, Change{})
	for _, size := range [][2]int{{160, 90}, {320, 180}, {322, 182}, {640, 480}, {480, 854}, {1920, 1080}} {
		_ = w.Head().Move(servo.Pose{Pan: 17.3, Tilt: -8.1})
		f := picture(w, size[0], size[1])
		if _, ok := ReadStrip(f); !ok {
			t.Errorf("%v: the strip cannot be read", size)
		}
		if luma, _, _, deviation := measure(f, all); luma < 60 || deviation < 15 {
			t.Errorf("%v: luma %.0f ± %.0f", size, luma, deviation)
		}
	}
}

func TestStrip(t *testing.T) {
	at := time.UnixMilli(0xA5_12345678)
	f := picture(newWorld(t, Change{}), 640, 360)
	paintStrip(&f, at)
	if ms, ok := ReadStrip(f); !ok || ms != 0x12345678 {
		t.Errorf("reads %#x, %v", ms, ok)
	}
	for _, damaged := range []int{0, 7, 8, 20, 39, 40, 47} {
		paintStrip(&f, at)
		for y := f.Height - 8; y < f.Height; y++ {
			for x := damaged * 8; x < damaged*8+8; x++ {
				f.Y[y*f.StrideY+x] = 255 - f.Y[y*f.StrideY+x]
			}
		}
		if _, ok := ReadStrip(f); ok {
			t.Errorf("cell %d is wrong and nobody notices", damaged)
		}
	}
	if _, ok := ReadStrip(camera.Frame{Width: 64, Height: 32}); ok {
		t.Error("reads a strip from a picture too small for one")
	}
}
