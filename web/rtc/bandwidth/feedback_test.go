package bandwidth

import (
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestUnpack(t *testing.T) {
	m := &rtcp.TransportLayerCC{
		BaseSequenceNumber: 65534, PacketStatusCount: 6, ReferenceTime: 5,
		PacketChunks: []rtcp.PacketStatusChunk{
			&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 2},
			&rtcp.StatusVectorChunk{SymbolSize: 1, SymbolList: []uint16{rtcp.TypeTCCPacketNotReceived, rtcp.TypeTCCPacketReceivedLargeDelta, rtcp.TypeTCCPacketNotReceived, rtcp.TypeTCCPacketReceivedSmallDelta, 0, 0}},
		},
		RecvDeltas: []*rtcp.RecvDelta{{Delta: 250}, {Delta: 1000}, {Delta: -500}, {Delta: 2000}},
	}
	f := Unpack(m, nil)
	us := time.Microsecond
	want := []Arrival{{65534, true, 250 * us}, {65535, true, 1250 * us}, {0, false, 0}, {1, true, 750 * us}, {2, false, 0}, {3, true, 2750 * us}}
	if f.Reference != 5 || !slices.Equal(f.Arrivals, want) {
		t.Errorf("%+v", f)
	}
}

func TestReferenceTimesWrap(t *testing.T) {
	var c refClock
	a := c.unwrap(0xfffffe)
	b := c.unwrap(0x000003)
	if b-a != 5*refTick {
		t.Errorf("across the end: %v", b-a)
	}
	if d := c.unwrap(0xffffff) - b; d != -4*refTick {
		t.Errorf("back again: %v", d)
	}
}

// FuzzFeedback feeds an estimator with whatever a phone could send.
func FuzzFeedback(f *testing.F) {
	good := &rtcp.TransportLayerCC{
		Header:             rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5},
		BaseSequenceNumber: 1, PacketStatusCount: 1,
		PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{PacketStatusSymbol: 1, RunLength: 1}},
		RecvDeltas:   []*rtcp.RecvDelta{{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 250}},
	}
	if raw, err := good.Marshal(); err == nil {
		f.Add(raw)
	}
	f.Add([]byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0x3f, 0xff, 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		packets, err := rtcp.Unmarshal(raw)
		if err != nil {
			return
		}
		e := New(2_000_000)
		for i := range uint16(100) {
			e.Sent(i, time.Duration(i)*time.Millisecond, 1000)
		}
		for i, p := range packets {
			if m, ok := p.(*rtcp.TransportLayerCC); ok {
				e.Feedback(time.Duration(200+i)*time.Millisecond, 0, Unpack(m, nil))
			}
		}
		if r := e.Bitrate(); r < floor || r > 2_000_000 {
			t.Errorf("the estimate is %d", r)
		}
	})
}

func TestWithoutFeedback(t *testing.T) {
	e := New(2_000_000)
	if e.Bitrate() != 2_000_000 {
		t.Errorf("it begins with %d", e.Bitrate())
	}
	e.REMB(700_000)
	if e.Bitrate() != 700_000 {
		t.Errorf("the phone says 700000, the estimate is %d", e.Bitrate())
	}
	e.REMB(5_000_000)
	for i := range 10 {
		e.ReceiverReport(time.Duration(i)*time.Second, 0.3)
	}
	if r := e.Bitrate(); r > 500_000 || e.Loss() < 0.25 {
		t.Errorf("after heavy losses: %d, %v", r, e.Loss())
	}
}

func TestSentAllocatesNothing(t *testing.T) {
	e := New(2_000_000)
	seq := uint16(0)
	if n := testing.AllocsPerRun(100, func() { e.Sent(seq, 1, 1000); seq++ }); n > 0 {
		t.Errorf("a packet costs %v allocations", n)
	}
}
