package noise

import (
	"math"
	"os"
	"testing"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
)

func render(t testing.TB, k Kind, seconds int) []int16 {
	t.Helper()
	p, ok := Open(k, 1)
	if !ok {
		t.Fatalf("no %s", k)
	}
	frame := make([]float32, audio.FrameSize)
	sound := make([]int16, 0, seconds*audio.Rate)
	for len(sound) < cap(sound) {
		p.Read(frame)
		for _, x := range frame {
			if x < -1 || x > 1 || math.IsNaN(float64(x)) {
				t.Fatalf("sample %d is %v", len(sound), x)
			}
			sound = append(sound, int16(x*32767))
		}
	}
	return sound
}

// octave is the RMS of sound in the octave above hz, in dB.
func octave(sound []int16, hz float64) float64 {
	high, low := highpass(hz), lowpass(2*hz)
	high2, low2 := highpass(hz), lowpass(2*hz)
	var sum float64
	for _, x := range sound {
		y := float64(low2.next(low.next(high2.next(high.next(float32(x))))))
		sum += y * y
	}
	return 10 * math.Log10(sum/float64(len(sound)))
}

func TestLoudness(t *testing.T) {
	for _, k := range Kinds() {
		sound := render(t, k, 30)
		peak := 0.0
		for _, x := range sound {
			peak = max(peak, math.Abs(float64(x))/32767)
		}
		rms := 20 * math.Log10(audiotest.RMS(sound))
		t.Logf("%-9s RMS %.1f dBFS, peak %.1f dBFS", k, rms, 20*math.Log10(peak))
		if rms < -31 || rms > -25 {
			t.Errorf("%s has %.1f dBFS RMS, want about -28", k, rms)
		}
		if peak > 0.5 {
			t.Errorf("%s peaks at %.2f", k, peak)
		}
		if k.Title() == "" {
			t.Errorf("%s has no title", k)
		}
	}
}

func TestSpectrum(t *testing.T) {
	tests := []struct {
		kind Kind
		want float64 // dB an octave
	}{{White, 3}, {Pink, 0}, {Brown, -3}}
	for _, test := range tests {
		sound := render(t, test.kind, 10)
		if got := (octave(sound, 2000) - octave(sound, 250)) / 3; math.Abs(got-test.want) > 0.7 {
			t.Errorf("%s: each octave is %.1f dB louder than the one below, want %v", test.kind, got, test.want)
		}
	}
}

func TestHeartbeat(t *testing.T) {
	sound := render(t, Heartbeat, 20)
	const window = audio.Rate / 10
	beats, loud := 0, false
	for i := 0; i+window <= len(sound); i += window / 4 {
		a := audiotest.Amplitude(sound[i:i+window], 58)
		if !loud && a > 0.06 {
			beats++
		}
		loud = a > 0.06 || loud && a > 0.03
	}
	if beats < 20 || beats > 24 {
		t.Errorf("%d thuds in 20 s, want 22 strong ones", beats)
	}
}

func TestUnknown(t *testing.T) {
	if _, ok := Open("thunder", 1); ok {
		t.Error("there is thunder")
	}
}

// TestRender writes raw samples (16 bits, 48 kHz) where NOISE_OUT says, for
// ears.
func TestRender(t *testing.T) {
	dir := os.Getenv("NOISE_OUT")
	if dir == "" {
		t.Skip("NOISE_OUT names no folder")
	}
	for _, k := range Kinds() {
		raw := []byte{}
		for _, x := range render(t, k, 20) {
			raw = append(raw, byte(x), byte(x>>8))
		}
		if err := os.WriteFile(dir+"/"+string(k)+".raw", raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, k := range Kinds() {
		b.Run(string(k), func(b *testing.B) {
			p, _ := Open(k, 1)
			frame := make([]float32, audio.FrameSize)
			b.ReportAllocs()
			for b.Loop() {
				p.Read(frame)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/20000*100, "%core")
		})
	}
}
