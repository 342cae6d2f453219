package rtctest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// Config says how a phone behaves.
type Config struct {
	URL       string // of the monitor, such as http://127.0.0.1:8080
	Name      string // for HTTP Basic; "" for none
	Password  string
	Client    *http.Client // nil: http.DefaultClient
	WebSocket bool         // signal by /api/ws instead of /whep

	TCP      bool // connect by ICE over TCP alone
	IPv6     bool // connect by IPv6 alone; needs an address besides ::1
	Talk     bool // offer to speak
	Head     bool // open the joystick's data channel
	NoVideo  bool // sound alone
	Nack     bool // ask for lost packets again
	Feedback bool // send transport-wide feedback
	NoRTX    bool // offer no retransmission format

	// Sound gets the payload of each packet of sound, valid until it returns. It
	// is called from one goroutine.
	Sound func(opus []byte)

	// Offer may change the offer before it is sent.
	Offer func(sdp string) string
	// Media is lent each packet of picture and sound as it arrives, by one
	// goroutine for each of the two.
	Media func(kind webrtc.RTPCodecType, packet []byte)
	// Answer may change the answer before it is used, for example to lead the
	// media through a relay.
	Answer func(sdp string) string
}

// Viewer is a phone with a session. Everything of it may be called from any
// goroutine.
type Viewer struct {
	c       Config
	pc      *webrtc.PeerConnection
	signal  signaller
	started time.Time
	speech  *webrtc.TrackLocalStaticRTP
	head    *webrtc.DataChannel
	opened  chan struct{} // the joystick's channel is open

	mu      sync.Mutex
	stats   Stats
	moved   chan struct{} // closed and replaced whenever something has arrived
	waiting bool
	gone    error
	ended   chan struct{}
	work    sync.WaitGroup
}

// Stats is what has arrived so far.
type Stats struct {
	Answered  time.Duration // from the offer until the answer
	Connected time.Duration // until the connection stood
	First     time.Duration // until the first keyframe was whole; 0: not yet
	FirstWord time.Duration // until the first packet of sound; 0: not yet
	Packets   int           // of the picture
	Bytes     int           // payload of the picture
	Frames    int           // whole pictures
	Keys      int           // whole keyframes
	Broken    int           // pictures with missing packets
	Sound     int           // packets of sound
	Again     int           // packets that came by the retransmission stream
	VideoRTP  uint32        // timestamp of the newest picture
	AudioRTP  uint32        // timestamp of the newest sound
}

// Dial opens a session and returns when it is answered; use [Viewer.Wait] to
// wait for what arrives. ctx bounds the opening alone. The caller closes the
// Viewer.
func Dial(ctx context.Context, c Config) (*Viewer, error) {
	if c.Client == nil {
		c.Client = http.DefaultClient
	}
	v := &Viewer{c: c, opened: make(chan struct{}), moved: make(chan struct{}), ended: make(chan struct{}), started: time.Now()}
	pc, err := newConnection(c)
	if err != nil {
		return nil, err
	}
	v.pc = pc
	if err := v.prepare(); err != nil {
		return nil, errors.Join(err, pc.Close())
	}
	if v.signal, err = newSignaller(ctx, v); err != nil {
		return nil, errors.Join(err, pc.Close())
	}
	if err := v.negotiate(ctx, false); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// newConnection makes the peer connection.
func newConnection(c Config) (*webrtc.PeerConnection, error) {
	m := &webrtc.MediaEngine{}
	fb := []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}}
	video := webrtc.RTPCodecParameters{PayloadType: 106, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeH264, ClockRate: 90000, RTCPFeedback: fb,
		SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}}
	again := webrtc.RTPCodecParameters{PayloadType: 107, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=106"}}
	sound := webrtc.RTPCodecParameters{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, RTCPFeedback: fb[:1], SDPFmtpLine: "minptime=10;useinbandfec=1"}}
	errs := []error{m.RegisterCodec(video, webrtc.RTPCodecTypeVideo), m.RegisterCodec(sound, webrtc.RTPCodecTypeAudio)}
	if !c.NoRTX {
		errs = append(errs, m.RegisterCodec(again, webrtc.RTPCodecTypeVideo))
	}
	r := &interceptor.Registry{}
	if c.Feedback {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
			errs = append(errs, m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, kind))
		}
		g, err := twcc.NewSenderInterceptor(twcc.SendInterval(50*time.Millisecond), twcc.WithLoggerFactory(quiet{}))
		errs = append(errs, err)
		r.Add(g)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(r), webrtc.WithSettingEngine(settings(c)))
	return api.NewPeerConnection(webrtc.Configuration{})
}

