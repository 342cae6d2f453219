package rpicam

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMain is rpicam-vid when it is started as such: the tests start their own
// binary with fakeDir in the environment.
func TestMain(m *testing.M) {
	if dir := os.Getenv(fakeDir); dir != "" && os.Getenv(parentRole) == "" {
		os.Exit(fakeMain(dir, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// fakeDir names the folder that tells the fake what to do. It holds clip, the
// access units that it plays, each behind its length; plan, a line for each of
// its starts (the last one for all further ones) with words of misbehaviour;
// and starts, to which the fake adds its arguments.
const fakeDir = "FAKE_RPICAM_DIR"

// parentRole makes the test binary a monitor that is killed.
const parentRole = "FAKE_RPICAM_PARENT"

// program is a command that runs this test binary. Where the tests are emulated
// the kernel cannot run it, and a script in dir starts the emulator, which the
// environment names, once more.
func program(t *testing.T, dir string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	emulator := os.Getenv("EMULATOR")
	if emulator == "" {
		return self
	}
	script := filepath.Join(dir, "program")
	if err := os.WriteFile(script, fmt.Appendf(nil, "#!/bin/sh\nexec %s %q \"$@\"\n", emulator, self), 0o700); err != nil {
		t.Fatal(err)
	}
	return script
}

// fake is a run of the fake rpicam-vid.
type fake struct {
	option map[string]string
	misdo  map[string]int // what to do wrong at which picture
	pts    *os.File
	meta   *os.File
	units  [][]byte
}

func fakeMain(dir string, args []string) int {
	f := fake{option: map[string]string{}, misdo: map[string]int{}}
	for i := 0; i < len(args); i++ {
		if i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") || i+1 < len(args) && args[i+1] == "-" {
			f.option[args[i]] = args[i+1]
			i++
		} else {
			f.option[args[i]] = ""
		}
	}
	start := f.note(dir, args)
	plan, _ := os.ReadFile(filepath.Join(dir, "plan"))
	lines := strings.Split(strings.TrimSpace(string(plan)), "\n")
	for word := range strings.FieldsSeq(lines[min(start, len(lines)-1)]) {
		name, at, _ := strings.Cut(word, ":")
		f.misdo[name], _ = strconv.Atoi(at)
	}
	clip, _ := os.ReadFile(filepath.Join(dir, "clip"))
	for len(clip) > 4 {
		n := binary.BigEndian.Uint32(clip)
		f.units = append(f.units, clip[4:4+n])
		clip = clip[4+n:]
	}
	return f.play()
}

// note adds the arguments to those of earlier starts and returns how many there
// were.
func (f *fake) note(dir string, args []string) int {
	path := filepath.Join(dir, "starts")
	before, _ := os.ReadFile(path)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintf(file, "%d %s\n", os.Getpid(), strings.Join(args, " "))
		_ = file.Close()
	}
	return bytes.Count(before, []byte("\n"))
}

// does reports whether to misbehave in this way at picture n.
func (f *fake) does(what string, n int) bool {
	at, ok := f.misdo[what]
	return ok && n >= at
}

func (f *fake) play() int {
	if f.does("nocamera", 0) {
		fmt.Fprintln(os.Stderr, "ERROR: *** no cameras available ***")
		return 255
	}
	if _, timed := f.option["--save-pts"]; timed && f.does("refusetimes", 0) {
		fmt.Fprintln(os.Stderr, "ERROR: *** libav: Incompatible options selected ***")
		return 255
	}
	fmt.Fprintln(os.Stderr, "[0:00:00.1] [1]  INFO Camera camera_manager.cpp:326 libcamera v0.0")
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt)
	if f.does("deaf", 0) {
		signal.Ignore(os.Interrupt)
	}
	if ms := f.misdo["slow"]; ms > 0 {
		<-time.After(time.Duration(ms) * time.Millisecond)
	}
	if path := f.option["--save-pts"]; path != "" && !f.does("untimed", 0) {
		f.pts, _ = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		fmt.Fprintln(f.pts, "# timecode format v2")
	}
	if path := f.option["--metadata"]; path != "" {
		f.meta, _ = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	}
	rate, _ := strconv.Atoi(f.option["--framerate"])
	begun := time.Now()
	tick := time.NewTicker(time.Second / time.Duration(max(1, rate)))
	for n := 0; ; n++ {
		select {
		case <-stopped:
			return 0
		case <-tick.C:
		}
		if code, ended := f.picture(n, time.Since(begun), stopped); ended {
			return code
		}
	}
}

// picture writes picture n as rpicam-vid does, or not quite.
func (f *fake) picture(n int, at time.Duration, stopped chan os.Signal) (code int, ended bool) {
	data := f.data(n)
	switch {
	case f.does("die", n):
		fmt.Fprintln(os.Stderr, "ERROR: *** something broke ***")
		return 1, true
	case f.does("hang", n):
		<-stopped
		return 0, true
	case f.does("half", n):
		data = data[:len(data)/2]
		delete(f.misdo, "half")
	case f.does("cut", n): // half a picture, and gone
		_, _ = os.Stdout.Write(data[:len(data)/2])
		return 0, true
	case f.does("garbage", n) && n < f.misdo["garbage"]+5:
		for i := range data {
			data[i] = byte(i*i*31 + n)
		}
	case f.does("noisy", n):
		for i := range 200 {
			fmt.Fprintln(os.Stderr, "ERROR RPI odd thing number", i)
		}
	}
	for len(data) > 0 { // in pieces, as a pipe does
		k := min(len(data), 100_000)
		if _, err := os.Stdout.Write(data[:k]); err != nil {
			return 1, true
		}
		data = data[k:]
	}
	if f.pts != nil {
		fmt.Fprintf(f.pts, "%.3f\n", float64(at.Microseconds())/1000)
	}
	if f.meta != nil {
		fmt.Fprintf(f.meta, "ExposureTime=20000\nAnalogueGain=2.0\nDigitalGain=1.5\nLux=42.5\nColourGains=[ 1.5, 2.0 ]\nSensorTimestamp=%d\n\n", bootTime()-30*time.Millisecond)
	}
	return 0, false
}

// data is picture n.
func (f *fake) data(n int) []byte {
	if f.option["--codec"] == "h264" {
		return bytes.Clone(f.units[n%len(f.units)])
	}
	w, _ := strconv.Atoi(f.option["--width"])
	h, _ := strconv.Atoi(f.option["--height"])
	if f.does("resize", n) {
		w, h = w/2, h/2
	}
	stride := (w + 63) &^ 63
	b := bytes.Repeat([]byte{byte(50 + n%100)}, stride*h*3/2)
	return b
}
