package rtc

import (
	"runtime"
	"testing"
	"time"

	"babymonitor/audio"
	"babymonitor/web/rtc/rtctest"
)

// audience lets n phones connect and then takes what is sent to them away on the
// way, so that the sending alone is measured.
func audience(t testing.TB, n int) *house {
	h := open(t, func(o *Options) { o.Watch, o.Hear, o.MaxViewers = nil, nil, n })
	r := lossy(t, h, rtctest.Link{}, rtctest.Link{})
	for range n {
		v := h.dial(rtctest.Config{Feedback: true, Answer: r.Through})
		h.wait(v, func(s rtctest.Stats) bool { return s.Connected > 0 })
	}
	h.until("all are there", func() bool {
		h.server.picture.mu.Lock()
		defer h.server.picture.mu.Unlock()
		return len(h.server.picture.legs) == n
	})
	r.Set(rtctest.Link{Loss: 1}, rtctest.Link{Loss: 1})
	h.server.picture.publish(testUnit(time.Now(), true, 8000))
	return h
}

// frame is a picture of seven packets: 2 Mb/s at 30 a second.
const frame = 8000

const packetsOfFrame = (frame + 1149) / 1150

func TestSendingAllocatesNothing(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget")
	}
	const phones, pictures = 4, 500
	h := audience(t, phones)
	au, word := testUnit(time.Now(), false, frame), audio.Packet{At: time.Now(), Data: make([]byte, 80)}
	send := func(n int) {
		for i := range n {
			au.At = time.Now()
			h.server.picture.publish(au)
			word.At = word.At.Add(audio.FrameTime)
			h.server.sound.publish(word)
			_ = i
		}
	}
	send(10) // whatever is made once
	least := 1.0
	for range 5 { // the phones' own doings go on beside
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		send(pictures)
		runtime.ReadMemStats(&after)
		least = min(least, float64(after.Mallocs-before.Mallocs)/(phones*pictures*(packetsOfFrame+1)))
	}
	if least > 0.02 {
		t.Errorf("a packet costs %.3f allocations", least)
	}
	t.Logf("%.4f allocations a packet, of which the path itself has none", least)
}

// BenchmarkSendPath sends pictures of seven packets to twenty phones; an
// operation is one packet to one phone.
func BenchmarkSendPath(b *testing.B) {
	const phones = 20
	h := audience(b, phones)
	au := testUnit(time.Now(), false, frame)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%(phones*packetsOfFrame) == 0 {
			au.At = time.Now()
			h.server.picture.publish(au)
		}
	}
	b.StopTimer()
	c := h.server.Counters().Port
	b.ReportMetric(float64(c.Packets)/float64(max(c.Messages, 1)), "packets/message")
}

// BenchmarkPack cuts a picture of seven packets.
func BenchmarkPack(b *testing.B) {
	h := newPicture(Options{}, nil, clock{time.Now()}).history
	au := testUnit(time.Now(), false, frame)
	b.ReportAllocs()
	for b.Loop() {
		h.Pack(au.NALUs, 0, false)
	}
}
