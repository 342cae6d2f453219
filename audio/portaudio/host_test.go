package portaudio

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

func silence(float64) float64 { return 0 }

func TestSuites(t *testing.T) {
	s := &shelf{t: t, sound: wave}
	s.plug(Device{Name: "both", Inputs: 2, Outputs: 2})
	h := newHost(s, s.cards, nil)
	audiotest.TestMicrophone(t, func(*testing.T) audio.Microphone { return h.Microphone("both", Best) })
	audiotest.TestSpeaker(t, func(*testing.T) audio.Speaker { return h.Speaker("both") })
	if s.lasting || s.streams > 0 {
		t.Errorf("something stays open: session %v, %d streams", s.lasting, s.streams)
	}
}

// room is a microphone or a speaker that its room keeps open.
type room struct {
	moves atomic.Int64 // frames
	ends  atomic.Int64 // by failures
}

// keep opens again and again, as package audio does, until ctx ends.
func (r *room) keep(ctx context.Context, open func(beat func()) error) {
	for ctx.Err() == nil {
		open(func() { r.moves.Add(1) })
		r.ends.Add(1)
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func TestADeviceThatIsPluggedInLaterIsFoundWithoutHarmToTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := Device{Name: "box (hw:0,0)", Outputs: 2}
		s := &shelf{t: t, sound: silence}
		s.plug(box)
		h := newHost(s, s.cards, nil)
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		var ear, voice room
		go voice.keep(ctx, func(beat func()) error {
			return h.Speaker("").Play(ctx, func([]int16) { beat() })
		})
		synctest.Wait() // it plays, and has the list
		go ear.keep(ctx, func(beat func()) error {
			return h.Microphone("", Best).Listen(ctx, func(audio.PCM) { beat() })
		})
		stage := func(d time.Duration) (heard, played int64) {
			heard, played = ear.moves.Load(), voice.moves.Load()
			time.Sleep(d)
			synctest.Wait()
			return ear.moves.Load() - heard, voice.moves.Load() - played
		}
		if heard, played := stage(10 * time.Second); heard > 0 || played < 495 {
			t.Errorf("without a microphone: heard %d and played %d in 10 s", heard, played)
		}
		if s.sessions != 1 {
			t.Errorf("a microphone that is not there has the list made %d times", s.sessions)
		}
		s.plug(Device{Name: "mic (hw:1,0)", Inputs: 1, index: 1}, box)
		if heard, played := stage(10 * time.Second); heard < 450 || played < 490 {
			t.Errorf("plugged in: heard %d and played %d in 10 s", heard, played)
		}
		s.plug(box)
		if heard, played := stage(10 * time.Second); heard > 2 || played < 490 {
			t.Errorf("unplugged: heard %d and played %d in 10 s", heard, played)
		}
		s.plug(box, Device{Name: "mic (hw:2,0)", Inputs: 1, index: 1})
		if heard, played := stage(10 * time.Second); heard < 450 || played < 490 {
			t.Errorf("plugged in again: heard %d and played %d in 10 s", heard, played)
		}
		if voice.ends.Load() > 0 {
			t.Errorf("the speaker failed %d times", voice.ends.Load())
		}
	})
}

// TestABusyMachineLosesSoundAndNoDevice: ALSA tells of a loss also when it is
// asked how much there is, and of several in a row.
func TestABusyMachineLosesSoundAndNoDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, sound: silence}
		s.plug(Device{Name: "both", Inputs: 1, Outputs: 1})
		h := newHost(s, s.cards, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		var heard, filled atomic.Int32
		ended := make(chan error, 2)
		go func() { ended <- h.Microphone("", Best).Listen(ctx, func(audio.PCM) { heard.Add(1) }) }()
		go func() { ended <- h.Speaker("").Play(ctx, func([]int16) { filled.Add(1) }) }()
		time.Sleep(2 * time.Second)
		s.mu.Lock()
		s.stumble = 7
		s.mu.Unlock()
		before := [2]int32{heard.Load(), filled.Load()}
		for range 2 {
			if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
		if heard.Load()-before[0] < 90 || filled.Load()-before[1] < 90 {
			t.Errorf("in two seconds %d frames are heard and %d are asked for", heard.Load()-before[0], filled.Load()-before[1])
		}
	})
}

func TestADeviceThatAlwaysLosesSoundFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, sound: silence, stumble: math.MaxInt}
		s.plug(Device{Name: "both", Inputs: 1, Outputs: 1})
		h := newHost(s, s.cards, nil)
		if err := h.Microphone("", Best).Listen(t.Context(), func(audio.PCM) {}); !errors.Is(err, errLost) {
			t.Error(err)
		}
		if err := h.Speaker("").Play(t.Context(), func([]int16) {}); !errors.Is(err, errLost) {
			t.Error(err)
		}
	})
}

func TestListsDevicesWhileSoundRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{t: t, sound: silence}
		s.plug(Device{Name: "mic", Inputs: 1})
		h := newHost(s, s.cards, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ended := make(chan error)
		go func() { ended <- h.Microphone("", Best).Listen(ctx, func(audio.PCM) {}) }()
		synctest.Wait()
		if list, err := h.Devices(ctx); err != nil || len(list) != 1 {
			t.Errorf("%v, %v", list, err)
		}
		if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if s.sessions != 1 {
			t.Errorf("%d sessions", s.sessions)
		}
	})
}

func TestTakesTheRateThatItGets(t *testing.T) {
	s := &shelf{t: t, sound: silence, refuse: []int{48000, 16000, 96000}}
	s.plug(Device{Name: "mic", Inputs: 1, Rate: 16000})
	_, f, err := newHost(s, s.cards, nil).open(&listing{s, s.there}, wish{is: hearing, most: 8})
	if err != nil || f.rate != 44100 {
		t.Errorf("opened at %d: %v", f.rate, err)
	}
	s.refuse = rates(Device{})
	_, _, err = newHost(s, s.cards, nil).open(&listing{s, s.there}, wish{is: hearing, most: 8})
	if err == nil || !strings.Contains(err.Error(), `"mic" cannot be opened: it takes no usual sample rate`) {
		t.Error(err)
	}
}

func TestFind(t *testing.T) {
	pi := []Device{
		{Name: "vc4-hdmi-0: MAI PCM i2s-hifi-0 (hw:0,0)", Outputs: 2},
		{Name: "bcm2835 Headphones: - (hw:1,0)", Outputs: 8},
		{Name: "USB PnP Sound Device: Audio (hw:2,0)", Inputs: 1, Outputs: 2},
		{Name: "sysdefault", Outputs: 128},
		{Name: "default", Outputs: 128, Default: true},
	}
	laptop := []Device{
		{Name: "HDA Intel: ALC (hw:0,0)", Inputs: 2, Outputs: 2},
		{Name: "pulse", Inputs: 32, Outputs: 32},
		{Name: "default", Inputs: 32, Outputs: 32, Default: true},
	}
	twins := []Device{{Name: "USB: Audio (hw:1,0)", Inputs: 1}, {Name: "USB: Audio (hw:2,0)", Inputs: 1}}
	for _, c := range []struct {
		list []Device
		name string
		is   direction
		want string // or a part of the error
	}{
		{pi, "", hearing, "USB PnP Sound Device: Audio (hw:2,0)"},
		{pi, "auto", sounding, "USB PnP Sound Device: Audio (hw:2,0)"},
		{pi[:2], "auto", sounding, "bcm2835 Headphones: - (hw:1,0)"},
		{pi[:1], "auto", sounding, "vc4-hdmi-0: MAI PCM i2s-hifi-0 (hw:0,0)"},
		{laptop, "auto", hearing, "pulse"},
		{pi, "default", sounding, "default"},
		{pi, "USB PnP Sound Device: Audio (hw:1,0)", hearing, "USB PnP Sound Device: Audio (hw:2,0)"},
		{pi, "headphones", sounding, "bcm2835 Headphones: - (hw:1,0)"},
		{pi, "hw:2,0", hearing, "USB PnP Sound Device: Audio (hw:2,0)"},
		{pi, "hw:2", hearing, "USB PnP Sound Device: Audio (hw:2,0)"},
		{twins, "USB: Audio (hw:2,0)", hearing, "USB: Audio (hw:2,0)"},
		{twins, "USB: Audio (hw:3,0)", hearing, "can be more than one microphone"},
		{pi, "headphones", hearing, `no microphone named "headphones": plug it in, or choose one of "USB PnP`},
		{pi, "hw:7,0", sounding, "no speaker named"},
		{pi[:2], "", hearing, "there is no microphone: plug one in"},
	} {
		got, err := find(c.list, c.name, c.is)
		if err == nil && got.Name != c.want || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v %q is %q, %v; want %s", c.is, c.name, got.Name, err, c.want)
		}
	}
}
