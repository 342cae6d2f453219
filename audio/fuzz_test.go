package audio_test

import (
	"encoding/binary"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
)

// FuzzTalk plays whatever a phone may send: each packet is a sequence number,
// a pause before it in milliseconds, a length and as many bytes.
func FuzzTalk(f *testing.F) {
	var good []byte
	for i, s := range speak(f, 440, 200*time.Millisecond, 65533) {
		good = binary.BigEndian.AppendUint16(good, s.packet.Seq)
		good = append(good, byte(i*20%60), byte(len(s.packet.Data)))
		good = append(good, s.packet.Data...)
	}
	f.Add(good)
	f.Add([]byte{0, 1, 0, 1, 8, 0x80, 0, 255, 2, 3, 255, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, p []byte) {
		var packets []sent
		at := time.Duration(0)
		for len(p) >= 4 && len(packets) < 100 {
			n := min(int(p[3]), len(p)-4)
			at += time.Duration(p[2]) * time.Millisecond
			packets = append(packets, sent{at, audio.Packet{Seq: binary.BigEndian.Uint16(p), Data: p[4 : 4+n]}})
			p = p[4+n:]
		}
		synctest.Test(t, func(t *testing.T) {
			v, stop := begin(t, &room{}, audio.VoiceOptions{})
			defer stop()
			began := time.Now()
			err := v.Talk(t.Context(), "Ann", arriving(packets))
			if err != nil && !errors.Is(err, audio.ErrNotOpus) {
				t.Error(err)
			}
			if took := time.Since(began); took > at+15*time.Second {
				t.Errorf("took %v for packets of %v", took, at)
			}
		})
	})
}
