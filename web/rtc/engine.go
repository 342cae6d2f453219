package rtc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"runtime"
	"strconv"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"golang.org/x/sys/cpu"

	"babymonitor/web/rtc/mediaport"
)

// What pion is told about time and size.
const (
	disconnectAfter = 4 * time.Second  // without anything from the phone
	failAfter       = 60 * time.Second // after that; the monitor closes earlier by itself
	keepAlive       = 2 * time.Second
	receiveMTU      = 1500
	maxMessage      = 1024 // bytes of a message on a data channel
	certificateLife = 20 * 365 * 24 * time.Hour
)

// engine makes peer connections.
type engine struct {
	port         *mediaport.Port
	log          pionLog
	certificates []webrtc.Certificate // one for all, made at start
}

func newEngine(port *mediaport.Port, log pionLog) (*engine, error) {
	c, err := newCertificate()
	if err != nil {
		return nil, fmt.Errorf("make the certificate for media: %w", err)
	}
	return &engine{port: port, log: log, certificates: []webrtc.Certificate{*c}}, nil
}

// newCertificate makes the DTLS certificate. Phones check it by the fingerprint
// in the answer alone; it outlives the device so that it needs no renewal.
func newCertificate() (*webrtc.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	return webrtc.NewCertificate(key, x509.Certificate{
		Issuer:       pkix.Name{CommonName: "WebRTC"},
		Subject:      pkix.Name{CommonName: "WebRTC"},
		SerialNumber: serial,
		// A monitor without a battery-backed clock may start in 1970.
		NotBefore: time.Unix(0, 0).Add(24 * time.Hour),
		NotAfter:  time.Now().Add(certificateLife),
		Version:   2,
	})
}

// connection makes the peer connection for an offer. loopback says that the
// phone is this machine.
func (e *engine) connection(o *offer, loopback bool) (*webrtc.PeerConnection, error) {
	media, err := mediaEngine(o)
	if err != nil {
		return nil, err
	}
	var s webrtc.SettingEngine
	s.LoggerFactory = e.log
	s.SetICEUDPMux(e.port.UDP(loopback))
	s.SetICETCPMux(e.port.TCP())
	s.SetNet(e.port.Net())
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	s.SetIncludeLoopbackCandidate(loopback)
	s.SetDTLSInsecureSkipHelloVerify(true) // ICE has verified the address already
	s.SetIPFilter(func(ip net.IP) bool { return mediaport.Usable(ip, loopback) })
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.DisableActiveTCP(true)
	s.SetICETimeouts(disconnectAfter, failAfter, keepAlive)
	s.SetSRTPProtectionProfiles(srtpProfiles()...)
	s.SetReceiveMTU(receiveMTU)
	s.SetSCTPMaxMessageSize(maxMessage)
	s.SetSCTPMaxReceiveBufferSize(64 << 10)
	s.DetachDataChannels()
	s.DisableMediaEngineCopy(true)
	// As the DTLS server the monitor chooses the cipher, and the phone begins
	// the handshake, which it can do a moment earlier.
	if err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return nil, err
	}
	// No interceptors: history, reports and congestion control are the
	// monitor's own, shared by all phones.
	api := webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	return api.NewPeerConnection(webrtc.Configuration{Certificates: e.certificates, BundlePolicy: webrtc.BundlePolicyMaxBundle})
}

// mediaEngine knows exactly the formats that were chosen from the offer.
func mediaEngine(o *offer) (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	twcc := webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBTransportCC}
	remb := webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBGoogREMB}
	if f := o.video; f != nil {
		c := webrtc.RTPCodecParameters{RTPCodecCapability: f.capability(), PayloadType: webrtc.PayloadType(f.payload)}
		c.MimeType = webrtc.MimeTypeH264
		c.RTCPFeedback = []webrtc.RTCPFeedback{twcc, remb, {Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}}
		if err := m.RegisterCodec(c, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, err
		}
		if f.rtx != 0 {
			again := webrtc.RTPCodecParameters{PayloadType: webrtc.PayloadType(f.rtx), RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: webrtc.MimeTypeRTX, ClockRate: f.clockRate, SDPFmtpLine: "apt=" + strconv.Itoa(int(f.payload))}}
			if err := m.RegisterCodec(again, webrtc.RTPCodecTypeVideo); err != nil {
				return nil, err
			}
		}
	}
	if f := o.audio; f != nil {
		c := webrtc.RTPCodecParameters{RTPCodecCapability: f.capability(), PayloadType: webrtc.PayloadType(f.payload)}
		c.MimeType = webrtc.MimeTypeOpus
		c.RTCPFeedback = []webrtc.RTCPFeedback{twcc}
		if err := m.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, err
		}
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, kind); err != nil {
			return nil, err
		}
	}
	return m, m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: playoutDelayURI}, webrtc.RTPCodecTypeVideo)
}

// srtpProfiles orders the ciphers by what they cost this processor: with AES
// instructions or BoringSSL GCM is by far the cheapest, without them counter
// mode with SHA-1 costs less.
func srtpProfiles() []dtls.SRTPProtectionProfile {
	gcm, cm := dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80
	if fastAES() || boring {
		return []dtls.SRTPProtectionProfile{gcm, cm}
	}
	return []dtls.SRTPProtectionProfile{cm, gcm}
}

// fastAES tells whether the processor has instructions for both halves of GCM.
func fastAES() bool {
	switch runtime.GOARCH {
	case "amd64", "386":
		return cpu.X86.HasAES && cpu.X86.HasPCLMULQDQ
	case "arm64":
		return cpu.ARM64.HasAES && cpu.ARM64.HasPMULL
	}
	return false
}
