package lullaby

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
	"babymonitor/audio/soundfile"
)

// wav returns a mono recording of a tone, 48 kHz.
func wav(hz, amplitude float64, d time.Duration) []byte {
	samples := audiotest.Tone(hz, amplitude, int(d*audio.Rate/time.Second))
	var b bytes.Buffer
	b.WriteString("RIFF")
	binary.Write(&b, binary.LittleEndian, uint32(36+2*len(samples)))
	b.WriteString("WAVEfmt ")
	binary.Write(&b, binary.LittleEndian, []uint32{16, 1<<16 | 1, audio.Rate, 2 * audio.Rate, 16<<16 | 2})
	b.WriteString("data")
	binary.Write(&b, binary.LittleEndian, uint32(2*len(samples)))
	binary.Write(&b, binary.LittleEndian, samples)
	return b.Bytes()
}

func newLibrary(t *testing.T) (*Library, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lullabies")
	l, err := NewLibrary(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.free = func(string) (int64, error) { return 1 << 40, nil }
	return l, dir
}

// files returns what is in a folder.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestBuiltInTracks(t *testing.T) {
	l, _ := newLibrary(t)
	kinds, ids := map[Kind]int{}, map[string]bool{}
	for _, track := range l.List() {
		kinds[track.Kind]++
		if ids[track.ID] || track.Title == "" || (track.Kind == Melody) != (track.Origin != "") || (track.Kind == Noise) != (track.Seconds == 0) {
			t.Errorf("%+v", track)
		}
		ids[track.ID] = true
		s, err := l.Open(track.ID)
		if err != nil {
			t.Fatal(err)
		}
		frame := make([]float32, audio.FrameSize)
		if n, err := s.Read(frame); n != len(frame) || err != nil {
			t.Errorf("%s: %d samples, %v", track.ID, n, err)
		}
		s.Close()
		if err := l.Remove(track.ID); !errors.Is(err, ErrBuiltIn) {
			t.Errorf("removing %s: %v", track.ID, err)
		}
	}
	if kinds[Melody] < 6 || kinds[Noise] != 6 {
		t.Errorf("%v", kinds)
	}
}

func TestOwnFile(t *testing.T) {
	l, dir := newLibrary(t)
	track, err := l.Add(t.Context(), "Oma_singt.wav", bytes.NewReader(wav(440, 0.5, 3*time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	if track.Title != "Oma singt" || track.Kind != Own || track.Seconds != 3 || !strings.HasPrefix(track.ID, "own-") {
		t.Errorf("%+v", track)
	}
	again, err := NewLibrary(dir, nil) // after a restart
	if err != nil {
		t.Fatal(err)
	}
	if found, err := again.Find(track.ID); err != nil || found != track {
		t.Errorf("after a restart: %+v, %v", found, err)
	}
	s, err := again.Open(track.ID)
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]float32, audio.Rate)
	n, err := s.Read(frame)
	if err != nil || n != len(frame) {
		t.Fatal(n, err)
	}
	sound := make([]int16, n)
	for i, x := range frame {
		sound[i] = int16(32767 * x)
	}
	if db := 20 * math.Log10(audiotest.RMS(sound)); math.Abs(db-evenDBFS) > 0.5 {
		t.Errorf("plays at %.1f dBFS, want that of the built-in tracks", db)
	}
	s.Close()
	if err := again.Remove(track.ID); err != nil {
		t.Error(err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left after it was removed: %v", left)
	}
	if _, err := again.Open(track.ID); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if err := again.Remove(track.ID); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

func TestRefusedFiles(t *testing.T) {
	good := wav(440, 0.5, time.Second)
	endless := io.MultiReader(bytes.NewReader(good), zeros{})
	broken := errors.New("the phone went away")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name string
		ctx  context.Context
		body io.Reader
		free int64
		want error
	}{
		{"words", t.Context(), strings.NewReader("no music"), 1 << 40, soundfile.ErrFormat},
		{"nothing", t.Context(), strings.NewReader(""), 1 << 40, soundfile.ErrFormat},
		{"too large", t.Context(), endless, 1 << 40, ErrTooLarge},
		{"no room at all", t.Context(), bytes.NewReader(good), reserve, ErrFull},
		{"less room than the file", t.Context(), bytes.NewReader(good), reserve + 1000, ErrFull},
		{"cut off", t.Context(), io.MultiReader(bytes.NewReader(good[:5000]), iotest.ErrReader(broken)), 1 << 40, broken},
		{"given up", cancelled, bytes.NewReader(good), 1 << 40, context.Canceled},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l, dir := newLibrary(t)
			l.free = func(string) (int64, error) { return test.free, nil }
			if _, err := l.Add(test.ctx, "x.wav", test.body); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("left in the folder: %v", left)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestLeftoversAreRemoved(t *testing.T) {
	l, dir := newLibrary(t)
	track, err := l.Add(t.Context(), "a.wav", bytes.NewReader(wav(440, 0.5, time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"own-1.part": "half an upload", "own-2.mp3": "no description",
		"own-3.json": `{"title":"no file","file":"own-3.mp3"}`, "own-4.json": "{",
		"own-5.json": `{"file":"../../secret"}`, "notes.txt": "not ours",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	again, err := NewLibrary(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(files(t, dir), " "); got != "notes.txt "+track.ID+".json "+track.ID+".wav" {
		t.Errorf("in the folder: %s", got)
	}
	if n := len(again.List()) - len(builtIn()); n != 1 {
		t.Errorf("%d own tracks", n)
	}
}

func TestLibraryWithoutFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := NewLibrary(dir, nil); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func TestTitle(t *testing.T) {
	for _, test := range []struct{ inside, name, want string }{
		{"Guten Abend", "x.mp3", "Guten Abend"},
		{"", "La_le_lu  (live).mp3", "La le lu (live)"},
		{"", `C:\Music\song.ogg`, "song"},
		{"", "../../etc/passwd", "passwd"},
		{"", "", "Own lullaby"},
		{"", ".mp3", "Own lullaby"},
		{"\x00\x01\u202e\t", "a.mp3", "a"},
		{strings.Repeat("la", 100), "", strings.Repeat("la", 39) + "l…"},
		{"<b>x</b>", "", "<b>x</b>"}, // text, which the page shows as such
		{"\xff\xfe", "ok.wav", "ok"},
	} {
		if got := title(test.inside, test.name); got != test.want {
			t.Errorf("title(%q, %q) is %q, want %q", test.inside, test.name, got, test.want)
		}
	}
}
