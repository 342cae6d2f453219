package rtc

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"babymonitor/web/rtc/packets"
)

// maxSDP is the size of the largest offer in bytes; browsers' have 5 to 10 kB.
const maxSDP = 64 << 10

// offer is a phone's offer, reduced to what the monitor does: one picture in the
// format that fits the stream, one sound, one data connection.
type offer struct {
	sdp   string // what is given to pion
	video *formats
	audio *formats
	data  bool
	talk  bool // the phone may send sound
}

// formats are the payload types of one media section that are used.
type formats struct {
	payload   uint8
	fmtp      string
	rtx       uint8 // 0: none
	codec     string
	clockRate uint32
	channels  uint16
}

// readOffer understands an offer. stream is the profile of the pictures; mayTalk
// whether sound from the phone is wanted.
func readOffer(text string, stream packets.Profile, mayTalk bool) (*offer, *refusal) {
	if len(text) > maxSDP {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, code: "bad_sdp",
			detail: "The offer is larger than any browser makes. Post the browser's SDP offer alone."}
	}
	var d sdp.SessionDescription
	if err := d.UnmarshalString(text); err != nil {
		return nil, badSDP("it is not SDP")
	}
	if why := unusable(&d); why != "" {
		return nil, badSDP(why)
	}
	o := &offer{}
	for _, m := range d.MediaDescriptions {
		if why := o.section(m, stream, mayTalk); why != nil {
			return nil, why
		}
	}
	if o.video == nil && o.audio == nil {
		return nil, badSDP("it asks for neither picture nor sound")
	}
	out, err := d.Marshal()
	if err != nil {
		return nil, badSDP("it cannot be written again")
	}
	o.sdp = string(out)
	return o, nil
}

// unusable says what a usable offer would have and this one has not.
func unusable(d *sdp.SessionDescription) string {
	if len(d.MediaDescriptions) == 0 || len(d.MediaDescriptions) > 16 {
		return "it has no media, or too many sections"
	}
	has := func(m *sdp.MediaDescription, key string) bool {
		if v, ok := d.Attribute(key); ok && v != "" {
			return true
		}
		v, ok := m.Attribute(key)
		return ok && v != ""
	}
	for _, m := range d.MediaDescriptions {
		if v, ok := m.Attribute("mid"); !ok || v == "" {
			return "a media section has no mid"
		}
	}
	first := d.MediaDescriptions[0]
	for _, key := range []string{"ice-ufrag", "ice-pwd", "fingerprint"} {
		if !has(first, key) {
			return "it has no " + key
		}
	}
	return ""
}

// section reduces one media section.
func (o *offer) section(m *sdp.MediaDescription, stream packets.Profile, mayTalk bool) *refusal {
	sends := wants(m, "sendrecv") || wants(m, "sendonly")
	receives := wants(m, "sendrecv") || wants(m, "recvonly")
	switch m.MediaName.Media {
	case "application":
		o.data = true
	case "video":
		if o.video != nil || !receives {
			direct(m, "inactive")
			return nil
		}
		if o.video = pickH264(m, stream); o.video == nil {
			return &refusal{status: http.StatusNotAcceptable, code: "no_h264",
				detail: "This browser does not offer to receive H.264 video, which is what the camera sends. Use a current Safari, Chrome, Edge or Firefox, and in Firefox allow the OpenH264 plugin."}
		}
		keep(m, o.video)
		direct(m, "recvonly")
	case "audio":
		if o.audio != nil || !receives {
			direct(m, "inactive")
			return nil
		}
		if o.audio = pickOpus(m); o.audio == nil {
			direct(m, "inactive")
			return nil
		}
		keep(m, o.audio)
		if o.talk = sends && mayTalk; !o.talk {
			direct(m, "recvonly")
		}
	}
	return nil
}

// wants tells whether a section has this direction; sendrecv is what holds
// where none is written (RFC 8866, 6.7).
func wants(m *sdp.MediaDescription, direction string) bool {
	for _, a := range m.Attributes {
		switch a.Key {
		case "sendrecv", "sendonly", "recvonly", "inactive":
			return a.Key == direction
		}
	}
	return direction == "sendrecv"
}

func direct(m *sdp.MediaDescription, direction string) {
	m.Attributes = slices.DeleteFunc(m.Attributes, func(a sdp.Attribute) bool {
		return a.Key == "sendrecv" || a.Key == "sendonly" || a.Key == "recvonly" || a.Key == "inactive"
	})
	m.Attributes = append(m.Attributes, sdp.Attribute{Key: direction})
}

