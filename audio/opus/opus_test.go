package opus_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
	"babymonitor/audio/opus"
)

func encoder() (audio.Encoder, error) { return opus.NewEncoder() }
func decoder() (audio.Decoder, error) { return opus.NewDecoder() }

func TestCodec(t *testing.T) { audiotest.TestCodec(t, encoder, decoder) }

func TestPacketsFitTheirBitrate(t *testing.T) {
	e, err := opus.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	total := 0
	sound := audiotest.Tone(440, 0.3, audio.FrameSize)
	for range 100 {
		p, err := e.Encode(sound)
		if err != nil {
			t.Fatal(err)
		}
		total += len(p)
	}
	if rate := total * 8 / 2; rate < 6000 || rate > 48000 {
		t.Errorf("a tone takes %d b/s", rate)
	}
}

func TestPacketsAreKept(t *testing.T) {
	e, err := opus.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	first, err := e.Encode(audiotest.Tone(440, 0.3, audio.FrameSize))
	if err != nil {
		t.Fatal(err)
	}
	was := string(first)
	first = append(first, "more"...) // must not reach into the next packet
	second, err := e.Encode(audiotest.Tone(880, 0.3, audio.FrameSize))
	if err != nil {
		t.Fatal(err)
	}
	if string(first[:len(was)]) != was || string(second[:4]) == "more" {
		t.Error("packets share memory")
	}
}

// A browser may mark its packets as stereo and may join several frames; the
// table of contents in the first byte (RFC 6716 section 3.1) tells.
func TestShapesOfPackets(t *testing.T) {
	e, err := opus.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var packet []byte
	for range 20 { // let it settle
		if packet, err = e.Encode(audiotest.Tone(440, 0.3, audio.FrameSize)); err != nil {
			t.Fatal(err)
		}
	}
	double := append([]byte{packet[0] | 1}, packet[1:]...) // two frames of the same size
	double = append(double, packet[1:]...)
	const silkStereo, celtStereo = 9<<3 | 4, 31<<3 | 4 // 20 ms each
	tests := []struct {
		name   string
		packet []byte
		want   int
	}{
		{"one frame", packet, audio.FrameSize},
		{"two frames", double, 2 * audio.FrameSize},
		{"stereo silence, SILK", []byte{silkStereo}, audio.FrameSize},
		{"stereo silence, CELT", []byte{celtStereo, 0xff, 0xfe}, audio.FrameSize},
		{"60 ms", []byte{11 << 3}, 3 * audio.FrameSize},
		{"2.5 ms", []byte{28 << 3, 0xff, 0xfe}, audio.FrameSize / 8},
	}
	d, err := opus.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	room := make([]int16, audio.MaxPacketSamples)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n, err := d.Decode(test.packet, room)
			if err != nil || n != test.want {
				t.Errorf("decoded %d samples, want %d: %v", n, test.want, err)
			}
		})
	}
}

func TestUseAfterClose(t *testing.T) {
	e, err := opus.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
	if _, err := e.Encode(make([]int16, audio.FrameSize)); err == nil {
		t.Error("a closed encoder encodes")
	}
	d, err := opus.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	if _, err := d.Decode(nil, make([]int16, audio.FrameSize)); err == nil {
		t.Error("a closed decoder decodes")
	}
}

func FuzzDecode(f *testing.F) {
	e, err := opus.NewEncoder()
	if err != nil {
		f.Fatal(err)
	}
	defer e.Close()
	packet, err := e.Encode(audiotest.Tone(440, 0.3, audio.FrameSize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packet, packet)
	f.Add([]byte{3, 0xff}, []byte{0xfc, 0xff, 0xfe})
	f.Add([]byte{}, make([]byte, 9000))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		d, err := opus.NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		room := make([]int16, audio.MaxPacketSamples)
		for _, decode := range []func() (int, error){
			func() (int, error) { return d.Decode(one, room) },
			func() (int, error) { return d.Recover(two, room) },
			func() (int, error) { return d.Decode(two, room) },
			func() (int, error) { return d.Decode(nil, room) },
		} {
			if n, err := decode(); n < 0 || n > len(room) || (err != nil && n != 0) {
				t.Fatalf("%d samples and %v", n, err)
			}
		}
	})
}

// voice is two seconds of something like a child's voice in a room that hums: a
// pitch that wanders, its harmonics, syllables, noise.
func voice() []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	sound := make([]int16, 2*audio.Rate)
	var turn float64
	for i := range sound {
		t := float64(i) / audio.Rate
		turn += 2 * math.Pi * (380 + 60*math.Sin(5*t)) / audio.Rate
		var x float64
		for h := 1.0; h <= 12; h++ {
			x += math.Sin(h*turn) / h
		}
		sound[i] = int16(6000*x*max(0, math.Sin(20*t)) + 150*r.NormFloat64())
	}
	return sound
}

func BenchmarkEncode(b *testing.B) {
	e, err := opus.NewEncoder()
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	sound := voice()
	b.ReportAllocs()
	for i := 0; b.Loop(); i = (i + audio.FrameSize) % len(sound) {
		if _, err := e.Encode(sound[i : i+audio.FrameSize]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	e, _ := opus.NewEncoder()
	defer e.Close()
	d, err := opus.NewDecoder()
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	packet, err := e.Encode(audiotest.Tone(440, 0.3, audio.FrameSize))
	if err != nil {
		b.Fatal(err)
	}
	room := make([]int16, audio.MaxPacketSamples)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(packet, room); err != nil {
			b.Fatal(err)
		}
	}
}
