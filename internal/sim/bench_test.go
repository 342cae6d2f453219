package sim

import (
	"context"
	"syscall"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/camera"
	"babymonitor/servo"
)

// cpu returns the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// share reports the processor time since before, of something done rate times
// a second, as per cent of one core. It holds on a busy machine too.
func share(b *testing.B, before time.Duration, rate float64) {
	b.ReportMetric((cpu(b)-before).Seconds()/float64(b.N)*rate*100, "%core")
}

// BenchmarkPicture paints 1280×720; its share of a core is that at 30 pictures
// a second.
func BenchmarkPicture(b *testing.B) {
	yes := true
	for _, c := range []struct {
		name   string
		change Change
		each   func(w *World, n int)
	}{
		{name: "asleep"},
		{name: "crying", change: Change{Cry: &yes}},
		{name: "panning", each: func(w *World, n int) {
			_ = w.Head().Move(servo.Pose{Pan: float64(n%80) - 40.3, Tilt: float64(n%20) - 10})
		}},
		{name: "zoomed", each: func(w *World, n int) {
			_ = w.Camera().SetZoom(camera.Rect{X: float64(n%20) / 100, Y: .4, W: .35, H: .35})
		}},
		{name: "light changing", each: func(w *World, n int) {
			_ = w.Night().SetLamps(n&1 == 0)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			w, err := New(Options{Quiet: true, Start: c.change})
			if err != nil {
				b.Fatal(err)
			}
			p := newPainter(w, 1280, 720)
			at := time.Now().Add(5 * time.Second)
			p.paint(at)
			b.ReportAllocs()
			before := cpu(b)
			for n := 0; b.Loop(); n++ {
				if c.each != nil {
					c.each(w, n)
				}
				p.paint(at)
				at = at.Add(time.Second / 30)
			}
			share(b, before, 30)
		})
	}
}

// BenchmarkSound makes 20 ms of microphone while the baby cries, the noisiest
// it gets.
func BenchmarkSound(b *testing.B) {
	for name, cry := range map[string]bool{"asleep": false, "crying": true} {
		b.Run(name, func(b *testing.B) {
			w, err := New(Options{Quiet: true, Start: Change{Cry: &cry}})
			if err != nil {
				b.Fatal(err)
			}
			e := newEar(1)
			pcm := audio.PCM{At: time.Now().Add(5 * time.Second), Samples: make([]int16, audio.FrameSize)}
			b.ReportAllocs()
			before := cpu(b)
			for b.Loop() {
				e.hear(w, pcm)
				pcm.At = pcm.At.Add(audio.FrameTime)
			}
			share(b, before, 50)
		})
	}
}

func BenchmarkRoom(b *testing.B) {
	for b.Loop() {
		drawRoom(1)
	}
}

// BenchmarkFirstPicture is the time from the beginning of a capture to its
// first picture, in a prepared world.
func BenchmarkFirstPicture(b *testing.B) {
	w, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	w.Prepare()
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		_ = w.Camera().Frames(ctx, camera.Mode{}, func(camera.Frame) { cancel() })
	}
}