// opusFormat is how sound goes both ways: mono, with what is needed to conceal a
// lost packet in the next (RFC 7587, 6.1).
const opusFormat = "minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0"

// h264Format answers an offered format: its profile, as must be, at the stream's
// own level (RFC 6184, 8.2.2).
func h264Format(offered string, stream packets.Profile) string {
	p, ok := packets.ParseProfile(parameter(offered, "profile-level-id"))
	if !ok {
		p = stream
	}
	p[2] = stream.Level()
	return "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=" + p.String()
}

// keep takes all other payload types out of a section and writes the chosen
// format, which is what pion will answer with.
func keep(m *sdp.MediaDescription, f *formats) {
	used := []string{strconv.Itoa(int(f.payload))}
	if f.rtx != 0 {
		used = append(used, strconv.Itoa(int(f.rtx)))
	}
	m.MediaName.Formats = used
	m.Attributes = slices.DeleteFunc(m.Attributes, func(a sdp.Attribute) bool {
		payload, _, _ := strings.Cut(a.Value, " ")
		switch a.Key {
		case "fmtp":
			return payload == used[0] || !slices.Contains(used, payload)
		case "rtpmap", "rtcp-fb":
			return payload != "*" && !slices.Contains(used, payload)
		}
		return false
	})
	m.Attributes = append(m.Attributes, sdp.Attribute{Key: "fmtp", Value: used[0] + " " + f.fmtp})
}

// pickH264 finds the payload type for pictures of this profile: the one whose
// profile is nearest above, else the best there is (decoders take more than they
// promise). Only packetization-mode 1 allows fragments.
func pickH264(m *sdp.MediaDescription, stream packets.Profile) *formats {
	var best *formats
	bestRank := -1
	for _, f := range offered(m) {
		if !strings.EqualFold(f.codec, "H264") || f.clockRate != 90000 || parameter(f.fmtp, "packetization-mode") != "1" {
			continue
		}
		rank := 0
		if p, ok := packets.ParseProfile(parameter(f.fmtp, "profile-level-id")); ok {
			rank = stream.Fit(p)
		}
		if rank > bestRank {
			best, bestRank = f, rank
		}
	}
	if best != nil {
		best.rtx = rtxOf(m, best.payload)
		best.fmtp = h264Format(best.fmtp, stream)
	}
	return best
}

func pickOpus(m *sdp.MediaDescription) *formats {
	for _, f := range offered(m) {
		if strings.EqualFold(f.codec, "opus") && f.clockRate == 48000 {
			f.fmtp = opusFormat
			return f
		}
	}
	return nil
}

func rtxOf(m *sdp.MediaDescription, payload uint8) uint8 {
	for _, f := range offered(m) {
		if strings.EqualFold(f.codec, "rtx") && parameter(f.fmtp, "apt") == strconv.Itoa(int(payload)) {
			return f.payload
		}
	}
	return 0
}

// offered lists a section's formats in the phone's order of preference.
func offered(m *sdp.MediaDescription) []*formats {
	list := make([]*formats, 0, len(m.MediaName.Formats))
	for _, text := range m.MediaName.Formats {
		payload, err := strconv.ParseUint(text, 10, 7)
		if err != nil {
			continue
		}
		f := &formats{payload: uint8(payload)}
		for _, a := range m.Attributes {
			if rest, ok := strings.CutPrefix(a.Value, text+" "); ok {
				f.read(a.Key, rest)
			}
		}
		list = append(list, f)
	}
	return list
}

func (f *formats) read(key, value string) {
	switch key {
	case "fmtp":
		f.fmtp = value
	case "rtpmap":
		parts := strings.Split(value, "/")
		f.codec = parts[0]
		if len(parts) > 1 {
			rate, _ := strconv.ParseUint(parts[1], 10, 32)
			f.clockRate = uint32(rate)
		}
		if len(parts) > 2 {
			n, _ := strconv.ParseUint(parts[2], 10, 16)
			f.channels = uint16(n)
		}
	}
}

// parameter reads one format parameter.
func parameter(fmtp, name string) string {
	for part := range strings.SplitSeq(fmtp, ";") {
		if key, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// capability is what pion has to know about the format.
func (f *formats) capability() webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{ClockRate: f.clockRate, Channels: f.channels, SDPFmtpLine: f.fmtp}
}
