package rtc

import (
	"math"
	"testing"
	"time"

	"github.com/pion/dtls/v3"

	"babymonitor/audio"
)

func TestParseVelocity(t *testing.T) {
	for text, want := range map[string]velocity{
		`{"pan":0.5,"tilt":-0.25}`:        {0.5, -0.25},
		` {"tilt":0, "pan":1} `:           {1, 0},
		`{"pan":7,"tilt":-1e300}`:         {1, -1},
		`{"pan":-0.0,"tilt":0}`:           {0, 0},
		`{"pan":1e-320,"tilt":0.1000001}`: {1e-320, 0.1000001},
	} {
		if got, err := parseVelocity([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{``, `null`, `{}`, `[]`, `1`, `{"pan":1}`, `{"pan":1,"tilt":null}`, `{"pan":"1","tilt":0}`, `{"pan":NaN,"tilt":0}`,
		`{"pan":1e999,"tilt":0}`, `{"pan":1,"tilt":0,"roll":0}`, `{"pan":1,"tilt":0}{"pan":1,"tilt":0}`, `{"pan":1,"tilt":0} x`} {
		if got, err := parseVelocity([]byte(text)); err == nil {
			t.Errorf("%s is taken as %v", text, got)
		}
	}
}

func FuzzVelocity(f *testing.F) {
	f.Add([]byte(`{"pan":0.5,"tilt":-0.25}`))
	f.Add([]byte(`{"pan":1e308,"tilt":-1e-308}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := parseVelocity(data)
		if err == nil && !(math.Abs(v.Pan) <= 1 && math.Abs(v.Tilt) <= 1) {
			t.Errorf("%q turns the head by %v", data, v)
		}
	})
}

func TestPacer(t *testing.T) {
	p := newPacer(0, time.Second, 3)
	count := func(now time.Duration) (n int) {
		for p.allow(now) && n < 100 {
			n++
		}
		return n
	}
	for _, c := range []struct {
		at   time.Duration
		want int
	}{{0, 4}, {500 * time.Millisecond, 0}, {time.Second, 1}, {3 * time.Second, 2}, {time.Hour, 4}} {
		if got := count(c.at); got != c.want {
			t.Errorf("at %v: %d, want %d", c.at, got, c.want)
		}
	}
}

func TestBudget(t *testing.T) {
	b := newBudget(2_000_000)
	now := time.Second
	n := 0
	for b.take(now, uint16(n), 1000) {
		n++
	}
	if n != budgetBurst/1000 {
		t.Errorf("%d packets at once, want %d", n, budgetBurst/1000)
	}
	now += time.Second
	for k := range 1000 {
		if !b.take(now, uint16(n+k), 1000) {
			n = k
			break
		}
	}
	if n < 124 || n > 126 {
		t.Errorf("%d packets after a second, want 125", n)
	}
	b = newBudget(2_000_000)
	if !b.take(now, 7, 100) || b.take(now+time.Millisecond, 7, 100) || !b.take(now+twiceAfter, 7, 100) {
		t.Error("the same packet twice in quick succession")
	}
}

// TestSoundClock gives a minute of sound with jitter, a fast card and a gap.
func TestSoundClock(t *testing.T) {
	s := soundClock{seq: 65530}
	var last uint32
	at := 5 * time.Second
	for i := range 3000 {
		jitter := time.Duration(i%7-3) * time.Millisecond
		ts, seq := s.stamp(at + jitter)
		if want := uint16(65530 + i); seq != want {
			t.Fatalf("packet %d has number %d", i, seq)
		}
		if i > 0 && ts-last != audio.FrameSize {
			t.Fatalf("packet %d is %d samples after the one before", i, ts-last)
		}
		last = ts
		at += audio.FrameTime - 10*time.Microsecond // 500 ppm fast
		if i > 500 {
			if d := int32(s.at(at) - (ts + audio.FrameSize)); d < -200 || d > 200 {
				t.Fatalf("after packet %d the report is %d samples off", i, d)
			}
		}
	}
	at += 2 * time.Second
	ts, _ := s.stamp(at)
	if gap := ts - last; gap < 2*audio.Rate-3*audio.FrameSize || gap > 2*audio.Rate+3*audio.FrameSize {
		t.Errorf("a gap of 2 s is %d samples", gap)
	}
}

func TestNTP(t *testing.T) {
	at := time.Unix(0, 0).Add(500 * time.Millisecond)
	if got := ntp(at); got != 2_208_988_800<<32|1<<31 {
		t.Errorf("%x", got)
	}
	if d := ntpShort(at.Add(time.Second)) - ntpShort(at); d != 1<<16 {
		t.Errorf("a second is %d", d)
	}
}

// TestWallClockThatIsSet stands for a wall clock that jumps by a zero that is a
// year away: what is monotonic must not notice.
func TestWallClockThatIsSet(t *testing.T) {
	now := time.Now()
	c := clock{now}
	if was, is := c.wall(now), c.wall(now.Add(time.Second)); ntpShort(is)-ntpShort(was) != 1<<16 || !was.Equal(now) {
		t.Errorf("a second takes %v", is.Sub(was))
	}
	if w := c.wall(now); w != w.Round(0) {
		t.Error("it still has a monotonic reading, which hides a jump")
	}
}

func TestTicks(t *testing.T) {
	for since, want := range map[time.Duration]uint32{0: 0, time.Second: 90_000, 100 * time.Hour: uint32(100 * 3600 * 90_000 % (1 << 32)), time.Millisecond: 90} {
		if got := ticks(since, pictureRate); got != want {
			t.Errorf("%v: %d, want %d", since, got, want)
		}
	}
}

func TestHold(t *testing.T) {
	for _, c := range []struct {
		loss      float64
		rtt, want time.Duration
	}{
		{0, 50 * time.Millisecond, 0},
		{0.005, 50 * time.Millisecond, 0},
		{0.02, 50 * time.Millisecond, 160 * time.Millisecond},
		{0.3, 2 * time.Second, longestHold},
	} {
		if got := holdFor(c.loss, c.rtt); got != c.want {
			t.Errorf("%v at %v: %v, want %v", c.loss, c.rtt, got, c.want)
		}
	}
	l := &leg{hold: hold{id: 6}}
	l.delay(0)
	if l.hold.begun {
		t.Error("a good network has the extension")
	}
	l.delay(160 * time.Millisecond)
	if l.hold.data != [3]byte{0x01, 0x0f, 0xff} || len(l.header.GetExtension(6)) != 3 {
		t.Errorf("160 ms is %x", l.hold.data)
	}
	l.delay(0)
	if l.hold.data != [3]byte{0, 0x0f, 0xff} {
		t.Errorf("0 ms is %x", l.hold.data)
	}
}

func TestCiphers(t *testing.T) {
	p := srtpProfiles()
	if len(p) != 2 || p[0] == p[1] {
		t.Fatalf("%v", p)
	}
	if (fastAES() || boring) != (p[0] == dtls.SRTP_AEAD_AES_128_GCM) {
		t.Errorf("fast AES %v, first %v", fastAES(), p[0])
	}
}
