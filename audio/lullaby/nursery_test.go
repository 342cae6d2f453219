package lullaby

import (
	"context"
	"math"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

// speaker keeps what it plays in real (fake) time.
type speaker struct {
	mu     sync.Mutex
	heard  []int16
	broken error
}

func (s *speaker) Play(ctx context.Context, fill func([]int16)) error {
	ticker := time.NewTicker(audio.FrameTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		s.mu.Lock()
		broken := s.broken
		s.mu.Unlock()
		if broken != nil {
			return broken
		}
		frame := make([]int16, audio.FrameSize)
		fill(frame)
		s.mu.Lock()
		s.heard = append(s.heard, frame...)
		s.mu.Unlock()
	}
}

// loud is the RMS of the last d, in dBFS.
func (s *speaker) loud(d time.Duration) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.heard), int(d*audio.Rate/time.Second))
	return 20 * math.Log10(audiotest.RMS(s.heard[len(s.heard)-n:])+1e-9)
}

// nursery is a player with all that it needs.
type nursery struct {
	*Player
	t       *testing.T
	speaker *speaker
	library *Library
	file    string
	stop    func()

	mu   sync.Mutex
	told []Status
}

func newNursery(t *testing.T) *nursery {
	n := &nursery{t: t, speaker: &speaker{}, file: filepath.Join(t.TempDir(), "player.json")}
	n.library, _ = newLibrary(t)
	n.start()
	return n
}

// start runs the player as after a start of the program.
func (n *nursery) start() {
	voice := audio.NewVoice(audio.VoiceOptions{Speaker: n.speaker, Health: func(h audio.Health) {
		if n.Player != nil {
			n.Player.SpeakerHealth(h)
		}
	}})
	n.Player = NewPlayer(PlayerOptions{Library: n.library, Voice: voice, StateFile: n.file, MaxVolume: 100, Changed: func(s Status) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.told = append(n.told, s)
	}})
	ctx, cancel := context.WithCancel(n.t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { voice.Run(ctx) })
	wg.Go(func() { n.Player.Run(ctx) })
	n.stop = func() { cancel(); wg.Wait() }
	synctest.Wait()
}

func (n *nursery) last() Status {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.told[len(n.told)-1]
}

func (n *nursery) play(o Order) Status {
	n.t.Helper()
	s, err := n.Play(o)
	if err != nil {
		n.t.Fatal(err)
	}
	return s
}
