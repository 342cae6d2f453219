package camera_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/h264"
	"babymonitor/camera/openh264"
)

// record writes n encoded pictures, the first of them a keyframe, to a file.
func record(t *testing.T, n int) string {
	t.Helper()
	m := cameratest.Mode()
	e, err := openh264.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var stream []byte
	for i := range n {
		u, err := e.Encode(cameratest.Picture(m, i))
		if err != nil {
			t.Fatal(err)
		}
		for _, nalu := range u.NALUs {
			stream = append(append(stream, 0, 0, 0, 1), nalu...)
		}
	}
	path := filepath.Join(t.TempDir(), "clip.h264")
	if err := os.WriteFile(path, stream, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFileSource(t *testing.T) {
	path := record(t, 12)
	cameratest.TestSource(t, cameratest.Mode(), func(t *testing.T) camera.Source {
		f, err := camera.OpenFile(path, 30)
		if err != nil {
			t.Fatal(err)
		}
		return f
	})
}

func TestFileLoopsAtItsFrameRate(t *testing.T) {
	path := record(t, 10)
	synctest.Test(t, func(t *testing.T) {
		f, err := camera.OpenFile(path, 25)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		n, keys := 0, 0
		err = f.Capture(ctx, camera.Mode{}, func(u camera.AccessUnit) {
			n++
			if u.Key {
				keys++
				if h264.Type(u.NALUs[0]) != h264.TypeSPS {
					t.Error("a keyframe without its SPS")
				}
			}
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if n < 49 || n > 51 || keys != (n+9)/10 {
			t.Errorf("%d pictures and %d keyframes in 2 s, want 50 and a keyframe each 10", n, keys)
		}
	})
}

func TestFileErrorsSayWhy(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ content, want string }{
		"wav":  {"RIFF\x00\x00", "not an H.264 byte stream"},
		"none": {"", "no such file"},
		"nope": {"\x00\x00\x01\x61\x9a", "no keyframe"},
		"bare": {"\x00\x00\x01\x65\x88", "without parameter sets"},
	} {
		path := filepath.Join(dir, name)
		if name != "none" {
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := camera.OpenFile(path, 30); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
