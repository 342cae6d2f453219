package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	codec "github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"

	"babymonitor/camera/h264"
)

// File is a recording that plays the camera: an Annex-B H.264 file, passed
// through untouched at its frame rate, over and over.
type File struct {
	path string
	fps  float64
	mode Mode // size as recorded
}

// OpenFile checks the recording at path and returns a source that plays it.
// fps serves where the recording does not say its frame rate.
func OpenFile(path string, fps int) (*File, error) {
	f := &File{path: path, fps: float64(fps)}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the recording: %w", err)
	}
	defer file.Close()
	unit, err := firstKey(h264.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("cannot play %s: %w", path, err)
	}
	for _, nalu := range unit {
		if h264.Type(nalu) != h264.TypeSPS {
			continue
		}
		var sps codec.SPS
		if err := sps.Unmarshal(nalu); err != nil {
			return nil, fmt.Errorf("cannot play %s: its sequence parameter set is broken: %w", path, err)
		}
		if told := sps.FPS(); told >= 1 && told <= 120 {
			f.fps = told
		}
		f.mode = Mode{Width: sps.Width(), Height: sps.Height(), FPS: int(f.fps + 0.5)}
	}
	return f, nil
}

// Mode returns the size and frame rate of the recording.
func (f *File) Mode() Mode { return f.mode }

// firstKey returns the first IDR picture, which must come with its parameter
// sets.
func firstKey(r *h264.Reader) ([][]byte, error) {
	for {
		unit, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("it has no keyframe (IDR picture)")
		case err != nil:
			return nil, err
		case !h264.Key(unit):
			continue
		}
		for _, nalu := range unit {
			if h264.Type(nalu) == h264.TypeSPS {
				return unit, nil
			}
		}
		return nil, errors.New("its first keyframe comes without parameter sets (SPS and PPS)")
	}
}

// Capture implements [Source]. Size, frame rate and bitrate of the mode do not
// apply.
func (f *File) Capture(ctx context.Context, _ Mode, emit func(AccessUnit)) error {
	pace := &pace{period: time.Duration(float64(time.Second) / f.fps)}
	for {
		if err := f.play(ctx, pace, emit); err != nil {
			return err
		}
	}
}

// play emits the recording once, from its first keyframe on. Keyframes that
// come without parameter sets get the last ones.
func (f *File) play(ctx context.Context, p *pace, emit func(AccessUnit)) error {
	file, err := os.Open(f.path)
	if err != nil {
		return fmt.Errorf("cannot open the recording: %w", err)
	}
	defer file.Close()
	r := h264.NewReader(file)
	unit, err := firstKey(r)
	if err != nil {
		return fmt.Errorf("cannot play %s: %w", f.path, err)
	}
	var sets h264.ParameterSets
	for err == nil {
		at, ended := p.wait(ctx)
		if ended != nil {
			return ended
		}
		emit(AccessUnit{At: at, Key: h264.Key(unit), NALUs: sets.Complete(unit)})
		unit, err = r.Next()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("cannot play %s: %w", f.path, err)
}

// pace lets one picture through each period.
type pace struct {
	period time.Duration
	due    time.Time
}

// wait returns the moment of the next picture once it has come. After a long
// hold-up it goes on from now instead of catching up.
func (p *pace) wait(ctx context.Context) (time.Time, error) {
	now := time.Now()
	p.due = p.due.Add(p.period)
	if now.Sub(p.due) > 4*p.period {
		p.due = now
	}
	if err := sleep(ctx, p.due.Sub(now)); err != nil {
		return time.Time{}, err
	}
	return p.due, nil
}
