package whole

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media/samplebuilder"

	"babymonitor/audio"
	"babymonitor/audio/opus"
	"babymonitor/camera/h264"
	"babymonitor/camera/openh264"
	"babymonitor/deploy/lab"
	"babymonitor/internal/state"
	"babymonitor/web/rtc/rtctest"
)

// Who the phone's parent is.
const parent, password = "anna", "a long password"

// phone is a parent's phone on this machine: it decodes what it gets.
type phone struct {
	t      *testing.T
	url    string
	viewer *rtctest.Viewer

	video  *samplebuilder.SampleBuilder // belongs to the goroutine of the picture
	sets   h264.ParameterSets
	opus   *opus.Decoder // belongs to the goroutine of the sound
	heard  []int16
	decode [audio.MaxPacketSamples]int16

	mu       sync.Mutex
	picture  *image.YCbCr // the newest that was decoded
	pictures int          // so many were
	sound    []int16      // the newest tenth of a second
	sounds   int
	fault    error // what could not be decoded
}

// dial has a phone watch, listen, steer and speak until the test ends.
func dial(m *machine) *phone {
	m.t.Helper()
	p := &phone{t: m.t, url: fmt.Sprintf("http://127.0.0.1:%d", m.http), video: samplebuilder.New(500, &codecs.H264Packet{}, 90000)}
	var err error
	if p.opus, err = opus.NewDecoder(); err != nil {
		m.t.Fatal(err)
	}
	relay, err := rtctest.NewRelay(m.media, rtctest.Link{}, rtctest.Link{})
	if err != nil {
		m.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(m.t.Context(), patience)
	defer cancel()
	p.viewer, err = rtctest.Dial(ctx, rtctest.Config{
		URL: p.url, Name: parent, Password: password,
		WebSocket: true, Talk: true, Head: true, Nack: true, Answer: relay.Through, Media: p.media,
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() {
		p.viewer.Close()
		relay.Close()
		_ = p.opus.Close()
	})
	return p
}

// media takes a packet.
func (p *phone) media(kind webrtc.RTPCodecType, raw []byte) {
	var packet rtp.Packet
	if packet.Unmarshal(append([]byte(nil), raw...)) != nil || len(packet.Payload) == 0 {
		return
	}
	if kind == webrtc.RTPCodecTypeAudio {
		p.listen(packet.Payload)
		return
	}
	p.video.Push(&packet)
	for s := p.video.Pop(); s != nil; s = p.video.Pop() {
		if unit := p.sets.Complete(h264.Split(s.Data)); h264.Key(unit) {
			p.see(unit)
		}
	}
}

// see decodes a keyframe.
func (p *phone) see(unit [][]byte) {
	picture, err := openh264.DecodeKey(unit)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.fault = err
		return
	}
	p.picture = picture
	p.pictures++
}

// listen decodes a packet of sound.
func (p *phone) listen(packet []byte) {
	n, err := p.opus.Decode(packet, p.decode[:])
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.fault = err
		return
	}
	if p.heard = append(p.heard, p.decode[:n]...); len(p.heard) >= audio.Rate/10 {
		p.sound, p.heard = p.heard, nil
		p.sounds++
	}
}

// sees waits for a fresh picture that shows what the camera films.
func (p *phone) sees() {
	p.t.Helper()
	p.mu.Lock()
	before := p.pictures
	p.mu.Unlock()
	until(p.t, "a picture arrives", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.pictures > before
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if wrong := wrongColumns(p.picture); wrong > barWidth || p.fault != nil {
		p.t.Errorf("%d columns of the picture are not what the camera films (%v)", wrong, p.fault)
	}
}

// barWidth is how wide the bar is that wanders through the camera's picture.
const barWidth = 16

// wrongColumns counts the columns that differ from the slope of grey that the
// lab's camera films; those of its bar do.
func wrongColumns(picture *image.YCbCr) (wrong int) {
	w, h := picture.Rect.Dx(), picture.Rect.Dy()
	for x := range w {
		for y := range h {
			if d := int(picture.Y[y*picture.YStride+x]) - (32 + x*128/w); d < -4 || d > 4 {
				wrong++
				break
			}
		}
	}
	return wrong
}

// hears waits until a tenth of a second is a tone of hz.
func (p *phone) hears(hz float64) {
	p.t.Helper()
	p.mu.Lock()
	from := p.sounds
	p.mu.Unlock()
	best := 0.0
	until(p.t, fmt.Sprintf("the phone hears %.0f Hz", hz), func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.sounds > from {
			best = max(best, lab.Share(p.sound, hz))
		}
		return best > 0.8
	})
}

// ask asks the monitor for something; it returns the status and the answer.
func (p *phone) ask(method, path, body string) (int, string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.SetBasicAuth(parent, password)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// facts are what the monitor says is true.
func (p *phone) facts() (s state.State) {
	p.t.Helper()
	status, text := p.ask("GET", "/api/state", "")
	if err := json.Unmarshal([]byte(text), &s); status != http.StatusOK || err != nil {
		p.t.Fatalf("%d %v: %s", status, err, text)
	}
	return s
}

// say speaks a tone into the room until ctx ends.
func (p *phone) say(ctx context.Context, hz float64) {
	encoder, err := opus.NewEncoder()
	if err != nil {
		p.t.Error(err)
		return
	}
	defer encoder.Close()
	tick := time.NewTicker(audio.FrameTime)
	defer tick.Stop()
	frame := make([]int16, audio.FrameSize)
	for seq := 0; ctx.Err() == nil; seq++ {
		for i := range frame {
			frame[i] = int16(12000 * math.Sin(2*math.Pi*hz*float64(seq*len(frame)+i)/audio.Rate))
		}
		packet, err := encoder.Encode(frame)
		if err == nil {
			err = p.viewer.Say(uint16(seq), packet)
		}
		if err != nil {
			p.t.Error(err)
			return
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}
