package v4l2

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/h264"
)

// keyEvery is the longest time between two keyframes of a camera that makes
// them on request. Any other makes one a second.
const keyEvery = 10

// source passes the H.264 of a camera through.
type source struct{ c *Camera }

// keySource is a source that makes keyframes on request.
type keySource struct{ *source }

// RequestKey implements camera.Keyframer.
func (s keySource) RequestKey() {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.c.live != nil {
		_ = s.c.live.set(cidForceKey, 1) // the hub asks again
	}
}

// SetBitrate implements camera.Rater; it also holds for later captures.
func (s *source) SetBitrate(bitsPerSecond int) error {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.bitrate = bitsPerSecond
	if s.c.live == nil {
		return nil
	}
	return missing("bitrate", s.c.live.set(cidBitrate, bitsPerSecond))
}

// Adjust implements camera.Adjuster.
func (s *source) Adjust(l camera.Look) error { return s.c.Adjust(l) }

// Capture implements camera.Source. The one copy is that of each access unit
// out of the device's buffer.
func (s *source) Capture(ctx context.Context, m camera.Mode, emit func(camera.AccessUnit)) error {
	prepare := func(d *device, t bufType) (layout, error) { return s.prepare(d, t, m) }
	var units h264.Units
	var sets h264.ParameterSets
	begun := false
	return s.c.run(ctx, prepare, func(_ layout, _ *queue, b slot, at time.Time) error {
		nalus := h264.Split(bytes.Clone(b.data))
		for i, unit := range units.Add(nalus) {
			u := camera.AccessUnit{At: at.Add(time.Duration(i)), Key: h264.Key(unit), NALUs: sets.Complete(unit)}
			begun = begun || u.Key && h264.HasParameterSets(u.NALUs)
			if begun {
				emit(u)
			}
		}
		return nil
	})
}

// prepare sets up H.264 in constrained baseline.
func (s *source) prepare(d *device, t bufType, m camera.Mode) (layout, error) {
	s.c.mu.Lock()
	s.c.rotate = m.Rotate
	bitrate := s.c.bitrate
	s.c.mu.Unlock()
	if bitrate == 0 {
		bitrate = m.Bitrate
	}
	l := layout{format: fmtH264, width: m.Width, height: m.Height, size: 512 << 10}
	if err := d.setFormat(vidiocSFmt, t, &l); err != nil {
		return l, err
	}
	if l.format != fmtH264 {
		return l, fmt.Errorf("%s no longer offers H.264: restart the monitor to use it as it is", d.name)
	}
	d.setRate(t, m.FPS)
	period := m.FPS
	if s.c.forces {
		period *= keyEvery
	}
	for _, w := range codecWishes(bitrate, period) {
		if err := w.set(d); err != nil {
			s.c.options.Log.Debug("the camera keeps its own "+w.what, "camera", d.name, "error", err)
		}
	}
	return l, nil
}

// wish is a control that is set where the device has it.
type wish struct {
	what string
	set  func(*device) error
}

// codecWishes are the settings of an H.264 encoder, in a camera or not: for
// phones, and for watchers who come at any time.
func codecWishes(bitrate, period int) []wish {
	return []wish{
		{"profile", func(d *device) error {
			return d.setFirst(cidProfile, profileConstrainedBaseline, profileBaseline)
		}},
		{"level", func(d *device) error { return d.set(cidLevel, level40) }},
		{"bitrate mode", func(d *device) error { return d.set(cidBitrateMode, bitrateModeCBR) }},
		{"bitrate", func(d *device) error { return d.set(cidBitrate, bitrate) }},
		{"parameter sets", func(d *device) error { return d.set(cidRepeatHeader, 1) }},
		{"header mode", func(d *device) error { return d.set(cidHeaderMode, headersWithFirstFrame) }},
		{"keyframe period", func(d *device) error {
			if d.has(cidIPeriod) {
				return d.set(cidIPeriod, period)
			}
			return d.set(cidGOPSize, period)
		}},
	}
}
