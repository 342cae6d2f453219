package whole

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"babymonitor/deploy/lab"
	"babymonitor/web/rtc/rtctest"
)

// settings name a device of each kind. The camera is small, as emulation is slow.
const settings = `
name = "Lab"

[camera]
source = "v4l2"
device = "lab camera"
width = 320
height = 240
fps = 5
max_bitrate = 1_000_000

[head]
driver = "pca9685"
bus = "1"

[[climate.sensor]]
driver = "bme280"
bus = "1"
address = 0x76

[audio]
microphone = "hw:LabMic,1"
speaker = "hw:LabSpeaker,0"
`

const room = 700 // Hz, what the microphone hears

// TestLabWhole is a night with the monitor: the phone sees, hears, speaks,
// steers, and each device fails once.
func TestLabWhole(t *testing.T) {
	m := boot(t)
	m.tone(room)
	config := m.put("babymonitor.toml", []byte(settings))
	t.Run("doctor", func(t *testing.T) { testDoctor(t, m, config) })
	if t.Failed() {
		return
	}
	n := start(m, config)
	n.watch()
	n.well()
	t.Run("sees and hears", func(t *testing.T) { testWatch(n.with(t)) })
	t.Run("steers", func(t *testing.T) { testSteer(n.with(t)) })
	t.Run("speaks", func(t *testing.T) { testSpeak(n.with(t)) })
	t.Run("knows the air", func(t *testing.T) { testAir(n.with(t)) })
	for _, f := range failures() {
		t.Run(f.name, func(t *testing.T) { n.with(t).yank(f) })
	}
	t.Run("ends when it is told to", func(t *testing.T) { n.with(t).end() })
	if !t.Failed() {
		t.Run("begins without a device", func(t *testing.T) { testMissing(t, m, config) })
	}
}

// night is a monitor that runs in the lab, and a phone that watches it.
type night struct {
	t     *testing.T
	m     *machine
	phone *phone
	pid   string
	began time.Time // as the monitor says
}

// with returns the night for a part of the test.
func (n night) with(t *testing.T) *night {
	n.t, n.m = t, n.m.with(t)
	n.phone.t = t
	return &n
}

// start starts the monitor and waits until it answers.
func start(m *machine, config string) *night {
	m.t.Helper()
	program, t := m.dir+"/bin/babymonitor", m.t
	m.do(fmt.Sprintf("echo '%s' | %s user add %s --role parent --data /run/data", password, program, parent))
	n := &night{t: t, m: m}
	n.pid = m.do(fmt.Sprintf("%s --config %s --data /run/data --http :8080 --https :8443 >>/run/monitor.log 2>&1 & echo $!", program, config))
	t.Cleanup(func() {
		if t.Failed() {
			said, _ := m.try("tail -n 80 /run/monitor.log")
			t.Log(said)
		}
	})
	n.answers()
	return n
}

// answers waits until the monitor answers.
func (n *night) answers() {
	n.t.Helper()
	url := fmt.Sprintf("http://127.0.0.1:%d/healthz", n.m.http)
	until(n.t, "the monitor answers", func() bool {
		answer, err := http.Get(url)
		if err == nil {
			answer.Body.Close()
		}
		return err == nil
	})
}

// watch has a phone watch.
func (n *night) watch() {
	n.t.Helper()
	n.phone = dial(n.m)
	n.began = n.phone.facts().Device.Started
}

// end ends the monitor as a service manager does.
func (n *night) end() {
	if said, status := n.m.try("kill " + n.pid + "; wait " + n.pid); status != 0 {
		n.t.Errorf("exit status %d: %s", status, said)
	}
}

// well waits until the monitor says that all is well.
func (n *night) well() {
	n.t.Helper()
	said := ""
	defer func() {
		if n.t.Failed() {
			n.t.Logf("/healthz says: %s", said)
		}
	}()
	until(n.t, "/healthz says ok", func() bool {
		var status int
		status, said = n.phone.ask("GET", "/healthz", "")
		return status == http.StatusOK && said == "ok\n"
	})
}

// testWatch: every picture arrives, not only those that the phone decodes.
func testWatch(n *night) {
	n.phone.sees()
	n.phone.hears(room)
	ctx, cancel := context.WithTimeout(n.t.Context(), patience)
	defer cancel()
	from := n.phone.viewer.Stats()
	if _, err := n.phone.viewer.Wait(ctx, func(s rtctest.Stats) bool { return s.Frames >= from.Frames+20 }); err != nil {
		n.t.Error(err)
	}
}

// testSteer turns the head by the phone's joystick and reads the pulse from the
// servo board.
func testSteer(n *night) {
	ctx, stop := context.WithCancel(n.t.Context())
	var holding sync.WaitGroup
	defer holding.Wait()
	defer stop()
	holding.Go(func() { // to the right
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for n.phone.viewer.Drive(ctx, 1, 0) == nil && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	})
	// 4096 counts for a frame; one is 4.92 µs, straight ahead is 1450 µs and 20°
	// are 211 µs more.
	until(n.t, "the servo board turns the head right", func() bool {
		pulse := off(n.m, 0)
		return pulse > (1450+211)*100/492 && pulse <= 2400*100/492
	})
	until(n.t, "the monitor knows", func() bool { return n.phone.facts().Head.Pan > 20 })
	stop()
	holding.Wait()
	// What the joystick said last may come late, and the last order counts.
	until(n.t, "the head rests", func() bool { return !n.phone.facts().Head.Moving })
	if status, text := n.phone.ask("POST", "/api/head", `{"pan":0,"tilt":0}`); status != http.StatusOK {
		n.t.Errorf("%d %s", status, text)
	}
	until(n.t, "the head is back and its motors are released", func() bool {
		now := n.phone.facts().Head
		return now.Pan == 0 && !now.Moving && off(n.m, 0)&fullOff != 0
	})
}

// fullOff is the bit of a PCA9685's LEDn_OFF that switches its output off.
const fullOff = 1 << 12

// off is LEDn_OFF of the servo board: when in a frame the pulse ends.
func off(m *machine, channel int) int {
	all := m.registers(lab.PCA9685)
	return int(all[8+4*channel]) | int(all[9+4*channel])<<8
}

// testSpeak speaks by the phone and listens at the speaker.
func testSpeak(n *night) {
	ctx, stop := context.WithCancel(n.t.Context())
	var speaking sync.WaitGroup
	defer speaking.Wait()
	defer stop()
	speaking.Go(func() { n.phone.say(ctx, 500) })
	best := 0.0
	until(n.t, "the speaker sounds", func() bool {
		text, status := n.m.try("arecord -q -D plug$BABYMONITOR_LAB_HEARD -t raw -f S16_LE -c 1 -r 48000 -s 24000 | od -An -v -td2 -w4800")
		if status != 0 {
			return false
		}
		for line := range strings.Lines(text) {
			best = max(best, lab.Share(samples(line), 500))
		}
		return best > 0.8
	})
}

func samples(line string) (all []int16) {
	for _, word := range strings.Fields(line) {
		var v int16
		if _, err := fmt.Sscan(word, &v); err == nil {
			all = append(all, v)
		}
	}
	return all
}

// testAir: what the chip measures is on the page.
func testAir(n *night) {
	c := n.phone.facts().Climate
	if c.Temperature == nil || c.Humidity == nil || c.Temperature.Value < 25 || c.Temperature.Value > 25.2 || c.Humidity.Value < 33.5 || c.Humidity.Value > 34.5 {
		n.t.Errorf("%+v, want the 25.08 °C and 34.02 %% of the chip", c)
	}
}
