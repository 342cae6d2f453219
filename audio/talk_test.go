package audio_test

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// sent is a packet and when it arrives.
type sent struct {
	at     time.Duration
	packet audio.Packet
}

// speak encodes a tone as a phone sends it, beginning at this sequence number.
func speak(t testing.TB, hz float64, d time.Duration, seq uint16) []sent {
	t.Helper()
	e, err := newEncoder()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	sound := audiotest.Tone(hz, 0.3, int(d*audio.Rate/time.Second))
	var packets []sent
	for i := 0; (i+1)*audio.FrameSize <= len(sound); i++ {
		data, err := e.Encode(sound[i*audio.FrameSize:][:audio.FrameSize])
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, sent{time.Duration(i) * audio.FrameTime, audio.Packet{Seq: seq + uint16(i), Data: data}})
	}
	return packets
}

// arriving yields packets when they arrive.
func arriving(packets []sent) iter.Seq[audio.Packet] {
	packets = slices.SortedStableFunc(slices.Values(packets), func(a, b sent) int { return cmp.Compare(a.at, b.at) })
	return func(yield func(audio.Packet) bool) {
		began := time.Now()
		for _, p := range packets {
			time.Sleep(p.at - time.Since(began))
			p.packet.At = time.Now()
			if !yield(p.packet) {
				return
			}
		}
	}
}

// names notes who talks.
type names struct {
	mu  sync.Mutex
	all []string
}

func (n *names) note(now []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, strings.Join(now, "+"))
}

func (n *names) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.all, ",")
}

func TestTalk(t *testing.T) {
	const second = 50 // packets
	tests := []struct {
		name   string
		seq    uint16
		spoil  func([]sent) []sent
		atMost time.Duration // of silence and concealment inside
		least  float64       // amplitude
	}{
		{"in order", 100, func(p []sent) []sent { return p }, 0, 0.25},
		{"sequence numbers wrap", 65500, func(p []sent) []sent { return p }, 0, 0.25},
		{"jitter of 60 ms, out of order", 1, func(p []sent) []sent {
			r := rand.New(rand.NewPCG(1, 2))
			for i := range p {
				p[i].at += time.Duration(r.Int64N(int64(60 * time.Millisecond)))
			}
			return p
		}, 0, 0.2},
		{"everything twice", 1, func(p []sent) []sent { return append(p, p...) }, 0, 0.25},
		{"every tenth lost", 1, func(p []sent) []sent {
			return slices.DeleteFunc(p, func(s sent) bool { return s.packet.Seq%10 == 5 })
		}, 0, 0.2},
		{"a hole of 100 ms, then all of it at once", 1, func(p []sent) []sent {
			for i := range p {
				if i >= second && i < second+5 {
					p[i].at = p[second+5].at
				}
			}
			return p
		}, 0, 0.15},
		{"garbage in between", 1, func(p []sent) []sent {
			for i := 7; i < len(p); i += 11 {
				p[i].packet.Data = []byte{3, 0xff, 0xff}
			}
			return p
		}, 0, 0.2},
		{"a new sequence", 1, func(p []sent) []sent {
			for i := second; i < len(p); i++ {
				p[i].packet.Seq += 30000
			}
			return p
		}, 0, 0.2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &room{}
				var who names
				v, stop := begin(t, r, audio.VoiceOptions{Talking: who.note})
				defer stop()
				packets := test.spoil(speak(t, 440, 3*time.Second, test.seq))
				if err := v.Talk(t.Context(), "Ann", arriving(packets)); err != nil {
					t.Error(err)
				}
				sound := r.played(300*time.Millisecond, 2900*time.Millisecond)
				if hz := audiotest.Pitch(sound, 300, 600); math.Abs(hz-440) > 2 {
					t.Errorf("heard at %.1f Hz", hz)
				}
				if a := audiotest.RMS(sound) * math.Sqrt2; a < test.least {
					t.Errorf("heard with amplitude %.2f", a)
				}
				if got := who.String(); got != "Ann," {
					t.Errorf("who talked: %q", got)
				}
			})
		})
	}
}