func settings(c Config) webrtc.SettingEngine {
	var s webrtc.SettingEngine
	s.LoggerFactory = quiet{}
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(true)
	s.SetReceiveMTU(1500)
	// One pair of addresses connects at once; between several pion takes 200 ms
	// to choose. A phone of another machine has other addresses.
	near := func(ip net.IP) bool { return c.IPv6 || ip.IsLoopback() }
	if local(c.URL) {
		s.SetIPFilter(near)
		s.SetRemoteIPFilter(near)
	}
	switch {
	case c.TCP && c.IPv6:
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP6})
	case c.TCP:
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	case c.IPv6:
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP6})
	default:
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	}
	return s
}

// local tells whether the monitor is on this machine.
func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip.IsLoopback()
}

// quiet is a log that nobody reads.
type quiet struct{}

func (quiet) NewLogger(string) logging.LeveledLogger {
	return logging.NewDefaultLeveledLoggerForScope("", logging.LogLevelDisabled, nil)
}

// prepare adds what the phone wants to the connection.
func (v *Viewer) prepare() error {
	var errs []error
	receive := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	if !v.c.NoVideo {
		_, err := v.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, receive)
		errs = append(errs, err)
	}
	if v.c.Talk {
		var err error
		v.speech, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "speech", "phone")
		errs = append(errs, err)
		_, err = v.pc.AddTransceiverFromTrack(v.speech, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendrecv})
		errs = append(errs, err)
	} else {
		_, err := v.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, receive)
		errs = append(errs, err)
	}
	if v.c.Head {
		ordered, again := false, uint16(0)
		var err error
		v.head, err = v.pc.CreateDataChannel("head", &webrtc.DataChannelInit{Ordered: &ordered, MaxRetransmits: &again})
		errs = append(errs, err)
		if err == nil {
			v.head.OnOpen(func() { close(v.opened) })
		}
	}
	v.pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { v.begin(func() { v.receive(t) }) })
	v.pc.OnConnectionStateChange(v.watch)
	return errors.Join(errs...)
}

// begin starts a goroutine that Close waits for.
func (v *Viewer) begin(f func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.gone == nil {
		v.work.Go(f)
	}
}

// watch notes when the connection stands and when it ends.
func (v *Viewer) watch(webrtc.PeerConnectionState) {
	switch v.pc.ConnectionState() {
	case webrtc.PeerConnectionStateConnected:
		v.change(func(s *Stats) {
			if s.Connected == 0 {
				s.Connected = time.Since(v.started)
			}
		})
		v.begin(v.reportLoop)
	case webrtc.PeerConnectionStateClosed, webrtc.PeerConnectionStateFailed:
		v.fail(errors.New("the connection has ended"))
	}
}

// negotiate makes an offer and takes the answer.
func (v *Viewer) negotiate(ctx context.Context, restart bool) error {
	offer, err := v.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	if err != nil {
		return err
	}
	// The offer needs no candidates: the monitor learns the phone's address from
	// the first check. But the checks begin only when there are some.
	gathered := webrtc.GatheringCompletePromise(v.pc)
	if err := v.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return ctx.Err()
	}
	text := offer.SDP
	if v.c.Offer != nil {
		text = v.c.Offer(text)
	}
	answer, err := v.signal.offer(ctx, text)
	if err != nil {
		return err
	}
	v.change(func(s *Stats) {
		if s.Answered == 0 {
			s.Answered = time.Since(v.started)
		}
	})
	if v.c.Answer != nil {
		answer = v.c.Answer(answer)
	}
	if err := v.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return fmt.Errorf("the answer is wrong: %w", err)
	}
	return nil
}

// Restart starts ICE anew on the same session (by WebSocket).
func (v *Viewer) Restart(ctx context.Context) error { return v.negotiate(ctx, true) }

// Close leaves: it ends the session and waits for the phone's goroutines.
func (v *Viewer) Close() {
	v.fail(errors.New("closed"))
	if v.signal != nil {
		v.signal.bye()
	}
	_ = v.pc.Close()
	v.work.Wait()
}
