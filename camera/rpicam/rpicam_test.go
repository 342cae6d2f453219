//go:build cgo

package rpicam

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/openh264"
)

// pretend sets up the fake with a plan and returns options that start it.
func pretend(t *testing.T, plan string) (Options, *faked) {
	t.Helper()
	f := &faked{t: t, dir: t.TempDir()}
	m := cameratest.Mode()
	e, err := openh264.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var clip []byte // a second, its first picture a keyframe
	for i := range m.FPS {
		u, err := e.Encode(cameratest.Picture(m, i))
		if err != nil {
			t.Fatal(err)
		}
		var unit []byte
		for _, nalu := range u.NALUs {
			unit = append(append(unit, 0, 0, 0, 1), nalu...)
		}
		clip = append(binary.BigEndian.AppendUint32(clip, uint32(len(unit))), unit...)
	}
	f.write("clip", clip)
	f.write("plan", []byte(plan))
	t.Setenv(fakeDir, f.dir)
	t.Setenv("GORACE", "atexit_sleep_ms=0") // the fake ends at once under the race detector too
	return Options{Command: program(t, f.dir), Log: slog.New(slog.NewTextHandler(f, nil))}, f
}

// faked is what the fake has seen and what was logged.
type faked struct {
	t   *testing.T
	dir string
	mu  sync.Mutex
	log bytes.Buffer
}

func (f *faked) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.Write(b)
}

func (f *faked) logged() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.String()
}

func (f *faked) write(name string, b []byte) {
	if err := os.WriteFile(filepath.Join(f.dir, name), b, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// starts returns the command lines that the fake was started with.
func (f *faked) starts() []string {
	b, _ := os.ReadFile(filepath.Join(f.dir, "starts"))
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func TestSourceOfItsOwnH264(t *testing.T) {
	o, _ := pretend(t, "ok")
	cameratest.TestSource(t, cameratest.Mode(), func(*testing.T) camera.Source { return New(o).Source() })
	if _, ok := New(o).Source().(camera.Keyframer); ok {
		t.Error("promises keyframes on request")
	}
}

func TestSourceThroughAnEncoder(t *testing.T) {
	o, _ := pretend(t, "ok")
	o.Encoder = openh264.New
	cameratest.TestSource(t, cameratest.Mode(), func(*testing.T) camera.Source { return New(o).Source() })
}

func TestRawFrames(t *testing.T) {
	o, _ := pretend(t, "ok")
	o.Encoder = openh264.New
	cameratest.TestFrames(t, cameratest.Mode(), func(*testing.T) camera.Frames { return raw{New(o)} })
}

func TestLight(t *testing.T) {
	for name, encoder := range map[string]camera.NewEncoder{"coded": nil, "raw": openh264.New} {
		o, _ := pretend(t, "ok")
		o.Encoder = encoder
		s := New(o).Source()
		m := s.(camera.Metered)
		if _, ok := m.Light(); ok {
			t.Errorf("%s: knows the light before it has looked", name)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		var last camera.Light
		_ = s.Capture(ctx, cameratest.Mode(), func(camera.AccessUnit) {
			if l, ok := m.Light(); ok && l.Lux > 0 {
				last = l
				cancel()
			}
		})
		if last.Lux != 42.5 || last.Gain != 3 || last.Exposure != 20*time.Millisecond || last.Red != 1.5 || last.Blue != 2 {
			t.Errorf("%s: %+v", name, last)
		}
		if encoder != nil && last.Luma == 0 {
			t.Error("raw pictures tell no luma")
		}
	}
}

// TestFailures captures from a fake that misbehaves and expects an error that
// says what happened.
func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		plan, say string
		raw       bool
	}{
		"dies":                   {plan: "die:10", say: "something broke"},
		"dies at once":           {plan: "die:0", say: "something broke"},
		"no camera":              {plan: "nocamera", say: "ribbon cable"},
		"hangs":                  {plan: "hang:10", say: "gives no picture"},
		"hangs at once and deaf": {plan: "hang:0 deaf", say: "gives no picture"},
		"goes in mid-picture":    {plan: "cut:10", say: "ended by itself"},
		"raw dies":               {plan: "die:10", say: "something broke", raw: true},
		"raw half a picture":     {plan: "half:10", say: "bytes of a picture", raw: true},
		"raw changes size":       {plan: "resize:10", say: "bytes of a picture", raw: true},
		"raw of a wrong size":    {plan: "resize:0", say: "which are none of 320×180", raw: true},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := pretend(t, c.plan)
			if c.raw {
				o.Encoder = openh264.New
			}
			cam := New(o)
			cam.waits = patience{first: 20 * time.Second, next: 20 * time.Second, leave: 5 * time.Second}
			if strings.HasPrefix(c.plan, "hang") {
				cam.waits = patience{first: 2 * time.Second, next: 500 * time.Millisecond, leave: 100 * time.Millisecond}
			}
			err := cam.Source().Capture(t.Context(), cameratest.Mode(), func(camera.AccessUnit) {})
			if err == nil || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%v, want %q", err, c.say)
			}
		})
	}
}

// TestComesThrough lets the camera's hub meet each misbehaviour, and then a
// fake that behaves.
func TestComesThrough(t *testing.T) {
	for name, c := range map[string]struct {
		plan string
		raw  bool
	}{
		"dies":            {"die:15\nok", false},
		"no camera first": {"nocamera\nok", false},
		"hangs deaf":      {"hang:15 deaf\nok", false},
		"half a picture":  {"half:15\nok", false},
		"cut off":         {"cut:15\nok", false},
		"garbage":         {"garbage:15\nok", false},
		"noisy":           {"noisy:5", false},
		"refuses times":   {"refusetimes", false},
		"tells no times":  {"untimed", false},
		"raw dies":        {"die:15\nok", true},
		"raw hangs deaf":  {"hang:15 deaf\nok", true},
		"raw half":        {"half:15\nok", true},
		"raw resized":     {"resize:15\nok", true},
		"raw garbage":     {"garbage:15\nok", true},
		"raw untimed":     {"untimed", true},
	} {
		t.Run(name, func(t *testing.T) {
			o, f := pretend(t, c.plan)
			if c.raw {
				o.Encoder = openh264.New
			}
			driver := New(o)
			driver.waits.next, driver.waits.leave = 700*time.Millisecond, 100*time.Millisecond
			mode := cameratest.Mode()
			mode.FPS = 90 // the faults come sooner
			cam := camera.New(camera.Options{Source: driver.Source(), Mode: mode, Log: o.Log, Decode: openh264.DecodeKey})
			ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- cam.Run(ctx) }()
			n := 0
			for range cam.Watch(ctx) {
				if n++; n == 50 { // beyond each fault
					break
				}
			}
			if n < 50 {
				t.Errorf("only %d pictures; %v; started %d times\n%s", n, cam.Status(), len(f.starts()), f.logged())
			}
			if p, err := cam.Still(ctx); err != nil || p.Rect.Dx() != 320 {
				t.Errorf("no still picture: %v", err)
			}
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
}