// TestTalkDelay measures how late speech is heard.
func TestTalkDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		time.Sleep(995 * time.Millisecond)
		if err := v.Talk(t.Context(), "Ann", arriving(speak(t, 440, time.Second, 1))); err != nil {
			t.Error(err)
		}
		sound := r.played(0, time.Minute)
		at := slices.IndexFunc(sound, func(x int16) bool { return x > 2000 || x < -2000 })
		delay := audio.FrameTime + time.Duration(at)*time.Second/audio.Rate - 995*time.Millisecond // the first fill is at 20 ms
		t.Logf("heard after %v", delay)
		if delay > 120*time.Millisecond {
			t.Errorf("heard only after %v", delay)
		}
	})
}

func TestTalkPausesAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		var who names
		v, stop := begin(t, r, audio.VoiceOptions{Talking: who.note})
		defer stop()
		packets := speak(t, 440, 4*time.Second, 9)
		for i := range packets[100:] {
			packets[100+i].at += 3 * time.Second
		}
		done := make(chan error)
		go func() { done <- v.Talk(t.Context(), "Ann", arriving(packets)) }()
		time.Sleep(2300 * time.Millisecond)
		if got := who.String(); got != "Ann" {
			t.Errorf("0.3 s after the last packet: %q", got)
		}
		time.Sleep(400 * time.Millisecond)
		if got := who.String(); got != "Ann," {
			t.Errorf("0.7 s after the last packet: %q", got)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := who.String(); got != "Ann,,Ann," {
			t.Errorf("in the end: %q", got)
		}
		if a := audiotest.Amplitude(r.played(5500*time.Millisecond, 6500*time.Millisecond), 440); a < 0.2 {
			t.Errorf("the second talk is heard with amplitude %.2f", a)
		}
	})
}

func TestTwoTalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		var who names
		v, stop := begin(t, r, audio.VoiceOptions{Talking: who.note})
		defer stop()
		var wg sync.WaitGroup
		for name, hz := range map[string]float64{"Bob": 500, "Ann": 900} {
			wg.Go(func() {
				if err := v.Talk(t.Context(), name, arriving(speak(t, hz, time.Second, 1))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if !strings.Contains(who.String(), "Ann+Bob") {
			t.Errorf("who talked: %q", who.String())
		}
		sound := r.played(400*time.Millisecond, 900*time.Millisecond)
		if a, b := audiotest.Amplitude(sound, 500), audiotest.Amplitude(sound, 900); a < 0.2 || b < 0.2 {
			t.Errorf("heard with amplitudes %.2f and %.2f", a, b)
		}
	})
}

func TestTalkEndsAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var who names
		v, stop := begin(t, &room{}, audio.VoiceOptions{Talking: who.note})
		defer stop()
		began := time.Now()
		err := v.Talk(t.Context(), "Ann", arriving(speak(t, 440, 70*time.Second, 1)))
		if took := time.Since(began); !errors.Is(err, audio.ErrTalkedLong) || took < 59*time.Second || took > 62*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if got := who.String(); got != "Ann," {
			t.Errorf("who talked: %q", got)
		}
	})
}

func TestTalkOfGarbage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, stop := begin(t, &room{}, audio.VoiceOptions{})
		defer stop()
		packets := speak(t, 440, 5*time.Second, 1)
		for i := range packets {
			packets[i].packet.Data = []byte{3, 0xff, 0xff}
		}
		if err := v.Talk(t.Context(), "Ann", arriving(packets)); !errors.Is(err, audio.ErrNotOpus) {
			t.Error(err)
		}
	})
}

func TestTalkWithoutSpeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{broken: errors.New("unplugged")}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		time.Sleep(100 * time.Millisecond)
		began := time.Now()
		err := v.Talk(t.Context(), "Ann", arriving(speak(t, 440, 5*time.Second, 1)))
		if err == nil || !strings.Contains(err.Error(), "unplugged") || time.Since(began) > 100*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestTalkGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, stop := begin(t, &room{}, audio.VoiceOptions{})
		defer stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := v.Talk(ctx, "Ann", arriving(speak(t, 440, 5*time.Second, 1))); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
