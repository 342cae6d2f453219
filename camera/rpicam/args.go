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
		if !timed { // a Raspberry Pi 5 encodes in software and must be told the container
			a = append(a, "--libav-format", "h264", "--low-latency")
		}
	}
	if m.Rotate == 180 {
		a = append(a, "--rotation", "180")
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
	if s.tuning != "" {
		a = append(a, "--tuning-file", s.tuning)
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
	if s.look.Exposure > 0 {
		a = append(a, "--shutter", fmt.Sprintf("%dus", s.look.Exposure.Microseconds()))
	}
	if s.look.ISO > 0 {
		a = append(a, "--gain", strconv.FormatFloat(float64(s.look.ISO)/100, 'g', 3, 64)) // gain 1 is about ISO 100
	}
	if s.look.WhiteBalance > 0 {
		a = append(a, "--awb", white(s.look.WhiteBalance))
	}
	switch s.look.Mains { // lamps flicker twice a period
	case 50:
		a = append(a, "--flicker-period", "10000us")
	case 60:
		a = append(a, "--flicker-period", "8333us")
	}
	return a
}

// white is libcamera's preset for light of a colour temperature (the ranges are
// those of its tuning files).
func white(kelvin int) string {
	switch {
	case kelvin < 3000:
		return "incandescent"
	case kelvin < 3800:
		return "tungsten"
	case kelvin < 5000:
		return "fluorescent"
	case kelvin < 6800:
		return "daylight"
	}
	return "cloudy"
}
