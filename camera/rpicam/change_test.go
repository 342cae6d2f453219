//go:build cgo

package rpicam

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/openh264"
)

// pids returns the process numbers that the fake has had.
func (f *faked) pids() (pids []int) {
	for _, s := range f.starts() {
		number, _, _ := strings.Cut(s, " ")
		if pid, err := strconv.Atoi(number); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// TestZoomStartsAnew pinches a few times and expects one new child, a notice,
// and a short gap that the hub does not take for a failure.
func TestZoomStartsAnew(t *testing.T) {
	for name, encoder := range map[string]camera.NewEncoder{"coded": nil, "raw": openh264.New} {
		t.Run(name, func(t *testing.T) {
			o, f := pretend(t, "slow:300")
			o.Encoder = encoder
			var mu sync.Mutex
			var told []string
			o.Restarting = func(why string) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, why)
			}
			cam := camera.New(camera.Options{Source: New(o).Source(), Mode: cameratest.Mode(), Log: o.Log})
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- cam.Run(ctx) }()
			n, after := 0, 0
			var zoomed, last time.Time
			var gap time.Duration
			for range cam.Watch(ctx) {
				n++
				switch {
				case n == 20:
					zoomed = time.Now()
					for _, w := range []float64{0.9, 0.8, 0.7} {
						if err := cam.SetZoom(camera.Rect{X: 0.1, Y: 0.1, W: w, H: w}); err != nil {
							t.Fatal(err)
						}
					}
				case n > 20:
					gap = max(gap, time.Since(last))
					after++
				}
				last = time.Now()
				if starts := f.starts(); len(starts) > 1 && gap > 200*time.Millisecond && after > 30 {
					break
				}
			}
			t.Logf("%v after the zoom; the longest gap is %v of which the fake takes 300 ms to start", time.Since(zoomed), gap)
			if gap > 1500*time.Millisecond {
				t.Errorf("a gap of %v", gap)
			}
			if s := cam.Status(); s.Restarts != 0 || s.Phase != camera.Live {
				t.Errorf("the hub took it for a failure: %+v", s)
			}
			if s := f.starts(); len(s) > 3 || !strings.Contains(s[len(s)-1], "--roi 0.1000,0.1000,0.7000,0.7000") {
				t.Errorf("started as %q", s)
			}
			mu.Lock()
			if len(told) < 2 || !strings.Contains(told[0], "zoom") || told[len(told)-1] != "" {
				t.Errorf("told %q", told)
			}
			mu.Unlock()
			cancel()
			<-ended
		})
	}
}

func TestLookStartsAnew(t *testing.T) {
	o, f := pretend(t, "ok")
	c := New(o)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	n := 0
	_ = c.Source().Capture(ctx, cameratest.Mode(), func(camera.AccessUnit) {
		if n++; n == 3 {
			_ = c.Adjust(camera.Look{Grey: true})
		}
		if len(f.starts()) == 2 {
			cancel()
		}
	})
	if s := f.starts(); len(s) != 2 || !strings.Contains(s[1], "--saturation 0") {
		t.Errorf("started as %q", s)
	}
	if err := c.SetZoom(camera.Rect{X: 0.9, Y: 0, W: 0.5, H: 1}); err == nil {
		t.Error("zooms beyond the picture")
	}
}

// TestGreyWithoutAGap takes the colours of raw pictures away while the child goes
// on.
func TestGreyWithoutAGap(t *testing.T) {
	o, f := pretend(t, "ok")
	o.Encoder = openh264.New
	c := New(o)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	n := 0
	var seen []byte
	_ = raw{c}.Frames(ctx, cameratest.Mode(), func(p camera.Frame) {
		n++
		seen = append(seen, p.Cb[0], p.Cr[len(p.Cr)-1])
		_ = c.Adjust(camera.Look{Grey: n == 3})
		if n == 5 {
			cancel()
		}
	})
	if n < 5 || seen[4] == 128 || seen[6] != 128 || seen[7] != 128 || seen[8] == 128 {
		t.Errorf("%d pictures with the colours %d", n, seen)
	}
	if s := f.starts(); len(s) != 1 {
		t.Errorf("started as %q", s)
	}
}

func TestChildEndsWithTheCapture(t *testing.T) {
	for _, plan := range []string{"ok", "deaf", "hang:2 deaf"} {
		o, f := pretend(t, plan)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		n := 0
		var told time.Time
		err := New(o).Source().Capture(ctx, cameratest.Mode(), func(camera.AccessUnit) {
			if n++; n == 2 {
				told = time.Now()
				cancel()
			}
		})
		cancel()
		if !errors.Is(err, context.Canceled) || told.IsZero() {
			t.Errorf("%s: %v", plan, err)
		}
		if took := time.Since(told); took > 5*time.Second {
			t.Errorf("%s: took %v to end", plan, took)
		}
		for _, pid := range f.pids() {
			if alive(pid) {
				t.Errorf("%s: the child lives on", plan)
			}
		}
	}
}

// TestChildDiesWithTheMonitor kills a process that captures. Its child ignores
// SIGINT, so that the kernel alone can have ended it.
func TestChildDiesWithTheMonitor(t *testing.T) {
	if os.Getenv(parentRole) != "" {
		o := Options{Command: program(t, os.Getenv(fakeDir))}
		_ = os.Unsetenv(parentRole)
		_ = New(o).Source().Capture(t.Context(), cameratest.Mode(), func(camera.AccessUnit) {})
		return
	}
	_, f := pretend(t, "deaf")
	monitor := exec.Command(program(t, f.dir), "-test.run", "^TestChildDiesWithTheMonitor$")
	monitor.Env = append(os.Environ(), parentRole+"=1")
	if err := monitor.Start(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	await := func(what string, so func() bool) {
		for deadline := time.Now().Add(30 * time.Second); !so(); <-tick.C {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
		}
	}
	await("the fake was not started", func() bool {
		_, err := os.Stat(filepath.Join(f.dir, "starts"))
		return err == nil && len(f.pids()) == 1
	})
	_ = monitor.Process.Kill()
	_ = monitor.Wait()
	await("the child outlives the monitor", func() bool { return !alive(f.pids()[0]) })
}
