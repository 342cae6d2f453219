package portaudio

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"time"
)

// shelf stands for PortAudio and the cards of a machine: it lists them when a
// session begins, and fails like the real one.
type shelf struct {
	t *testing.T

	mu       sync.Mutex
	there    []Device // plugged in now
	sessions int      // begun so far
	lasting  bool     // a session is on
	streams  int      // open now
	refuse   []int    // rates that no device takes
	ppm      float64  // by which the devices' clocks are fast
	apart    float64  // ppm by which the speakers' are faster still
	coarse   time.Duration
	sound    func(seconds float64) float64 // what is heard then
	played   []int16                       // the first channel of what was written
	lose     bool                          // sound is lost with the next transfer
	stumble  int                           // so often, to ask what is available tells of a loss
}

func (s *shelf) cards() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return names(s.there)
}

func (s *shelf) plug(devices ...Device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.there = devices
}

func (s *shelf) begin() (session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lasting {
		s.t.Error("a session begins while another lasts")
	}
	s.lasting = true
	s.sessions++
	return &listing{s, slices.Clone(s.there)}, nil
}

type listing struct {
	shelf *shelf
	list  []Device
}

func (l *listing) devices() ([]Device, error) { return l.list, nil }

func (l *listing) end() error {
	l.shelf.mu.Lock()
	defer l.shelf.mu.Unlock()
	if l.shelf.streams > 0 {
		l.shelf.t.Error("a session ends with open streams")
	}
	l.shelf.lasting = false
	return nil
}

func (l *listing) open(f format) (stream, error) {
	l.shelf.mu.Lock()
	defer l.shelf.mu.Unlock()
	if slices.Contains(l.shelf.refuse, f.rate) {
		return nil, errRate
	}
	if !slices.Contains(l.shelf.there, f.device) {
		return nil, errors.New("No such device")
	}
	l.shelf.streams++
	return &wire{shelf: l.shelf, format: f, began: time.Now()}, nil
}

// wire is a stream of a device with a clock of its own, whose counter moves in
// blocks.
type wire struct {
	shelf  *shelf
	format format
	began  time.Time
	moved  int // frames that were transferred
	behind int // frames that the counter lost
}

func (w *wire) rate() float64 {
	ppm := w.shelf.ppm
	if w.format.is == sounding {
		ppm += w.shelf.apart
	}
	return float64(w.format.rate) * (1 + ppm*1e-6)
}

// passed is how many frames the device's clock has counted.
func (w *wire) passed() int {
	n := int(time.Since(w.began).Seconds()*w.rate()) - w.behind
	if w.shelf.coarse > 0 {
		n -= n % w.format.frames(w.shelf.coarse)
	}
	return n
}

func (w *wire) available() (int, error) {
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	if !slices.Contains(w.shelf.there, w.format.device) {
		return 0, errors.New("Device unavailable")
	}
	if w.shelf.stumble > 0 {
		w.shelf.stumble--
		return 0, errLost
	}
	if w.format.is == hearing {
		return max(0, w.passed()-w.moved), nil
	}
	size := w.format.frames(w.format.buffer)
	if late := w.passed() - w.moved; late > 0 { // it has run dry, or not yet begun
		w.behind += late
	}
	return size - (w.moved - w.passed()), nil
}

func (w *wire) transfer(samples []int16) (err error) {
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	n := len(samples) / w.format.channels
	if w.shelf.lose {
		w.shelf.lose = false
		w.behind += w.format.frames(500 * time.Millisecond)
		defer func() { err = errLost }()
	}
	for i := range n {
		if w.format.is == sounding {
			w.shelf.played = append(w.shelf.played, samples[i*w.format.channels])
			continue
		}
		x := w.shelf.sound(float64(w.moved+w.behind+i) / w.rate())
		for c := range w.format.channels {
			samples[i*w.format.channels+c] = int16(math.Round(x * 32767))
		}
	}
	w.moved += n
	return nil
}

func (w *wire) close() error {
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	w.shelf.streams--
	return nil
}
