package whole

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"babymonitor/deploy/lab"
	"babymonitor/internal/state"
)

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

// What is true of each device.
func camera(s state.State) state.Health     { return s.Camera.Health }
func microphone(s state.State) state.Health { return s.Sound.Health }
func speaker(s state.State) state.Health    { return s.Speaker.Health }
func head(s state.State) state.Health       { return s.Head.Health }
func climate(s state.State) state.Health    { return s.Climate.Health }

func failures() []failure {
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

// testMissing: the monitor starts although nothing that the settings name is
// there, says so, and takes each device into use as it comes.
func testMissing(t *testing.T, m *machine, config string) {
	m = m.with(t)
	cards := []string{"lab_camera.0", "snd_aloop.0", "snd_aloop.1"}
	for _, device := range cards {
		m.unplug(device)
	}
	m.fail(lab.PCA9685, syscall.EREMOTEIO)
	m.fail(lab.BME280, syscall.EREMOTEIO)
	n := start(m, config)
	n.watch()
	for name, of := range map[string]func(state.State) state.Health{
		"camera": camera, "microphone": microphone, "speaker": speaker, "head": head, "climate": climate,
	} {
		until(t, "the "+name+" is missed", func() bool { return of(n.phone.facts()).Condition == state.Fault })
	}
	m.fail(lab.PCA9685, 0)
	m.fail(lab.BME280, 0)
	for _, device := range cards {
		m.plug(device)
	}
	select { // all rooms are built anew around a camera that appears
	case <-n.phone.viewer.Ended():
	case <-time.After(patience):
		t.Fatal("the camera is not taken into use")
	}
	n.answers()
	n.watch()
	n.well()
	n.phone.sees()
	n.phone.hears(room)
	n.end()
}
