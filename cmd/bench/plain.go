package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"babymonitor/audio"
	"babymonitor/camera"
)

// plain is the server that one would write first: a pion sample track for the
// picture and one for the sound, pion's default interceptors, WHEP, nothing
// else. What the monitor does is told as a ratio to it.
type plain struct {
	api          *webrtc.API
	video, sound *webrtc.TrackLocalStaticSample
}

// servePlain plays the clip to whoever asks, until ctx ends. It prints its
// address like the monitor does.
func servePlain(ctx context.Context, clip string) error {
	file, err := camera.OpenFile(clip, 30)
	if err != nil {
		return err
	}
	api, err := plainAPI()
	if err != nil {
		return err
	}
	p := &plain{api: api}
	if p.video, err = webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264}, "video", "room"); err != nil {
		return err
	}
	if p.sound, err = webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "room"); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /whep", p.whep)
	server := &http.Server{Handler: mux}
	fmt.Printf("open http://%s\n", listener.Addr())
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(listener) }()
	go func() { ended <- p.speak(ctx) }()
	err = file.Capture(ctx, file.Mode(), p.show(file.Mode().FPS))
	server.Close()
	<-ended
	<-ended
	return err
}

// plainAPI is pion with the codecs and interceptors that it registers by
// default.
func plainAPI() (*webrtc.API, error) {
	media, interceptors := new(webrtc.MediaEngine), new(interceptor.Registry)
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	if err := webrtc.RegisterDefaultInterceptors(media, interceptors); err != nil {
		return nil, err
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true) // the viewers are on this machine
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(interceptors), webrtc.WithSettingEngine(settings)), nil
}

// show returns what writes access units to the video track.
func (p *plain) show(fps int) func(camera.AccessUnit) {
	return func(u camera.AccessUnit) {
		var stream []byte
		for _, nalu := range u.NALUs {
			stream = append(append(stream, 0, 0, 0, 1), nalu...)
		}
		_ = p.video.WriteSample(media.Sample{Data: stream, Duration: time.Second / time.Duration(fps)})
	}
}

// speak writes 80-byte packets, as Opus at 32 kb/s does.
func (p *plain) speak(ctx context.Context) error {
	packet := make([]byte, 80)
	tick := time.NewTicker(audio.FrameTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			_ = p.sound.WriteSample(media.Sample{Data: packet, Duration: audio.FrameTime})
		}
	}
}

func (p *plain) whep(w http.ResponseWriter, r *http.Request) {
	offer, err := io.ReadAll(r.Body)
	if err == nil {
		err = p.answer(w, string(offer))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (p *plain) answer(w io.Writer, offer string) error {
	pc, err := p.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return err
	}
	for _, track := range []webrtc.TrackLocal{p.video, p.sound} {
		sender, err := pc.AddTrack(track)
		if err != nil {
			return err
		}
		go func() { // pion's interceptors work only while somebody reads; ends with the connection
			buffer := make([]byte, 1500)
			for {
				if _, _, err := sender.Read(buffer); err != nil {
					return
				}
			}
		}()
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return err
	}
	<-gathered
	w.(http.ResponseWriter).Header().Set("Content-Type", "application/sdp")
	w.(http.ResponseWriter).WriteHeader(http.StatusCreated)
	_, err = io.WriteString(w, pc.LocalDescription().SDP)
	return err
}
