// Package soundfile reads recordings (MP3, Ogg Vorbis, FLAC and WAV, told apart
// by their content) as mono sound at the rate of package audio, piece by piece.
//
// It decodes with beep. What comes from outside is not trusted: headers that
// would make a decoder reserve absurd memory are refused before it sees them,
// tags are read here, and a decoder's panic becomes an error.
package soundfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/gopxl/beep/v2"
	"github.com/gopxl/beep/v2/flac"
	"github.com/gopxl/beep/v2/mp3"
	"github.com/gopxl/beep/v2/vorbis"
	"github.com/gopxl/beep/v2/wav"

	"babymonitor/audio"
	"babymonitor/audio/resample"
)

// ErrFormat says that a file is no recording that can be played. Errors that
// wrap it tell why, in words for a parent.
var ErrFormat = errors.New("this is not a sound file that can be played; MP3, Ogg Vorbis, FLAC and WAV can")

// The sample rates that are taken, in Hz.
const (
	slowest = 8000
	fastest = 192000
	// The MP3 decoder turns some files of MPEG-2 (16 to 24 kHz) into noise, which
	// nobody wants in a child's room.
	slowestMP3 = 32000
)

// File is a recording that is being read. It belongs to one goroutine.
type File struct {
	stream   beep.StreamSeekCloser
	body     *section
	title    string
	kind     string
	rate     int
	length   int // of the stream in its own samples, 0 where it does not tell
	raw      [512][2]float64
	mono     [512]float32
	left     []float32 // of mono, decoded and not yet resampled
	resample *resample.Resampler
	err      error // what ended the stream
}

// Open opens the recording in source. The File owns source from then on; when
// Open fails it has closed source.
func Open(source io.ReadSeekCloser) (*File, error) {
	f, err := open(source)
	if err != nil {
		source.Close()
		return nil, err
	}
	return f, nil
}

func open(source io.ReadSeekCloser) (*File, error) {
	head, err := examine(source)
	if err != nil {
		return nil, err
	}
	body := &section{source: source, start: head.start, end: head.end}
	f := &File{body: body, title: head.title, kind: head.kind}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	var format beep.Format
	err = guard(func() (err error) {
		f.stream, format, f.length, err = decoder(head.kind, body)
		return err
	})
	if err != nil {
		return nil, unplayable(err)
	}
	f.rate = int(format.SampleRate)
	if f.rate < slowest || f.rate > fastest {
		return nil, fmt.Errorf("%w: its sample rate is %d Hz", ErrFormat, f.rate)
	}
	if f.kind == kindMP3 && f.rate < slowestMP3 {
		return nil, fmt.Errorf("%w: it is an MP3 with only %d samples a second; save it with 44100", ErrFormat, f.rate)
	}
	if f.rate != audio.Rate {
		f.resample = resample.New(float64(f.rate), audio.Rate)
	}
	return f, nil
}

// decoder opens the right decoder and tells how many samples there are, 0 where
// the format does not say. No decoder may seek: some would read the whole file
// at once then, or trust its index.
func decoder(kind string, body *section) (s beep.StreamSeekCloser, format beep.Format, length int, err error) {
	plain := io.NopCloser(bufio.NewReaderSize(body, 32<<10))
	switch kind {
	case kindWAV:
		s, format, err = wav.Decode(whole{body})
	case kindFLAC:
		s, format, err = flac.Decode(plain)
	case kindOgg:
		s, format, err = vorbis.Decode(plain)
		return s, format, 0, err
	case kindMP3:
		s, format, err = mp3.Decode(plain)
		return s, format, 0, err
	}
	if err == nil {
		length = s.Len()
	}
	return s, format, length, err
}

// Read fills samples (1 is full scale) and returns how many there were. At the
// end it returns 0 and io.EOF; when the file is damaged, 0 and why.
func (f *File) Read(samples []float32) (int, error) {
	n := 0
	for n < len(samples) {
		if len(f.left) == 0 && f.err == nil {
			f.decode()
		}
		if f.resample == nil {
			k := copy(samples[n:], f.left)
			f.left, n = f.left[k:], n+k
			if k == 0 && f.err != nil {
				break
			}
			continue
		}
		used, made := f.resample.Run(f.left, samples[n:], f.err != nil)
		f.left, n = f.left[used:], n+made
		if used+made == 0 && f.err != nil {
			break
		}
	}
	if n == 0 && len(samples) > 0 {
		return 0, f.err
	}
	return n, nil
}

// decode gets the next samples of the file into left.
func (f *File) decode() {
	n := 0
	err := guard(func() error {
		n, _ = f.stream.Stream(f.raw[:])
		return f.stream.Err()
	})
	if err != nil {
		f.err = unplayable(err)
		return
	}
	if n == 0 {
		f.err = io.EOF
		return
	}
	for i, s := range f.raw[:n] {
		x := (s[0] + s[1]) / 2
		if math.IsNaN(x) || x > 8 || x < -8 {
			f.err = fmt.Errorf("%w: it is damaged", ErrFormat)
			return
		}
		f.mono[i] = float32(x)
	}
	f.left = f.mono[:n]
}

// Title is the title that the file bears, "" if it bears none.
func (f *File) Title() string { return f.title }

// Kind is the format as the extension of a file name: "mp3", "ogg", "flac" or
// "wav".
func (f *File) Kind() string { return f.kind }

// Seconds is how long the recording says it is, 0 where it does not say.
func (f *File) Seconds() float64 { return float64(f.length) / float64(f.rate) }

// Close closes the file.
func (f *File) Close() error { return f.body.source.Close() }

// whole reads as much as is asked for, which the WAV decoder relies on.
type whole struct{ r io.Reader }

func (w whole) Read(p []byte) (int, error) {
	n, err := io.ReadFull(w.r, p)
	if n > 0 {
		err = nil
	}
	return n, err
}

// guard turns a panic of a decoder into an error.
func guard(decode func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its decoder gave up: %v", p)
		}
	}()
	return decode()
}

func unplayable(err error) error {
	if errors.Is(err, ErrFormat) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it is cut off", ErrFormat)
	}
	return fmt.Errorf("%w: %v", ErrFormat, err)
}
