package soundfile

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

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// memory is a file in memory that notes whether it was closed.
type memory struct {
	*bytes.Reader
	closed int
}

func (m *memory) Close() error { m.closed++; return nil }

func inMemory(p []byte) *memory { return &memory{Reader: bytes.NewReader(p)} }

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	p, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func all(t *testing.T, f *File) []int16 {
	t.Helper()
	var sound []int16
	frame := make([]float32, 777)
	for {
		n, err := f.Read(frame)
		for _, x := range frame[:n] {
			sound = append(sound, int16(x*32767))
		}
		if err == io.EOF {
			return sound
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRead(t *testing.T) {
	tests := []struct{ file, kind, title string }{
		{"tone44.mp3", "mp3", "Schlaf, Kindlein Ü"},
		{"tone44mono.mp3", "mp3", "Old tag"},
		{"tone44.flac", "flac", "Schlaf, Kindlein Ü"},
		{"tone44.ogg", "ogg", "Schlaf, Kindlein Ü"},
		{"tone8.wav", "wav", "In the list"},
		{"tone96.wav", "wav", ""},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			source := inMemory(testdata(t, test.file))
			f, err := Open(source)
			if err != nil {
				t.Fatal(err)
			}
			if f.Kind() != test.kind || f.Title() != test.title {
				t.Errorf("is %q with the title %q, want %q and %q", f.Kind(), f.Title(), test.kind, test.title)
			}
			sound := all(t, f)
			if s := float64(len(sound)) / audio.Rate; s < 0.59 || s > 0.72 {
				t.Errorf("lasts %.3f s, want 0.6", s)
			}
			middle := sound[audio.Rate/5 : audio.Rate/2]
			if hz := audiotest.Pitch(middle, 200, 2000); math.Abs(hz-440) > 1 {
				t.Errorf("sounds at %.1f Hz, want 440", hz)
			}
			if a := audiotest.Amplitude(middle, 440); a < 0.4 || a > 0.6 {
				t.Errorf("sounds with amplitude %.2f, want 0.5", a)
			}
			if err := f.Close(); err != nil || source.closed != 1 {
				t.Errorf("closed %d times: %v", source.closed, err)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	wave := testdata(t, "tone8.wav")
	edit := func(at int, b ...byte) []byte {
		p := bytes.Clone(wave)
		copy(p[at:], b)
		return p
	}
	flac := testdata(t, "tone44.flac")
	tests := []struct {
		name, says string
		data       []byte
	}{
		{"nothing", "empty", nil},
		{"words", "can be played", []byte("Dear diary, today the baby slept.")},
		{"MP4", "M4A", testdata(t, "tone.m4a")},
		{"Opus", "not Vorbis", testdata(t, "opus.ogg")},
		{"MP3 of MPEG-2", "22050", testdata(t, "tone22.mp3")},
		{"32-bit WAV", "32-bit", testdata(t, "float.wav")},
		{"WAV, cut in its header", "cut off", wave[:30]},
		{"WAV of no sound", "no sound", wave[:bytes.Index(wave, []byte("data"))+8]},
		{"WAV with a chunk of 2 GB", "cut off", edit(36, 'j', 'u', 'n', 'k', 0xff, 0xff, 0xff, 0x7f)},
		{"WAV with no channels", "damaged", edit(22, 0, 0)},
		{"WAV with frames of no bytes", "damaged", edit(32, 0, 0)},
		{"WAV at 1 Hz", "1 Hz", edit(24, 1, 0, 0, 0)},
		{"FLAC, cut in its header", "cut off", flac[:20]},
		{"FLAC of no frames", "", flac[:100]},
		{"MP3 of no frames", "", append([]byte{0xff, 0xfb}, make([]byte, 200)...)},
		{"an ID3 tag alone", "empty", []byte("ID3\x04\x00\x00\x00\x00\x00\x00")},
		{"an ID3 tag of 256 MB", "empty", []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source := inMemory(test.data)
			_, err := Check(t.Context(), source)
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want an ErrFormat that says %q", err, test.says)
			}
			if source.closed != 1 {
				t.Errorf("closed %d times", source.closed)
			}
		})
	}
}

func TestCommentThatClaimsMuch(t *testing.T) {
	comment := binary.LittleEndian.AppendUint32(nil, 0)
	comment = binary.LittleEndian.AppendUint32(comment, 0xffffffff)
	if _, err := commentTitle(comment); err == nil {
		t.Error("a comment of four thousand million entries in no bytes is taken")
	}
}

func TestCodeBooksThatClaimMuch(t *testing.T) {
	good := oggPackets(testdata(t, "tone44.ogg"), 3)[2][7:]
	if err := checkBooks(good); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(good)
	copy(huge[4:], []byte{0xff, 0xff, 0xff, 0xff, 0xff}) // dimensions and entries of the first book
	for name, setup := range map[string][]byte{"a huge book": huge, "nothing": nil, "half of it": good[:len(good)/8]} {
		if err := checkBooks(setup); err == nil {
			t.Errorf("%s is let through", name)
		}
	}
}

func FuzzBooks(f *testing.F) {
	f.Add(oggPackets(testdata(f, "tone44.ogg"), 3)[2][7:])
	f.Fuzz(func(t *testing.T, p []byte) { checkBooks(p) })
}

func TestCheck(t *testing.T) {
	info, err := Check(t.Context(), inMemory(testdata(t, "tone44.mp3")))
	if err != nil {
		t.Fatal(err)
	}
	if info.Kind != "mp3" || info.Title != "Schlaf, Kindlein Ü" || info.Seconds < 0.59 || info.Seconds > 0.72 || info.DBFS < -11 || info.DBFS > -9 {
		t.Errorf("%+v", info)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Check(ctx, inMemory(testdata(t, "tone44.mp3"))); !errors.Is(err, context.Canceled) {
		t.Errorf("a check that was given up: %v", err)
	}
}

func TestMicrophone(t *testing.T) {
	audiotest.TestMicrophone(t, func(*testing.T) audio.Microphone {
		return Microphone{Path: filepath.Join("testdata", "tone44.flac")}
	})
}

func TestMicrophoneLoops(t *testing.T) {
	l := loop{path: filepath.Join("testdata", "tone8.wav")}
	defer l.close()
	var sound []int16
	for range 100 { // two seconds of a file of 0.6
		frame, err := l.frame()
		if err != nil {
			t.Fatal(err)
		}
		sound = append(sound, frame...)
	}
	for i := range 6 {
		part := sound[audio.Rate/10+i*audio.Rate/4:][:audio.Rate/4]
		if a := audiotest.Amplitude(part, 440); a < 0.4 {
			t.Errorf("part %d sounds with amplitude %.2f", i, a)
		}
	}
}

func TestMicrophoneOfNoFile(t *testing.T) {
	for _, name := range []string{"missing.wav", "tone.m4a"} {
		err := Microphone{Path: filepath.Join("testdata", name)}.Listen(t.Context(), func(audio.PCM) {})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	entries, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			p := testdata(f, entry.Name())
			f.Add(p[:min(len(p), 2000)])
		}
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		if len(p) > 8<<10 {
			return
		}
		source := inMemory(p)
		info, err := Check(t.Context(), source)
		if err != nil && !errors.Is(err, ErrFormat) {
			t.Errorf("an error that is not ErrFormat: %v", err)
		}
		if err == nil && info.Seconds <= 0 {
			t.Errorf("%+v", info)
		}
		if source.closed != 1 {
			t.Errorf("closed %d times", source.closed)
		}
	})
}

func benchmark(b *testing.B, name string) {
	data := testdata(b, name)
	frame := make([]float32, audio.FrameSize)
	var f *File
	b.ReportAllocs()
	for b.Loop() {
		if f == nil {
			var err error
			if f, err = Open(inMemory(data)); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := f.Read(frame); err != nil {
			f = nil
		}
	}
}

func BenchmarkMP3Frame(b *testing.B)  { benchmark(b, "tone44.mp3") }
func BenchmarkFLACFrame(b *testing.B) { benchmark(b, "tone44.flac") }
func BenchmarkOggFrame(b *testing.B)  { benchmark(b, "tone44.ogg") }
func BenchmarkWAVFrame(b *testing.B)  { benchmark(b, "tone96.wav") }
