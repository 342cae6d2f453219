package rtc

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"babymonitor/web/rtc/packets"
)

func profile(t *testing.T, s string) packets.Profile {
	t.Helper()
	p, ok := packets.ParseProfile(s)
	if !ok {
		t.Fatalf("%q is no profile", s)
	}
	return p
}

func browser(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".sdp"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBrowsersOffers(t *testing.T) {
	for _, c := range []struct {
		browser, stream string
		payload, rtx    uint8
		opus            uint8
		data            bool
	}{
		{"chrome", "42c01f", 108, 109, 111, true},
		{"chrome", "42001f", 102, 103, 111, true},
		{"chrome", "4d0028", 116, 117, 111, true},
		{"chrome", "640028", 102, 103, 111, true}, // not offered: decoders take more than they promise
		{"firefox", "42c01f", 126, 127, 109, false},
		{"safari", "42c01f", 98, 99, 111, false},
		{"safari", "640028", 96, 97, 111, false},
	} {
		o, why := readOffer(browser(t, c.browser), profile(t, c.stream), true)
		if why != nil {
			t.Errorf("%s: %v", c.browser, why)
			continue
		}
		if o.video.payload != c.payload || o.video.rtx != c.rtx || o.audio.payload != c.opus || o.data != c.data || !o.talk {
			t.Errorf("%s for %s: video %+v, audio %+v, data %v, talk %v", c.browser, c.stream, o.video, o.audio, o.data, o.talk)
		}
	}
}

func TestOfferOfOneWhoMayNotTalk(t *testing.T) {
	o, why := readOffer(browser(t, "chrome"), packets.Baseline(), false)
	if why != nil {
		t.Fatal(why)
	}
	if o.talk || strings.Contains(o.sdp, "a=sendrecv") {
		t.Errorf("speech is still negotiated:\n%s", o.sdp)
	}
}

func TestWrongOffers(t *testing.T) {
	chrome := browser(t, "chrome")
	without := func(expression string) string {
		return regexp.MustCompile("(?m)"+expression+".*\r\n").ReplaceAllString(chrome, "")
	}
	for name, c := range map[string]struct {
		sdp, code string
		status    int
	}{
		"empty":           {"", "bad_sdp", 400},
		"no SDP":          {"hello", "bad_sdp", 400},
		"JSON":            {`{"type":"offer"}`, "bad_sdp", 400},
		"cut":             {chrome[:200], "bad_sdp", 400},
		"no media":        {"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", "bad_sdp", 400},
		"no H.264":        {strings.ReplaceAll(chrome, "H264/90000", "H266/90000"), "no_h264", 406},
		"mode 0 only":     {strings.ReplaceAll(chrome, "packetization-mode=1", "packetization-mode=0"), "no_h264", 406},
		"no fingerprint":  {without("^a=fingerprint:"), "bad_sdp", 400},
		"no ufrag":        {without("^a=ice-ufrag:"), "bad_sdp", 400},
		"no password":     {without("^a=ice-pwd:"), "bad_sdp", 400},
		"no mid":          {without("^a=mid:"), "bad_sdp", 400},
		"wants nothing":   {strings.NewReplacer("a=recvonly", "a=inactive", "a=sendrecv", "a=inactive").Replace(chrome), "bad_sdp", 400},
		"only sends":      {strings.NewReplacer("a=recvonly", "a=sendonly", "a=sendrecv", "a=sendonly").Replace(chrome), "bad_sdp", 400},
		"huge":            {chrome + strings.Repeat("a=x:y\r\n", 20_000), "bad_sdp", 413},
		"many sections":   {chrome + strings.Repeat("m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:9\r\n", 20), "bad_sdp", 400},
		"old data format": {strings.ReplaceAll(chrome, "\r\n", "\x00"), "bad_sdp", 400},
	} {
		_, why := readOffer(c.sdp, packets.Baseline(), true)
		if why == nil {
			t.Errorf("%s: is taken", name)
		} else if why.code != c.code || why.status != c.status || len(why.detail) < 20 {
			t.Errorf("%s: %d %s %q, want %d %s", name, why.status, why.code, why.detail, c.status, c.code)
		}
	}
}

func TestFormats(t *testing.T) {
	o, why := readOffer(browser(t, "firefox"), profile(t, "42c028"), true)
	if why != nil {
		t.Fatal(why)
	}
	for _, line := range []string{
		"a=fmtp:126 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e028\r\n",
		"a=fmtp:127 apt=126\r\n",
		"a=fmtp:109 minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0\r\n",
	} {
		if !strings.Contains(o.sdp, line) {
			t.Errorf("missing %q", line)
		}
	}
	if n := strings.Count(o.sdp, "a=fmtp:"); n != 3 {
		t.Errorf("%d formats are left, want 3:\n%s", n, o.sdp)
	}
}

func FuzzOffer(f *testing.F) {
	for _, name := range []string{"chrome", "firefox", "safari"} {
		f.Add(browser(f, name))
	}
	f.Add("v=0\r\no=- 0 0 IN IP4 0\r\ns=-\r\nt=0 0\r\nm=video 9 x 1\r\na=mid:0\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		o, why := readOffer(text, packets.Baseline(), true)
		if (o == nil) == (why == nil) {
			t.Fatal("neither taken nor refused")
		}
		if why != nil && (why.detail == "" || why.status < 400) {
			t.Fatalf("refused without a reason: %+v", why)
		}
	})
}
