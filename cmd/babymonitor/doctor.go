package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/portaudio"
	"babymonitor/camera"
	"babymonitor/internal/run"
	"babymonitor/internal/sim"
)

// patience is how long the doctor waits for a device to do something, as long
// as the monitor itself does: a busy board takes its time to open a device.
const patience = 10 * time.Second

// finding is what the doctor says of one device.
type finding struct {
	device, says string
	err          error // what fails and how to mend it
}

// word is the verdict in four letters.
func (f finding) word() string {
	if f.err != nil {
		return "FAIL"
	}
	return "ok  "
}

// words are what is wrong and how to mend it, or what the device does.
func (f finding) words() string {
	if f.err != nil {
		return strings.ReplaceAll(f.err.Error(), "\n", "; ") // of several errors
	}
	return f.says
}

// runtimeDir is there while the service runs.
const runtimeDir = "/run/babymonitor"

// warnOfMonitor says that a monitor that runs has the devices already.
func warnOfMonitor(out io.Writer) {
	if _, err := os.Stat(runtimeDir); err == nil {
		fmt.Fprintln(out, "note the monitor runs and has its devices: its own report is on the page, under settings, devices;")
		fmt.Fprintln(out, "     to probe them here, stop it first (sudo systemctl stop babymonitor)")
	}
}

// probe examines something.
type probe func(context.Context) []finding

// single is the probe of one device.
func single(of func(context.Context) finding) probe {
	return func(ctx context.Context) []finding { return []finding{of(ctx)} }
}

// doctorCommand probes every configured device and prints a line for each.
func doctorCommand(ctx context.Context, args []string, out io.Writer) error {
	p, err := parsePlace("doctor", args, out)
	if err != nil {
		return err
	}
	settings, err := p.settings()
	if err != nil {
		return exitError{1, err}
	}
	var world *sim.World
	if p.sim {
		if world, err = sim.New(sim.Options{Seed: 1}); err != nil {
			return err
		}
		if p.try == "" {
			world.Prepare() // not at the expense of the camera's time
		}
	}
	d, err := openDevices(settings, world, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Fprintf(out, "FAIL settings    %v\n", err)
		return exitError{code: 1}
	}
	defer d.close()
	probes, err := d.probes(p)
	if err != nil {
		return err
	}
	warnOfMonitor(out)
	failed := false
	for _, probe := range probes {
		for _, f := range probe(ctx) {
			fmt.Fprintf(out, "%s %-11s %s\n", f.word(), f.device, f.words())
			failed = failed || f.err != nil
		}
	}
	if failed {
		return exitError{code: 1}
	}
	return nil
}

// probes returns what is to be examined: everything, which moves and plays
// nothing, or the one device that is to be tried.
func (d *devices) probes(p place) ([]probe, error) {
	trials := map[string]func(context.Context) finding{
		"head": d.tryHead, "ircut": d.tryFilter, "lamps": d.tryLamps, "speaker": d.trySpeaker, "microphone": d.tryMicrophone,
	}
	switch trial, ok := trials[p.try]; {
	case ok:
		return []probe{single(trial)}, nil
	case p.try != "":
		return nil, fmt.Errorf("--try %s: it is one of head, ircut, lamps, speaker, microphone: %w", p.try, errUsage)
	}
	here := inventory{buses: d.buses}
	all := []probe{
		single(func(context.Context) finding { return probeData(p.data) }),
		func(context.Context) []finding { return here.boardFindings() },
	}
	for _, of := range []func(context.Context) finding{
		d.probeCamera, d.probeMicrophone, d.probeSpeaker, d.probeHead, d.probeNight, d.probeClimate,
	} {
		all = append(all, single(of))
	}
	return append(all, func(ctx context.Context) []finding { return here.look(ctx, d.soundThere(ctx)) }), nil
}

// soundThere lists the sound devices, which need no setting to be found.
func (d *devices) soundThere(ctx context.Context) []portaudio.Device {
	if d.world != nil && d.sound == nil {
		return nil
	}
	all, err := d.soundHost(slog.New(slog.DiscardHandler)).Devices(ctx)
	if err != nil {
		return nil // the microphone's line says why
	}
	return all
}

// probeData tries whether the monitor can keep something.
func probeData(dir string) finding {
	f := finding{device: "data", says: dir}
	if f.err = os.MkdirAll(dir, 0o700); f.err == nil {
		probe := filepath.Join(dir, ".doctor")
		if f.err = os.WriteFile(probe, []byte("probe"), 0o600); f.err == nil {
			f.err = os.Remove(probe)
		}
	}
	if f.err != nil {
		f.err = fmt.Errorf("%w; make %s writable for this user, or choose another place with --data", f.err, dir)
	}
	return f
}

func (d *devices) probeCamera(ctx context.Context) finding {
	f := finding{device: "camera"}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("no picture came within 10 s"))
	defer cancel()
	n, size := 0, 0
	began := time.Now()
	var first time.Duration
	err := run.Catch(func() error {
		return d.camera.Capture(ctx, d.mode, func(u camera.AccessUnit) {
			if n++; n == 1 {
				first = time.Since(began)
			}
			for _, nalu := range u.NALUs {
				size += len(nalu)
			}
			if n == d.mode.FPS {
				cancel()
			}
		})
	})
	if n == 0 {
		f.err = fmt.Errorf("gives no picture: %w", cmpErr(context.Cause(ctx), err))
		return f
	}
	f.says = fmt.Sprintf("%d×%d, first picture after %d ms, %d pictures in %.1f s, %d kB",
		d.mode.Width, d.mode.Height, first.Milliseconds(), n, time.Since(began).Seconds(), size>>10)
	return f
}

// cmpErr returns the first error that says something.
func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return errors.New("it ended by itself")
}

func (d *devices) probeMicrophone(ctx context.Context) finding {
	f := finding{device: "microphone"}
	if d.microphone == nil {
		f.says = "none is configured"
		return f
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("no sound came within 10 s"))
	defer cancel()
	var sum float64
	n := 0
	err := run.Catch(func() error {
		return d.microphone.Listen(ctx, func(p audio.PCM) {
			for _, v := range p.Samples {
				sum += float64(v) * float64(v)
			}
			if n += len(p.Samples); n >= audio.Rate {
				cancel()
			}
		})
	})
	if n == 0 {
		f.err = fmt.Errorf("hears nothing: %w", cmpErr(context.Cause(ctx), err))
		return f
	}
	level := math.Max(20*math.Log10(math.Sqrt(sum/float64(n))/math.MaxInt16), audio.Silence)
	f.says = fmt.Sprintf("hears the room at %.0f dBFS", level)
	if sum == 0 {
		f.err = errors.New("yields digital silence: it is switched off or not connected; check its switch and its plug")
	}
	return f
}

func (d *devices) probeSpeaker(ctx context.Context) finding {
	f := finding{device: "speaker"}
	if d.speaker == nil {
		f.says = "none is configured"
		return f
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("it took no sound within 10 s"))
	defer cancel()
	n := 0
	err := run.Catch(func() error {
		return d.speaker.Play(ctx, func(samples []int16) {
			clear(samples)
			if n += len(samples); n >= audio.Rate/2 {
				cancel()
			}
		})
	})
	if n == 0 {
		f.err = fmt.Errorf("does not play: %w", cmpErr(context.Cause(ctx), err))
		return f
	}
	f.says = "takes sound (silence was played)"
	return f
}
