package soundfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"babymonitor/audio"
)

// Info is what [Check] finds out.
type Info struct {
	Kind    string  // as of [File.Kind]
	Title   string  // as of [File.Title]
	Seconds float64 // how long it sounds
	DBFS    float64 // RMS of what was decoded, dB relative to full scale
}

const (
	// checkTime is how long a check decodes at most. A song is done by then even
	// on a slow board; a recording of hours is checked as far as it gets.
	checkTime = 20 * time.Second
	shortest  = 0.5 // seconds
)

// Check decodes the recording in source to see that it can be played, and
// closes source. Of a very long one it decodes what it can in twenty seconds
// and estimates the length.
func Check(ctx context.Context, source io.ReadSeekCloser) (Info, error) {
	f, err := Open(source)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	info := Info{Kind: f.Kind(), Title: f.Title()}
	began, samples, whole := time.Now(), 0, false
	power := 0.0
	frame := make([]float32, audio.FrameSize)
	for !whole && time.Since(began) < checkTime {
		if ctx.Err() != nil {
			return Info{}, ctx.Err()
		}
		n, err := f.Read(frame)
		samples += n
		for _, x := range frame[:n] {
			power += float64(x) * float64(x)
		}
		whole = errors.Is(err, io.EOF)
		if err != nil && !whole {
			return Info{}, err
		}
	}
	info.Seconds = float64(samples) / audio.Rate
	if !whole {
		info.Seconds = f.estimate(info.Seconds)
	}
	if info.Seconds < shortest {
		return Info{}, fmt.Errorf("%w: there is no sound in it", ErrFormat)
	}
	info.DBFS = 10 * math.Log10(max(power/float64(samples), 1e-12))
	return info, nil
}

// estimate guesses the length of a recording of which this many seconds were
// read.
func (f *File) estimate(seconds float64) float64 {
	if s := f.Seconds(); s > 0 {
		return s
	}
	return seconds / max(f.body.progress(), 1e-3)
}
