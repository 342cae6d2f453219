package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"babymonitor/camera"
	"babymonitor/camera/openh264"
	"babymonitor/camera/rpicam"
	"babymonitor/camera/v4l2"
	"babymonitor/internal/config"
)

// openCamera chooses the camera that the settings name.
func (d *devices) openCamera(s config.Settings, log *slog.Logger) error {
	c := s.Camera
	log = log.With("room", "camera")
	d.mode = camera.Mode{Width: c.Width, Height: c.Height, FPS: c.FPS, Bitrate: c.MaxBitrate, Rotate: c.Rotate}
	switch c.Source {
	case "sim":
		if d.world == nil {
			return errNotSimulated("camera.source")
		}
		d.camera = camera.Encode(d.world.Camera(), openh264.New)
	case "file":
		return d.openRecording(c)
	default:
		look := search{settings: c, log: log, told: d.restarting, sized: d.sized}
		found, name, err := look.find(context.Background())
		if err != nil {
			log.Warn("no camera yet", "error", err)
			found, name = &awaited{search: look, appeared: d.appeared}, c.Source
		}
		d.camera, d.cameraName = found, name
	}
	return nil
}

func (d *devices) openRecording(c config.Camera) error {
	if c.Rotate != 0 {
		return errors.New("camera.rotate: a recording cannot be turned; set it to 0")
	}
	file, err := camera.OpenFile(c.File, c.FPS)
	if err != nil {
		return fmt.Errorf("camera.file: %w", err)
	}
	bitrate := d.mode.Bitrate
	d.camera, d.mode = file, file.Mode()
	d.mode.Bitrate = bitrate
	return nil
}

// search is what to look for among the cameras of this machine.
type search struct {
	settings config.Camera
	log      *slog.Logger
	told     func(string)      // why the picture stops for a moment, "" when it goes on
	sized    func(camera.Mode) // what the software encoder can hold
}

// find returns the first camera that is there, and by which way it is reached.
func (s search) find(ctx context.Context) (camera.Source, string, error) {
	var complaints []error
	if s.settings.Source != "v4l2" {
		source, err := s.findRpicam(ctx)
		if err == nil {
			return source, "rpicam", nil
		}
		complaints = append(complaints, err)
	}
	if s.settings.Source != "rpicam" {
		found, err := v4l2.Open(v4l2.Options{Device: s.settings.Device, Look: look(s.settings, false), Log: s.log})
		if err == nil {
			return found.Source(s.encoder()), "v4l2", nil
		}
		complaints = append(complaints, err)
	}
	return nil, "", errors.Join(complaints...)
}

func (s search) findRpicam(ctx context.Context) (camera.Source, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cameras, err := rpicam.List(ctx, "")
	if err != nil {
		return nil, err
	}
	if len(cameras) == 0 {
		return nil, errors.New("libcamera sees no camera; check the ribbon cable")
	}
	return rpicam.New(rpicam.Options{
		Encoder: s.encoder(), Tuning: s.settings.Tuning, Look: look(s.settings, false), Log: s.log, Restarting: s.told,
	}).Source(), nil
}

// encoder is the board's own, or one in software that fits its processor.
func (s search) encoder() camera.NewEncoder {
	if v4l2.HasEncoder() {
		return v4l2.NewEncoder
	}
	return camera.Adaptive(openh264.New, s.sized)
}

// awaited stands for a camera that is not there. When it appears, the house is
// built anew around it.
type awaited struct {
	search   search
	appeared func()
}

// Capture implements camera.Source: it fails, and looks again each time.
func (a *awaited) Capture(ctx context.Context, _ camera.Mode, _ func(camera.AccessUnit)) error {
	_, _, err := a.search.find(ctx)
	if err != nil {
		return err
	}
	a.appeared()
	<-ctx.Done()
	return ctx.Err()
}
