// Package portaudio hears and speaks through the sound devices that PortAudio
// knows (ALSA, and sound servers behind it), at any sample rate and with any
// number of channels.
//
// A [Host] is the one owner of the library in a program. PortAudio lists the
// devices once and then never again until all streams are closed; so when a
// device is missing and the kernel's sound cards have changed since, the Host
// asks its other streams to let go for a moment and opens them on a fresh list.
//
// Sound is paced by the monotonic clock: what a device's own clock, some parts
// per million off, has too much or too little is resampled away. So no delay
// builds up, and the stamps of frames are even.
package portaudio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// Host owns PortAudio. There must be only one in a program. It may be used by
// many goroutines.
type Host struct {
	log     *slog.Logger
	library library
	cards   func() string // what the kernel has, to compare

	calls sync.Mutex  // held while the library opens, closes or lists something
	stale atomic.Bool // streams are to let go, so that the list can be made anew

	mu      sync.Mutex
	session session // nil while nobody uses it
	users   int
	listed  string        // the cards when the session began
	changed chan struct{} // closed and replaced when users has changed
}

// NewHost returns the owner of the library. A nil log means: nothing is logged.
func NewHost(log *slog.Logger) *Host { return newHost(new(real), kernelCards, log) }

func newHost(l library, cards func() string, log *slog.Logger) *Host {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Host{log: log, library: l, cards: cards, changed: make(chan struct{})}
}

// kernelCards is what sound cards the kernel has and which devices they offer.
func kernelCards() string {
	cards, _ := os.ReadFile("/proc/asound/cards")
	list := string(cards)
	nodes, _ := os.ReadDir("/dev/snd")
	for _, n := range nodes {
		list += "\n" + n.Name()
	}
	return list
}

// errRelist ends a stream so that the list of devices can be made anew.
var errRelist = errors.New("the list of sound devices is made anew")

// Devices lists the devices that are there now. While sound runs, it is the
// list of when that began; a device that is in use may be missing.
func (h *Host) Devices(ctx context.Context) ([]Device, error) {
	s, err := h.use(ctx)
	if err != nil {
		return nil, err
	}
	defer h.leave()
	h.calls.Lock()
	defer h.calls.Unlock()
	return s.devices()
}

// use returns the session, which lasts at least until leave is called.
func (h *Host) use(ctx context.Context) (session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.stale.Load() && h.users > 0 {
		changed := h.changed
		h.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-changed:
		}
		h.mu.Lock()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if h.users == 0 {
		h.listed = h.cards()
		s, err := h.library.begin()
		if err != nil {
			return nil, err
		}
		h.session = s
		h.stale.Store(false)
	}
	h.users++
	return h.session, nil
}

func (h *Host) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.users--
	if h.users == 0 {
		if err := h.session.end(); err != nil {
			h.log.Warn("PortAudio did not end well", "error", err)
		}
		h.session = nil
	}
	close(h.changed)
	h.changed = make(chan struct{})
}

// refresh has the list made anew if it is older than the cards that are there
// now, and says whether that will be.
func (h *Host) refresh() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.users > 0 && h.listed != h.cards() {
		h.stale.Store(true)
	}
	return h.stale.Load()
}

// wish is which device is wanted, and how.
type wish struct {
	name string
	is   direction
	most int // channels
}

// run opens a device and hands it to work, which is to return errRelist when
// the host is stale.
func (h *Host) run(ctx context.Context, w wish, work func(stream, format) error) error {
	for {
		err := h.once(ctx, w, work)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, errRelist) {
			return err
		}
	}
}

func (h *Host) once(ctx context.Context, w wish, work func(stream, format) error) error {
	s, err := h.use(ctx)
	if err != nil {
		return err
	}
	defer h.leave()
	line, f, err := h.open(s, w)
	if err != nil {
		if h.refresh() {
			return errRelist
		}
		return err
	}
	h.log.Info("sound device opened", "device", f.device.Name, "for", w.is.String(), "rate", f.rate, "channels", f.channels)
	err = work(line, f)
	h.calls.Lock()
	defer h.calls.Unlock()
	if e := line.close(); e != nil {
		h.log.Debug("sound device did not close well", "device", f.device.Name, "error", e)
	}
	return err
}

// open opens the wished device at the best rate that it takes.
func (h *Host) open(s session, w wish) (stream, format, error) {
	h.calls.Lock()
	defer h.calls.Unlock()
	devices, err := s.devices()
	if err != nil {
		return nil, format{}, fmt.Errorf("the sound devices cannot be listed: %w", err)
	}
	device, err := find(devices, w.name, w.is)
	if err != nil {
		return nil, format{}, err
	}
	f := format{device: device, is: w.is, channels: channels(device, w)}
	f.buffer = inputBuffer
	if w.is == sounding {
		f.buffer = outputBuffer
	}
	var line stream
	for _, f.rate = range rates(device) {
		if line, err = s.open(f); !errors.Is(err, errRate) {
			break
		}
	}
	if err != nil {
		return nil, f, fmt.Errorf("the %v %q cannot be opened: %w; if another program uses it, end that, else choose another", w.is, device.Name, err)
	}
	return line, f, nil
}

// rates are the sample rates to try, those first that cost least.
func rates(d Device) []int {
	list := []int{48000}
	for _, rate := range []int{d.Rate, 96000, 44100, 32000, 24000, 22050, 16000, 8000} {
		if rate > 0 && !slices.Contains(list, rate) {
			list = append(list, rate)
		}
	}
	return list
}

// manyChannels is what no card has: a device that offers so many converts.
const manyChannels = 16

func channels(d Device, w wish) int {
	n := w.is.channels(d)
	if n > manyChannels {
		n = 1
	}
	return min(n, w.most)
}
