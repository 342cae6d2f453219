package melody

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

func TestScores(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range All() {
		t.Run(p.ID, func(t *testing.T) {
			if seen[p.ID] || p.Title == "" || p.Origin == "" {
				t.Error("its name is taken, or it has no title or origin")
			}
			seen[p.ID] = true
			bars := strings.Split(p.notes, "|")
			var score string
			total := 0.0
			for i, bar := range bars {
				score += bar
				notes, err := parseNotes(score) // from the start, because a length carries over
				if err != nil {
					t.Fatal(err)
				}
				sum := 0.0
				for _, n := range notes {
					sum += n.quarters
					if n.key != 0 && (n.key < 57 || n.key > 84) {
						t.Errorf("bar %d has a note far away: %d", i, n.key)
					}
				}
				want := p.bar
				switch {
				case i == 0 && p.pickup > 0:
					want = p.pickup
				case i == len(bars)-1:
					want = p.bar - p.pickup
				}
				if sum-total != want {
					t.Errorf("bar %d lasts %v quarters, want %v: %s", i, sum-total, want, bar)
				}
				total = sum
			}
			chords := len(strings.Split(p.chords, "|"))
			if p.pickup > 0 {
				chords++
			}
			if chords != len(bars) {
				t.Errorf("%d bars of melody over %d of chords", len(bars), chords)
			}
			if s := p.Length().Seconds(); s < 25 || s > 180 {
				t.Errorf("lasts %.0f s", s)
			}
		})
	}
	if len(seen) < 6 {
		t.Errorf("only %d pieces", len(seen))
	}
}

func TestParse(t *testing.T) {
	notes, err := parseNotes("c'4 cis''8. bes r2 a16")
	want := []note{{60, 1}, {73, 0.75}, {58, 0.75}, {0, 2}, {57, 0.25}}
	if err != nil || fmt.Sprint(notes) != fmt.Sprint(want) {
		t.Errorf("%v, %v; want %v", notes, err, want)
	}
	for _, bad := range []string{"h4", "c'x", "c'0", "c'32", "4", ".", "c''."} {
		if notes, err := parseNotes(bad); err == nil {
			t.Errorf("%q is read as %v", bad, notes)
		}
	}
	for name, want := range map[string][]int{"F": {53, 60, 69, 60}, "Dm": {50, 57, 65, 57}, "C7": {48, 58, 64, 58}, "Fism": {54, 61, 69, 61}} {
		if got, err := parseChord(name); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, %v; want %v", name, got, err, want)
		}
	}
	for _, bad := range []string{"H", "C9", "Cmaj"} {
		if _, err := parseChord(bad); err == nil {
			t.Errorf("%q is a chord", bad)
		}
	}
}

// render plays a piece, at most this many seconds of it.
func render(t testing.TB, p Piece, most int) []int16 {
	t.Helper()
	player, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	var sound []int16
	frame := make([]float32, audio.FrameSize)
	for {
		n, err := player.Read(frame)
		for _, x := range frame[:n] {
			if x < -1 || x > 1 || math.IsNaN(float64(x)) {
				t.Fatalf("sample %d is %v", len(sound), x)
			}
			sound = append(sound, int16(x*32767))
		}
		if errors.Is(err, io.EOF) || len(sound) >= most*audio.Rate {
			return sound
		}
	}
}

func TestSound(t *testing.T) {
	for _, p := range All() {
		t.Run(p.ID, func(t *testing.T) {
			sound := render(t, p, 12)
			peak, jump := 0, 0
			for i, x := range sound {
				peak = max(peak, int(math.Abs(float64(x))))
				if i > 0 {
					jump = max(jump, int(math.Abs(float64(x)-float64(sound[i-1]))))
				}
			}
			rms := 20 * math.Log10(audiotest.RMS(sound))
			t.Logf("%.0f s, peak %.1f dBFS, RMS %.1f dBFS, largest step %d", p.Length().Seconds(), 20*math.Log10(float64(peak)/32767), rms, jump)
			if peak < 4000 || peak > 16400 {
				t.Errorf("peak %d: too quiet, or louder than half of full scale", peak)
			}
			if jump > peak/4 {
				t.Errorf("a step of %d from one sample to the next clicks", jump)
			}
			if math.Abs(float64(sound[0])) > 2 {
				t.Errorf("begins with a step of %d", sound[0])
			}
			firstNote(t, p, sound)
		})
	}
}

func TestEnd(t *testing.T) {
	p, _ := ByID("frere-jacques")
	p.verses = 1
	sound := render(t, p, 1000)
	if want := int(p.Length().Seconds() * audio.Rate); len(sound) < want-1 || len(sound) > want+1 {
		t.Errorf("%d samples, want %d", len(sound), want)
	}
	if loud := audiotest.RMS(sound[len(sound)-audio.Rate/20:]); loud > 3e-4 {
		t.Errorf("still sounds at its end: %v", loud)
	}
}

// firstNote checks the pitch of what sounds first.
func firstNote(t *testing.T, p Piece, sound []int16) {
	t.Helper()
	notes, err := parseNotes(p.notes)
	if err != nil {
		t.Fatal(err)
	}
	want := 440 * math.Pow(2, float64(notes[0].key-69)/12)
	length := int(min(0.4, notes[0].quarters*60/p.tempo) * audio.Rate)
	got := audiotest.Pitch(sound[audio.Rate/100:length], want*0.93, want*1.07)
	if math.Abs(got-want) > want*0.005 {
		t.Errorf("begins at %.1f Hz, want %.1f", got, want)
	}
}

// TestRender writes the pieces as raw samples (16 bits, 48 kHz) where
// MELODY_OUT says, for ears.
func TestRender(t *testing.T) {
	dir := os.Getenv("MELODY_OUT")
	if dir == "" {
		t.Skip("MELODY_OUT names no folder")
	}
	for _, p := range All() {
		sound := render(t, p, 1000)
		raw := make([]byte, 0, 2*len(sound))
		for _, x := range sound {
			raw = append(raw, byte(x), byte(x>>8))
		}
		if err := os.WriteFile(dir+"/"+p.ID+".raw", raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	piece, _ := ByID("brahms")
	frame := make([]float32, audio.FrameSize)
	var p *Player
	b.ReportAllocs()
	for b.Loop() {
		if p == nil {
			p, _ = piece.Open()
		}
		if _, err := p.Read(frame); err != nil {
			p = nil
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/20000*100, "%core")
}
