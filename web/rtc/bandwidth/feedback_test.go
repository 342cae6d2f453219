package bandwidth

import (
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestUnpack(t *testing.T) {
	m := &rtcp.TransportLayerCC{
		Header:             rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 7},
		BaseSequenceNumber: 65534, PacketStatusCount: 6, ReferenceTime: 5,
		PacketChunks: []rtcp.PacketStatusChunk{
			&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 2},
			&rtcp.StatusVectorChunk{SymbolSize: 1, SymbolList: []uint16{rtcp.TypeTCCPacketNotReceived, rtcp.TypeTCCPacketReceivedLargeDelta, rtcp.TypeTCCPacketNotReceived, rtcp.TypeTCCPacketReceivedSmallDelta, 0, 0, 0}},
		},
		RecvDeltas: []*rtcp.RecvDelta{
			{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 250}, {Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 1000},
			{Type: rtcp.TypeTCCPacketReceivedLargeDelta, Delta: -500}, {Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 2000}},
	}
	raw, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	f, err := Unpack(raw, nil)
	us := time.Microsecond
	want := []Arrival{{65534, true, 250 * us}, {65535, true, 1250 * us}, {0, false, 0}, {1, true, 750 * us}, {2, false, 0}, {3, true, 2750 * us}}
	if err != nil || f.Reference != 5 || !slices.Equal(f.Arrivals, want) {
		t.Errorf("%+v %v", f, err)
	}
	for n := range raw[:len(raw)-3] { // the last bytes are padding
		if _, err := Unpack(raw[:n], nil); err == nil {
			t.Errorf("%d bytes of %d are taken", n, len(raw))
		}
	}
	buf := f.Arrivals
	if n := testing.AllocsPerRun(100, func() { _, _ = Unpack(raw, buf) }); n > 0 {
		t.Errorf("a message costs %v allocations", n)
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
		feedback, err := Unpack(raw, nil)
		compare(t, raw, feedback, err)
		if err != nil {
			return
		}
		e := New(2_000_000)
		for i := range uint16(100) {
			e.Sent(i, time.Duration(i)*time.Millisecond, 1000)
		}
		e.Feedback(200*time.Millisecond, 0, feedback)
		e.Feedback(300*time.Millisecond, 0, feedback)
		if r := e.Bitrate(); r < floor || r > 2_000_000 {
			t.Errorf("the estimate is %d", r)
		}
	})
}

// compare sees that another reader of the same message finds the same, where it
// takes it.
func compare(t *testing.T, raw []byte, f Feedback, err error) {
	t.Helper()
	var m rtcp.TransportLayerCC
	if m.Unmarshal(raw) != nil || m.PacketStatusCount > logSize {
		return
	}
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	received := 0
	for _, a := range f.Arrivals {
		if a.Received {
			received++
		}
	}
	if f.Reference != m.ReferenceTime || len(f.Arrivals) > int(m.PacketStatusCount) || received > len(m.RecvDeltas) {
		t.Fatalf("%+v is read from %+v", f, m)
	}
	for i, at := 0, time.Duration(0); i < len(f.Arrivals); i++ {
		if a := f.Arrivals[i]; a.Received {
			at += time.Duration(m.RecvDeltas[0].Delta) * time.Microsecond
			m.RecvDeltas = m.RecvDeltas[1:]
			if a.At != at {
				t.Fatalf("packet %d arrives at %v, not %v", i, a.At, at)
			}
		}
	}
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
