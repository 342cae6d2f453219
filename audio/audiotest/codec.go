package audiotest

import (
	"math"
	"testing"

	"babymonitor/audio"
)

// TestCodec checks an encoder and the decoder that reads its packets.
func TestCodec(t *testing.T, encoder func() (audio.Encoder, error), decoder func() (audio.Decoder, error)) {
	open := func(t *testing.T) (audio.Encoder, audio.Decoder) {
		e, err := encoder()
		if err != nil {
			t.Fatal(err)
		}
		d, err := decoder()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			for range 2 {
				if err := e.Close(); err != nil {
					t.Errorf("close the encoder: %v", err)
				}
				if err := d.Close(); err != nil {
					t.Errorf("close the decoder: %v", err)
				}
			}
		})
		return e, d
	}
	t.Run("a tone survives", func(t *testing.T) {
		e, d := open(t)
		heard := pass(t, e, d, Tone(440, 0.3, 50*audio.FrameSize), func(int) bool { return false })
		checkTone(t, heard, 440, 0.3)
	})
	t.Run("a tone survives losses", func(t *testing.T) {
		e, d := open(t)
		heard := pass(t, e, d, Tone(440, 0.3, 50*audio.FrameSize), func(i int) bool { return i%10 == 7 })
		checkTone(t, heard, 440, 0.2)
	})
	t.Run("garbage is an error and no end", func(t *testing.T) {
		e, d := open(t)
		room := make([]int16, audio.MaxPacketSamples)
		garbage := []byte{3, 0xff, 0xff, 0xff}
		if n, err := d.Decode(garbage, room); err == nil {
			t.Errorf("a packet with an impossible frame count decodes to %d samples", n)
		}
		if _, err := d.Decode([]byte{}, room); err == nil {
			t.Error("an empty packet is taken for one")
		}
		heard := pass(t, e, d, Tone(440, 0.3, 50*audio.FrameSize), func(int) bool { return false })
		checkTone(t, heard, 440, 0.3)
	})
	t.Run("a frame of another size is an error", func(t *testing.T) {
		e, _ := open(t)
		for _, n := range []int{0, 1, audio.FrameSize - 1, 2 * audio.FrameSize} {
			if _, err := e.Encode(make([]int16, n)); err == nil {
				t.Errorf("a frame of %d samples is encoded", n)
			}
		}
	})
}

// pass encodes and decodes sound; packets for which lost is true do not arrive.
func pass(t *testing.T, e audio.Encoder, d audio.Decoder, sound []int16, lost func(i int) bool) []int16 {
	t.Helper()
	var heard []int16
	room := make([]int16, audio.MaxPacketSamples)
	add := func(n int, err error) {
		if err != nil || n != audio.FrameSize {
			t.Fatalf("decoded %d samples: %v", n, err)
		}
		heard = append(heard, room[:n]...)
	}
	missing := false
	for i := 0; (i+1)*audio.FrameSize <= len(sound); i++ {
		packet, err := e.Encode(sound[i*audio.FrameSize : (i+1)*audio.FrameSize])
		if err != nil {
			t.Fatal(err)
		}
		if missing {
			add(d.Recover(packet, room))
		}
		if missing = lost(i); !missing {
			add(d.Decode(packet, room))
		}
	}
	if missing {
		add(d.Decode(nil, room))
	}
	return heard
}

// checkTone leaves the first 200 ms out, in which a codec settles.
func checkTone(t *testing.T, heard []int16, hz, atLeast float64) {
	t.Helper()
	heard = heard[10*audio.FrameSize:]
	if got := Pitch(heard, 100, 2000); math.Abs(got-hz) > 1 {
		t.Errorf("a tone of %v Hz comes out at %.1f Hz", hz, got)
	}
	if got := Amplitude(heard, hz); got < atLeast*0.7 || got > 0.45 {
		t.Errorf("the tone comes out with amplitude %.3f; want about %v", got, atLeast)
	}
}
