package portaudio

import (
	"errors"
	"fmt"
	"time"

	pa "github.com/gordonklaus/portaudio"
)

// library is PortAudio, or what stands for it in tests. It hands out one
// session at a time.
type library interface {
	// begin lists the devices anew and must not be called while a session lasts.
	begin() (session, error)
}

// session is one list of devices and what is opened from it.
type session interface {
	devices() ([]Device, error)
	open(format) (stream, error) // errRate: try another rate
	end() error
}

// stream is sound that runs in one direction. It belongs to one goroutine.
type stream interface {
	// available is how many frames can be read, or written, without waiting.
	// From it too, errLost means that sound was lost and that it goes on.
	available() (int, error)
	// transfer reads or writes these samples (interleaved), at most what is
	// available. errLost means that sound was lost and that it goes on.
	transfer(samples []int16) error
	close() error
}

// available asks a stream how much there is. One that has lost sound has begun
// anew by then and is asked again at once: until it is served it loses more.
func available(s stream, lost func()) (n int, err error) {
	for range mostLosses {
		if n, err = s.available(); !errors.Is(err, errLost) {
			break
		}
		lost()
	}
	return n, err
}

// mostLosses in a row are a device that does not work.
const mostLosses = 10

// format is how a stream is opened.
type format struct {
	device   Device
	is       direction
	channels int
	rate     int           // samples a second
	buffer   time.Duration // that the device is asked to have
}

var (
	errLost = errors.New("sound was lost")
	errGone = errors.New("the device does not answer")
	errRate = errors.New("it takes no usual sample rate")
)

// block is how much sound is moved at once, in seconds.
const block = 10 * time.Millisecond

func (f format) frames(d time.Duration) int { return int(d * time.Duration(f.rate) / time.Second) }

// real is PortAudio itself.
type real struct{ numbered bool }

func (r *real) begin() (session, error) {
	hush()
	if err := pa.Initialize(); err != nil {
		return nil, fmt.Errorf("PortAudio does not start: %w", err)
	}
	fineCounters()
	if !r.numbered {
		r.numbered = true
		skipNumbers()
	}
	return realSession{}, nil
}

// skipNumbers has the binding use up the numbers of its first streams. It hands
// a stream's number to C in the guise of a pointer, and one below 4096 is taken
// for a broken pointer where pointers are checked, as under the race detector.
func skipNumbers() {
	for range 4096 {
		if s, err := pa.OpenStream(pa.StreamParameters{}); err == nil { // which needs buffers
			s.Close()
		}
	}
}

type realSession struct{}

func (realSession) end() error { return pa.Terminate() }

func (realSession) devices() ([]Device, error) {
	infos, err := pa.Devices()
	if err != nil {
		return nil, err
	}
	defaults := map[int]bool{}
	for _, ask := range []func() (*pa.DeviceInfo, error){pa.DefaultInputDevice, pa.DefaultOutputDevice} {
		if info, err := ask(); err == nil {
			defaults[info.Index] = true
		}
	}
	devices := make([]Device, len(infos))
	for i, info := range infos {
		devices[i] = Device{
			Name: info.Name, Inputs: info.MaxInputChannels, Outputs: info.MaxOutputChannels,
			Rate: int(info.DefaultSampleRate), Default: defaults[info.Index], index: i,
		}
	}
	return devices, nil
}

func (realSession) open(f format) (stream, error) {
	infos, err := pa.Devices()
	if err != nil {
		return nil, err
	}
	s := &realStream{format: f, alsa: infos[f.device.index].HostApi.Type == pa.ALSA}
	side := pa.StreamDeviceParameters{Device: infos[f.device.index], Channels: f.channels, Latency: f.buffer}
	p := pa.StreamParameters{SampleRate: float64(f.rate), FramesPerBuffer: f.frames(block)}
	if f.is == hearing {
		p.Input = side
	} else {
		p.Output = side
	}
	s.stream, err = pa.OpenStream(p, &s.samples)
	if errors.Is(err, pa.InvalidSampleRate) {
		return nil, errRate
	}
	if err != nil {
		return nil, err
	}
	if err := s.stream.Start(); err != nil {
		return nil, errors.Join(explained(err), s.close())
	}
	return s, nil
}

// realStream reads and writes without callbacks: nothing runs on threads of
// PortAudio's, where a panic would end the program.
type realStream struct {
	format  format
	stream  *pa.Stream
	alsa    bool    // it is ALSA's
	samples []int16 // where PortAudio reads and writes
}

func (s *realStream) available() (int, error) {
	ask := s.stream.AvailableToWrite
	if s.format.is == hearing {
		ask = s.stream.AvailableToRead
	}
	n, err := ask()
	return n, explained(err)
}

func (s *realStream) transfer(samples []int16) error {
	s.samples = samples
	do := s.stream.Write
	if s.format.is == hearing {
		do = s.stream.Read
	}
	err := do()
	s.samples = nil
	return explained(err)
}

// explained is the error as the rest of the package knows it, or words for one
// that has none: so it is when a device has gone.
func explained(err error) error {
	if errors.Is(err, pa.InputOverflowed) || errors.Is(err, pa.OutputUnderflowed) {
		return errLost
	}
	if err != nil && err.Error() == "" {
		return errGone
	}
	return err
}

func (s *realStream) close() error {
	if s.alsa {
		return closeStream(s.stream)
	}
	return s.stream.Close()
}
