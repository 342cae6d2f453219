package rtc

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"babymonitor/web/rtc/packets"
)

// streamID names the one media stream that picture and sound belong to, which
// is what makes browsers keep them in step.
const streamID = "nursery"

// leg is one track on its way to one phone. It implements webrtc.TrackLocal;
// pion binds it when the answer is set. All else is guarded by the viewer's send
// lock.
type leg struct {
	kind   webrtc.RTPCodecType
	viewer *viewer

	ssrc   uint32 // set once, when bound
	bound  bool
	out    webrtc.TrackLocalWriter
	header rtp.Header // of the newest packet, reused
	again  rtp.Header // of the newest retransmission, reused
	tseq   [2]byte    // transport-wide sequence number as both headers refer to it
	twcc   bool
	hold   hold

	count, octets uint32 // sent so far, for sender reports
}

// Bind takes over what was negotiated.
func (l *leg) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	l.viewer.send.Lock()
	defer l.viewer.send.Unlock()
	mime := webrtc.MimeTypeOpus
	if l.kind == webrtc.RTPCodecTypeVideo {
		mime = webrtc.MimeTypeH264
	}
	for _, p := range c.CodecParameters() {
		if strings.EqualFold(p.MimeType, mime) {
			l.bind(c, p)
			return p, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

func (l *leg) bind(c webrtc.TrackLocalContext, p webrtc.RTPCodecParameters) {
	l.header = rtp.Header{Version: 2, PayloadType: uint8(p.PayloadType), SSRC: uint32(c.SSRC())}
	l.again = rtp.Header{}
	apt := "apt=" + strconv.Itoa(int(p.PayloadType))
	for _, r := range c.CodecParameters() {
		if strings.EqualFold(r.MimeType, webrtc.MimeTypeRTX) && r.SDPFmtpLine == apt && c.SSRCRetransmission() != 0 {
			l.again = rtp.Header{Version: 2, PayloadType: uint8(r.PayloadType), SSRC: uint32(c.SSRCRetransmission()), SequenceNumber: l.header.SequenceNumber}
		}
	}
	for _, e := range c.HeaderExtensions() {
		switch {
		case e.ID < 1 || e.ID > 14: // needs the long form, which is not worth it
		case e.URI == sdp.TransportCCURI:
			l.twcc = true
			_ = l.header.SetExtension(uint8(e.ID), l.tseq[:])
			_ = l.again.SetExtension(uint8(e.ID), l.tseq[:])
		case e.URI == playoutDelayURI:
			l.hold.id = uint8(e.ID)
		}
	}
	l.ssrc, l.out, l.bound = uint32(c.SSRC()), c.WriteStream(), true
}

// Unbind ends sending.
func (l *leg) Unbind(webrtc.TrackLocalContext) error {
	l.viewer.send.Lock()
	defer l.viewer.send.Unlock()
	l.bound = false
	return nil
}

// ID names the track; RID, StreamID and Kind complete webrtc.TrackLocal.
func (l *leg) ID() string {
	if l.kind == webrtc.RTPCodecTypeVideo {
		return "picture"
	}
	return "sound"
}

func (l *leg) RID() string               { return "" }
func (l *leg) StreamID() string          { return streamID }
func (l *leg) Kind() webrtc.RTPCodecType { return l.kind }

// write sends a packet. It allocates nothing and does not keep the payload. The
// caller holds the send lock.
func (l *leg) write(p packets.Packet, now time.Duration) {
	if !l.bound {
		return
	}
	l.header.SequenceNumber, l.header.Timestamp, l.header.Marker = p.Seq, p.Timestamp, p.Marker
	l.stamp(now, len(p.Payload))
	if _, err := l.out.WriteRTP(&l.header, p.Payload); err == nil {
		l.count++
		l.octets += uint32(len(p.Payload))
	}
}

// resend sends a packet again: on the retransmission stream where there is one
// (RFC 4588: the original sequence number in front of the payload), else as it
// was. room is the payload with two free bytes in front.
func (l *leg) resend(p packets.Packet, room []byte, now time.Duration) {
	if !l.bound {
		return
	}
	h, payload := &l.header, room[2:]
	if l.again.SSRC != 0 {
		h, payload = &l.again, room
		binary.BigEndian.PutUint16(room, p.Seq)
		h.SequenceNumber++
	} else {
		h.SequenceNumber = p.Seq
	}
	h.Timestamp, h.Marker = p.Timestamp, p.Marker
	l.stamp(now, len(payload))
	_, _ = l.out.WriteRTP(h, payload)
}

// stamp gives the next packet its transport-wide sequence number.
func (l *leg) stamp(now time.Duration, size int) {
	if !l.twcc {
		return
	}
	v := l.viewer
	binary.BigEndian.PutUint16(l.tseq[:], v.tseq)
	v.network.Sent(v.tseq, now, size+packetOverhead)
	v.tseq++
}

// packetOverhead is what a packet has besides its payload: headers of IP, UDP
// and RTP, the extension and the tag.
const packetOverhead = 28 + 12 + 8 + 16
