package rpicam

import (
	"fmt"
	"strconv"

	"babymonitor/camera"
)

// The child's descriptors for the times of its pictures and their metadata:
// the first ones behind standard error.
const (
	ptsFD      = 3
	metadataFD = 4
)

// arguments are those of rpicam-vid for a job. timed asks for the times of the
// pictures and their metadata; one without can only be asked for pictures.
func arguments(j job, s setting, timed bool) []string {
	m := j.mode
	a := []string{
		"-t", "0", "-n", "-o", "-", "--flush",
		"--width", strconv.Itoa(m.Width), "--height", strconv.Itoa(m.Height), "--framerate", strconv.Itoa(m.FPS),
	}
	if j.raw {
		a = append(a, "--codec", "yuv420")
	} else {
		// The level is that of 1080p30, the most that the encoder does. A
		// keyframe each second, because none can be asked for.
		a = append(a, "--codec", "h264", "--inline", "-g", strconv.Itoa(max(1, m.FPS)), "--profile", "baseline", "--level", "4", "-b", strconv.Itoa(m.Bitrate))
		if m.Rotate == 180 {
			a = append(a, "--rotation", "180")
		}
		if !timed { // a Raspberry Pi 5 encodes in software and must be told the container
			a = append(a, "--libav-format", "h264", "--low-latency")
		}
	}
	if timed {
		a = append(a, "--save-pts", fmt.Sprintf("/dev/fd/%d", ptsFD), "--metadata", fmt.Sprintf("/dev/fd/%d", metadataFD), "--metadata-format", "txt")
	}
	return append(a, s.arguments()...)
}

func (s setting) arguments() (a []string) {
	if s.zoom != camera.Full() {
		a = append(a, "--roi", fmt.Sprintf("%.4f,%.4f,%.4f,%.4f", s.zoom.X, s.zoom.Y, s.zoom.W, s.zoom.H))
	}
	if s.look.Tuning != "" {
		a = append(a, "--tuning-file", s.look.Tuning)
	}
	if s.look.FlipH {
		a = append(a, "--hflip")
	}
	if s.look.FlipV {
		a = append(a, "--vflip")
	}
	if s.look.Grey {
		a = append(a, "--saturation", "0")
	}
	switch s.look.Mains { // lamps flicker twice a period
	case 50:
		a = append(a, "--flicker-period", "10000us")
	case 60:
		a = append(a, "--flicker-period", "8333us")
	}
	return a
}
