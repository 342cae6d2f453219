package whole

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"babymonitor/deploy/lab"
	"babymonitor/internal/state"
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
	t.Run("sees and hears", func(t *testing.T) { testWatch(n.with(t)) })
	t.Run("steers", func(t *testing.T) { testSteer(n.with(t)) })
	t.Run("speaks", func(t *testing.T) { testSpeak(n.with(t)) })
	t.Run("knows the air", func(t *testing.T) { testAir(n.with(t)) })
	for _, f := range failures() {
		t.Run(f.name, func(t *testing.T) { n.with(t).yank(f) })
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

// start starts the monitor and waits until all is well.
func start(m *machine, config string) *night {
	m.t.Helper()
	program, t := m.dir+"/bin/babymonitor", m.t
	m.do(fmt.Sprintf("echo '%s' | %s user add %s --role parent --data /run/data", password, program, parent))
	n := &night{t: t, m: m}
	n.pid = m.do(fmt.Sprintf("%s --config %s --data /run/data --http :8080 --https :8443 >/run/monitor.log 2>&1 & echo $!", program, config))
	t.Cleanup(func() {
		if t.Failed() {
			said, _ := m.try("tail -n 80 /run/monitor.log")
			t.Log(said)
		}
	})
	url := fmt.Sprintf("http://127.0.0.1:%d/healthz", m.http)
	until(t, "the monitor answers", func() bool {
		answer, err := http.Get(url)
		if err == nil {
			answer.Body.Close()
		}
		return err == nil
	})
	n.phone = dial(m)
	n.well()
	n.began = n.phone.facts().Device.Started
	return n
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
	if status, text := n.phone.ask("POST", "/api/head", `{"pan":0,"tilt":0}`); status != http.StatusOK {
		n.t.Errorf("%d %s", status, text)
	}
	until(n.t, "the head is back and its motors are released", func() bool {
		head := n.phone.facts().Head
		return head.Pan == 0 && !head.Moving && off(n.m, 0)&fullOff != 0
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

// failure is a device that fails and comes back.
type failure struct {
	name   string
	of     func(state.State) state.Health
	begin  func(*machine)
	bother func(*phone) // what a parent does meanwhile, which needs the device; may be nil
	words  []string     // that the fault says
	end    func(*machine)
	blind  bool // there is no picture meanwhile
	deaf   bool // there is no sound meanwhile
}

func failures() []failure {
	camera := func(s state.State) state.Health { return s.Camera.Health }
	microphone := func(s state.State) state.Health { return s.Sound.Health }
	speaker := func(s state.State) state.Health { return s.Speaker.Health }
	head := func(s state.State) state.Health { return s.Head.Health }
	climate := func(s state.State) state.Health { return s.Climate.Health }
	hang := func(m *machine, on int) { m.do(fmt.Sprintf("echo %d >/sys/module/lab_camera/parameters/hang", on)) }
	unplug := func(device string) func(*machine) { return func(m *machine) { m.unplug(device) } }
	plug := func(device string) func(*machine) { return func(m *machine) { m.plug(device) } }
	return []failure{
		{name: "the servo board stops answering", of: head, words: []string{"PCA9685", "does not answer", "check its power"},
			begin:  func(m *machine) { m.fail(lab.PCA9685, syscall.EREMOTEIO) },
			bother: func(p *phone) { p.ask("POST", "/api/head", `{"pan":10,"tilt":0}`) },
			end:    func(m *machine) { m.fail(lab.PCA9685, 0) }},
		{name: "the thermometer holds the bus", of: climate, words: []string{"bme280"},
			begin: func(m *machine) { m.fail(lab.BME280, syscall.ETIMEDOUT) },
			end:   func(m *machine) { m.fail(lab.BME280, 0) }},
		{name: "the camera hangs", of: camera, words: []string{"gives no picture", "restarted"},
			begin: func(m *machine) { hang(m, 1) }, end: func(m *machine) { hang(m, 0) }, blind: true},
		{name: "the camera is pulled out", of: camera, words: []string{"gives no picture", "restarted"},
			begin: unplug("lab_camera.0"), end: plug("lab_camera.0"), blind: true},
		{name: "the microphone is pulled out", of: microphone, words: []string{"plug it in", "Opening the microphone again"},
			begin: unplug("snd_aloop.0"), end: plug("snd_aloop.0"), deaf: true},
		{name: "the speaker is pulled out", of: speaker, words: []string{"plug it in", "Opening the speaker again"},
			begin: unplug("snd_aloop.1"), end: plug("snd_aloop.1")},
	}
}

// yank has a device fail: the monitor says so and stays, and all is well again
// when the device is.
func (n *night) yank(f failure) {
	f.begin(n.m)
	defer func() {
		if n.t.Failed() {
			f.end(n.m)
		}
	}()
	if f.bother != nil {
		f.bother(n.phone)
	}
	var is state.Health
	until(n.t, fmt.Sprintf("the fault is told with the words %q", f.words), func() bool {
		is = f.of(n.phone.facts())
		return is.Condition == state.Fault && !slices.ContainsFunc(f.words, func(word string) bool { return !strings.Contains(is.Detail, word) })
	})
	n.t.Log(is.Detail)
	if status, said := n.phone.ask("GET", "/healthz", ""); status != http.StatusServiceUnavailable {
		n.t.Errorf("/healthz says %d %s", status, said)
	}
	if !f.blind {
		n.phone.sees()
	}
	if !f.deaf {
		n.phone.hears(room)
	}
	f.end(n.m)
	n.well()
	n.phone.sees()
	n.phone.hears(room)
	n.m.do("kill -0 " + n.pid)
	if began := n.phone.facts().Device.Started; !began.Equal(n.began) {
		n.t.Errorf("the monitor has started anew: %v", began)
	}
}
