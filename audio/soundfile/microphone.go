package soundfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"babymonitor/audio"
)

// Microphone is a recording that plays in a loop as if it were heard in the
// room. It is an [audio.Microphone].
type Microphone struct {
	Path string // of a sound file of any format, rate and number of channels
}

// hiccup is how far the recording may fall behind the clock and catch up again;
// beyond, it goes on from where it is.
const hiccup = 200 * time.Millisecond

// Listen implements [audio.Microphone]. A file that is not there or cannot be
// decoded is an error that says so.
func (m Microphone) Listen(ctx context.Context, emit func(audio.PCM)) error {
	loop := loop{path: m.Path}
	defer loop.close()
	due := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		samples, err := loop.frame()
		if err != nil {
			return fmt.Errorf("the sound file %s cannot be played: %w", m.Path, err)
		}
		timer.Reset(time.Until(due))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-timer.C:
			if now.Sub(due) > hiccup {
				due = now
			}
			emit(audio.PCM{At: due.Add(-audio.FrameTime), Samples: samples})
			due = due.Add(audio.FrameTime)
		}
	}
}

// loop reads a file again and again.
type loop struct {
	path string
	file *File
	any  bool // the file has yielded sound since it was opened
	mono [audio.FrameSize]float32
}

// frame returns the next frame, in memory of its own.
func (l *loop) frame() ([]int16, error) {
	for n := 0; n < len(l.mono); {
		if l.file == nil {
			if err := l.open(); err != nil {
				return nil, err
			}
		}
		k, err := l.file.Read(l.mono[n:])
		n += k
		l.any = l.any || k > 0
		if errors.Is(err, io.EOF) && l.any {
			l.close()
		} else if err != nil {
			return nil, err
		}
	}
	samples := make([]int16, len(l.mono))
	for i, x := range l.mono {
		samples[i] = int16(max(-1, min(1, x)) * 32767)
	}
	return samples, nil
}

func (l *loop) open() (err error) {
	source, err := os.Open(l.path)
	if err != nil {
		return err
	}
	l.any = false
	l.file, err = Open(source)
	return err
}

func (l *loop) close() {
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
}
