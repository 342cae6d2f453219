package config

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "babymonitor.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsAreSound(t *testing.T) {
	for name, s := range map[string]Settings{"default": Default(), "sim": DefaultSim()} {
		if faults := Check(s); len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestLoadOverDefaults(t *testing.T) {
	path := write(t, `
name = "Attic"
[camera]
max_bitrate = 1_000_000
[head]
speed = 30
pan = { min = -45.5, max = 45 }
[[climate.sensor]]
driver = "bme280"
address = 0x76
[[climate.sensor]]
driver = "aht20"
bus = "/dev/i2c-1"
temperature_offset = -1.5
`)
	s, err := Load(DefaultSim(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := DefaultSim().clone()
	want.Name, want.Camera.MaxBitrate, want.Head.Speed = "Attic", 1_000_000, 30
	want.Head.Pan.Min, want.Head.Pan.Max = -45.5, 45
	want.Climate.Sensors = []Sensor{{Driver: "bme280", Address: 0x76}, {Driver: "aht20", Bus: "/dev/i2c-1", Offset: -1.5}}
	if got := s; !same(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLoadKeepsListsThatTheFileDoesNotName(t *testing.T) {
	s, err := Load(DefaultSim(), write(t, `name = "x"`))
	if err != nil || len(s.Climate.Sensors) != 1 {
		t.Fatalf("%+v, %v", s.Climate.Sensors, err)
	}
}

func TestLoadTellsEveryFaultWithItsLine(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // "line: begin of the rest"
	}{
		{"unknown key", "name = \"x\"\n[camera]\nmaxbitrate = 3\n", []string{"3: camera.maxbitrate is not a setting — did you mean max_bitrate?"}},
		{"unknown section", "\n[mqtt]\nbroker = \"x\"\n", []string{"2: mqtt is not a setting — remove it"}},
		{"several", "nane = \"x\"\n[head]\ndriver = 3\n[[climate.sensor]]\n[[climate.sensor]]\nbuss = 1\n[audio]\nmax_volume = \"loud\"\n", []string{
			"1: nane is not a setting — did you mean name?",
			"3: head.driver is 3 — it must be a text in quotes",
			"6: climate.sensor[1].buss is not a setting — did you mean bus?",
			"8: audio.max_volume is the text \"loud\" — it must be a whole number",
		}},
		{"out of range", "[camera]\nfps = 1000\nrotate = 45\n\n[ircut]\nnight_below = nan\n", []string{
			"2: camera.fps is 1000 — set it from 1 to 60",
			"3: camera.rotate is 45 — choose one of 0, 90, 180, 270",
			"6: ircut.night_below is NaN — set it from 0 to 100000",
		}},
		{"inside a table in one line", "[head]\npan = { min = 90, max = -90, wide = 1 }\n", []string{"2: head.pan.wide is not a setting — remove it"}},
		{"band", "[climate]\ntemperature.low = 30\n", []string{"2: climate.temperature does not rise"}},
		{"sensor", "[[climate.sensor]]\ndriver = \"sim\"\n[[climate.sensor]]\ndriver = \"sim\"\n", []string{"3: climate.sensor[1] is the same device"}},
		{"a list where a table belongs", "camera = [1]\n", []string{"1: camera is a list — it must be a table of settings"}},
		{"not toml", "name = \"x\"\n[camera\n", []string{"2: is not TOML"}},
		{"twice", "name = \"x\"\nname = \"y\"\n", []string{"2: is not TOML"}},
		{"origin", "[access]\nallowed_origins = [\"https://a.example\", \"a.example/path\"]\n", []string{"2: access.allowed_origins[1] is \"a.example/path\""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, tt.text)
			_, err := Load(Default(), path)
			var faults Faults
			if !errors.As(err, &faults) {
				t.Fatalf("error is %v", err)
			}
			got := strings.Split(err.Error(), "\n")
			if len(got) != len(tt.want) {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], path+":"+tt.want[i]) {
					t.Errorf("got %q, want it to begin with %q", got[i], path+":"+tt.want[i])
				}
			}
		})
	}
}

func TestLoadWithoutFile(t *testing.T) {
	_, err := Load(Default(), filepath.Join(t.TempDir(), "none.toml"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("error is %v", err)
	}
}

func TestLoadRefusesWhatIsNoSettingsFile(t *testing.T) {
	_, err := Load(Default(), write(t, strings.Repeat("#", maxFile+1)))
	if err == nil || !strings.Contains(err.Error(), "not a settings file") {
		t.Fatalf("error is %v", err)
	}
}

func TestCheckFindsWhatContradicts(t *testing.T) {
	tests := map[string]func(*Settings){
		"name":                    func(s *Settings) { s.Name = "  " },
		"camera.file":             func(s *Settings) { s.Camera.Source = "file" },
		"camera.width":            func(s *Settings) { s.Camera.Width = 641 },
		"camera.max_bitrate":      func(s *Settings) { s.Camera.MaxBitrate = 1000 },
		"camera.exposure":         func(s *Settings) { s.Camera.Exposure = -1 },
		"camera.iso":              func(s *Settings) { s.Camera.ISO = 7 },
		"camera.white_balance":    func(s *Settings) { s.Camera.WhiteBalance = 100 },
		"camera.mains":            func(s *Settings) { s.Camera.Mains = 55 },
		"camera.black_white":      func(s *Settings) { s.Camera.BlackWhite = "sometimes" },
		"head.pan.speed":          func(s *Settings) { s.Head.Pan.Speed = 1000 },
		"ircut.pulse":             func(s *Settings) { s.IRCut.Pulse = 2000 },
		"ircut.pins[1]":           func(s *Settings) { s.IRCut.Driver, s.IRCut.Pins = "pulse", []int{23, 23} },
		"ircut.lamps_pin":         func(s *Settings) { s.IRCut.Driver, s.IRCut.Pins, s.IRCut.LampsPin = "level", []int{23}, 23 },
		"ircut.ambient":           func(s *Settings) { s.IRCut.LampsPin, s.IRCut.Ambient = 17, "ldr:17" },
		"head.speed":              func(s *Settings) { s.Head.Speed = math.NaN() },
		"head.pan.min":            func(s *Settings) { s.Head.Pan.Min = 80 },
		"head.pan.pin":            func(s *Settings) { s.Head.Driver = "gpio" },
		"head.tilt.channel":       func(s *Settings) { s.Head.Driver, s.Head.Tilt.Channel = "pwm", 0 },
		"head.tilt.min_pulse":     func(s *Settings) { s.Head.Tilt.MinPulse = 2400 },
		"ircut.pins":              func(s *Settings) { s.IRCut.Driver = "pulse" },
		"ircut.night_below":       func(s *Settings) { s.IRCut.DayAbove = s.IRCut.NightBelow },
		"climate.humidity":        func(s *Settings) { s.Climate.Humidity.Low = 62 },
		"audio.max_volume":        func(s *Settings) { s.Audio.MaxVolume = 101 },
		"audio.speaker":           func(s *Settings) { s.Audio.Speaker = "a\x00b" },
		"climate.sensor[0].bus":   func(s *Settings) { s.Climate.Sensors = []Sensor{{Driver: "sim", Bus: strings.Repeat("x", 201)}} },
		"climate.temperature.low": func(s *Settings) { s.Climate.Temperature.Low = math.Inf(-1) },
	}
	for key, spoil := range tests {
		t.Run(key, func(t *testing.T) {
			s := Default()
			spoil(&s)
			for _, f := range Check(s) {
				if f.Key == key {
					return
				}
			}
			t.Errorf("no fault for %s in %v", key, Check(s))
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("name = \"x\"\n[[climate.sensor]]\ndriver = \"sim\"\n")
	f.Add("[camera]\nfps = 1e9\n[camera.x]\n")
	f.Add("climate.sensor = [{driver = 'sim'}, 3]\n[head.pan]\nmin = inf")
	f.Fuzz(func(t *testing.T, text string) {
		s := DefaultSim().clone()
		doc := []byte(text)
		if faults := decode(doc, &s); len(faults) > 0 {
			if faults.in("file", findLines(doc)).Error() == "" {
				t.Fatal("a fault without words")
			}
			return
		}
		_ = Check(s)
	})
}
