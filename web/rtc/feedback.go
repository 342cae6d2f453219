package rtc

import (
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"babymonitor/web/rtc/bandwidth"
	"babymonitor/web/rtc/packets"
)

// listen reads all that a phone says about one track, until the session ends.
func (v *viewer) listen(sender *webrtc.RTPSender, l *leg) {
	buf := make([]byte, receiveMTU)
	var arrivals []bandwidth.Arrival // reused
	for {
		n, _, err := sender.Read(buf)
		if err != nil {
			return
		}
		v.hear()
		if f, err := bandwidth.Unpack(buf[:n], arrivals); err == nil { // by far the most frequent
			arrivals = f.Arrivals
			v.network.Feedback(v.now(), time.Duration(v.rtt.Load()), f)
			continue
		}
		messages, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			v.server.counts.badFeedback.Add(1)
			continue
		}
		for _, m := range messages {
			v.understand(m, l)
		}
	}
}

// understand acts on one message about a track.
func (v *viewer) understand(m rtcp.Packet, l *leg) {
	switch m := m.(type) {
	case *rtcp.ReceiverReport:
		v.receiverReport(m, l.ssrc)
	case *rtcp.TransportLayerNack:
		if l == v.video && m.MediaSSRC == l.ssrc {
			v.resend(m.Nacks)
		}
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		if l == v.video {
			v.server.counts.keyRequests.Add(1)
			v.server.o.RequestKey()
		}
	case *rtcp.ReceiverEstimatedMaximumBitrate:
		v.network.REMB(int(m.Bitrate))
	}
}

func (v *viewer) receiverReport(m *rtcp.ReceiverReport, ssrc uint32) {
	for _, r := range m.Reports {
		if r.SSRC != ssrc {
			continue
		}
		if r.LastSenderReport != 0 {
			trip := int32(ntpShort(v.server.clock.wall(time.Now())) - r.LastSenderReport - r.Delay)
			v.rtt.Store(int64(max(trip, 0)) * int64(time.Second) >> 16)
		}
		if v.video == nil || v.video.ssrc == ssrc && !v.video.twcc {
			v.network.ReceiverReport(v.now(), float64(r.FractionLost)/256)
		}
	}
}

// lossyNetwork is the share of losses from which on lost packets are sent again
// twice: a repeat that is lost too costs the phone a further round trip, which
// is what makes the picture stand still.
const lossyNetwork = 0.01

// resend sends lost packets again, as far as they are remembered and the budget
// allows.
func (v *viewer) resend(lost []rtcp.NackPair) {
	var room [2 + packets.MaxPayload]byte
	copies := 1
	if v.network.Loss() > lossyNetwork {
		copies = 2
	}
	v.server.port.Cork()
	defer v.server.port.Uncork()
	now := v.now()
	for _, pair := range lost {
		pair.Range(func(seq uint16) bool {
			v.server.counts.lost.Add(1)
			p, ok := v.server.picture.history.Get(seq, room[2:2])
			if !ok || !v.budget.take(now, seq, copies*len(p.Payload)) {
				return true
			}
			v.send.Lock()
			for range copies {
				v.video.resend(p, room[:2+len(p.Payload)], now)
			}
			v.send.Unlock()
			v.server.counts.resent.Add(1)
			return true
		})
	}
}

// budget bounds what one phone can make the monitor send again: at most half of
// the largest bitrate over time, and no packet twice in quick succession.
type budget struct {
	rate   float64 // bytes a second
	tokens float64 // bytes
	at     time.Duration
	recent [64]struct {
		seq uint16
		at  time.Duration
	}
}

const (
	budgetBurst = 256 << 10 // bytes
	twiceAfter  = 10 * time.Millisecond
)

func newBudget(maxBitrate int) budget {
	return budget{rate: float64(maxBitrate) / 8 / 2, tokens: budgetBurst}
}

// take spends the budget on one packet, if it can.
func (b *budget) take(now time.Duration, seq uint16, size int) bool {
	b.tokens = min(b.tokens+b.rate*(now-b.at).Seconds(), budgetBurst)
	b.at = now
	r := &b.recent[seq%uint16(len(b.recent))]
	if r.seq == seq && r.at != 0 && now-r.at < twiceAfter {
		return false
	}
	if b.tokens < float64(size) {
		return false
	}
	b.tokens -= float64(size)
	r.seq, r.at = seq, now
	return true
}

// report sends a sender report for each track: which moment each timestamp
// belongs to, on one clock.
func (v *viewer) report() {
	now := time.Now()
	since := v.server.clock.since(now)
	var reports []rtcp.Packet
	v.send.Lock()
	for _, l := range []*leg{v.video, v.audio} {
		if l == nil || !l.bound {
			continue
		}
		r := &rtcp.SenderReport{SSRC: l.ssrc, NTPTime: ntp(v.server.clock.wall(now)), PacketCount: l.count, OctetCount: l.octets}
		reports = append(reports, r, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
			Source: l.ssrc, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: streamID}}}}})
	}
	v.send.Unlock()
	for _, m := range reports {
		if r, ok := m.(*rtcp.SenderReport); ok {
			r.RTPTime = v.timestampAt(r.SSRC, since)
		}
	}
	if len(reports) > 0 {
		_ = v.pc.WriteRTCP(reports)
	}
}

func (v *viewer) timestampAt(ssrc uint32, since time.Duration) uint32 {
	if v.video != nil && ssrc == v.video.ssrc {
		return v.server.picture.at(since)
	}
	return v.server.sound.at(since)
}

// now is the time since the clock's zero.
func (v *viewer) now() time.Duration { return v.server.clock.since(time.Now()) }
