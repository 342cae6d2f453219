package lab

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// SampleRate is that of Tone and Record, in Hz; both have one channel.
const SampleRate = 48000

// Tone plays a sine of half the full scale, of a frequency in Hz, into a sound
// device (Devices.Room) until the test ends. What the monitor has opened on the
// other side decides the format, so open that first; a player that fails while
// that side settles, or because its card vanishes, is started again.
func Tone(t testing.TB, device string, frequency float64) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			play := exec.CommandContext(ctx, "aplay", "-q", "-D", "plug"+device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", strconv.Itoa(SampleRate))
			play.Stdin = &sine{step: 2 * math.Pi * frequency / SampleRate}
			_ = play.Run()
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() { stop(); <-stopped })
}

// sine is endless 16-bit sound.
type sine struct{ step, phase float64 }

func (s *sine) Read(p []byte) (n int, err error) {
	for ; n+2 <= len(p); n += 2 {
		binary.LittleEndian.PutUint16(p[n:], uint16(int16(math.MaxInt16/2*math.Sin(s.phase))))
		s.phase = math.Mod(s.phase+s.step, 2*math.Pi)
	}
	return n, nil
}

// Record records n samples from a sound device (Devices.Heard). While the other
// side settles on a format there may be nothing to record; it tries again.
func Record(t testing.TB, device string, n int) (samples []int16) {
	t.Helper()
	Until(t, "there is sound at "+device, func() bool {
		var err error
		if samples, err = record(t.Context(), device, n); err != nil {
			t.Log(err)
		}
		return err == nil
	})
	return samples
}

func record(ctx context.Context, device string, n int) ([]int16, error) {
	ctx, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	arecord := exec.CommandContext(ctx, "arecord", "-q", "-D", "plug"+device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", strconv.Itoa(SampleRate))
	var complaint bytes.Buffer
	arecord.Stderr = &complaint
	out, err := arecord.StdoutPipe()
	if err == nil {
		err = arecord.Start()
	}
	if err != nil {
		return nil, err
	}
	sound := make([]byte, 2*n)
	_, err = io.ReadFull(out, sound)
	_ = arecord.Process.Kill()
	_ = arecord.Wait()
	if err != nil {
		return nil, fmt.Errorf("recording from %s: %w %s", device, err, strings.TrimSpace(complaint.String()))
	}
	samples := make([]int16, n)
	for i := range samples {
		samples[i] = int16(binary.LittleEndian.Uint16(sound[2*i:]))
	}
	return samples, nil
}

// Share is how much of a sound's energy is at a frequency in Hz, 0 to 1
// (Goertzel's algorithm); 0 for silence.
func Share(sound []int16, frequency float64) float64 {
	w := 2 * math.Pi * frequency / SampleRate
	var s1, s2, energy float64
	for _, v := range sound {
		x := float64(v)
		s1, s2 = x+2*math.Cos(w)*s1-s2, s1
		energy += x * x
	}
	if energy == 0 {
		return 0
	}
	power := s1*s1 + s2*s2 - 2*math.Cos(w)*s1*s2
	return 2 * power / (float64(len(sound)) * energy)
}
