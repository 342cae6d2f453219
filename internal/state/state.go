// Package state holds what is true now: the one place that the page, the rules
// and every integration watch. Latecomers get what is true, not what happened
// before they came.
package state

import (
	"context"
	"iter"
	"sync"
	"time"
)

// State is everything that is true now. Values are safe to copy: what a slice,
// map or pointer in it refers to is replaced, never changed. The JSON form is
// what `GET /api/state` answers.
type State struct {
	Device  Device    `json:"device"`
	Board   *Board    `json:"board"` // nil where the computer tells nothing of itself
	Camera  Camera    `json:"camera"`
	Head    Head      `json:"head"`
	Night   Night     `json:"night"`
	Climate Climate   `json:"climate"`
	Sound   Sound     `json:"sound"`
	Speaker Speaker   `json:"speaker"`
	Player  Player    `json:"player"`
	Viewers []Viewer  `json:"viewers"`
	Rooms   []Service `json:"rooms"`
	Network *Network  `json:"network"` // nil where the monitor does not care for it
}

// Condition says how a device or service does. The codes are stable; Detail is
// English for a parent and says what is done about it.
type Condition string

// The conditions.
const (
	Absent   Condition = "absent"   // none is configured
	Resting  Condition = "resting"  // fine, and idle because nobody needs it
	Starting Condition = "starting" // on its way
	OK       Condition = "ok"       // making progress
	Fault    Condition = "fault"    // not working; see Detail
)

// Health is a condition and its story.
type Health struct {
	Condition Condition `json:"condition"`
	Detail    string    `json:"detail,omitempty"` // what is wrong and what is done about it
	Since     time.Time `json:"since"`
	Tries     int       `json:"tries,omitempty"` // attempts to mend it so far
}

// Device is the monitor itself.
type Device struct {
	Name      string    `json:"name"`
	Version   string    `json:"version"`
	Simulated bool      `json:"simulated"`
	Started   time.Time `json:"started"`
	HTTP      []string  `json:"http"`  // addresses of the page in use, as URLs
	HTTPS     []string  `json:"https"` // the same with TLS
	MediaPort int       `json:"media_port"`
	ClockSet  bool      `json:"clock_set"` // false: it does not know the time yet

	SupportEnd  string      `json:"support_end"` // day until which its version gets updates, as 2028-12-31; "": not known
	Update      Update      `json:"update"`
	Certificate Certificate `json:"certificate"`
}

// Update is how the monitor gets a newer version.
type Update struct {
	// Way is who updates it: "itself", by signed files that a parent uploads;
	// "apt", as a package of the system; "" for one that was built by hand.
	Way     string `json:"way"`
	Stage   string `json:"stage"`             // "idle", "uploading", "checking", "installing", "installed", "updated" or "failed"
	Percent int    `json:"percent"`           // of uploading and installing
	Version string `json:"version,omitempty"` // of the update
	Why     string `json:"why,omitempty"`     // with "failed": a code; see Detail
	Detail  string `json:"detail,omitempty"`  // what went wrong
}

// Certificate is what the monitor shows over https.
type Certificate struct {
	// Given says that it is one of the owner's (from the settings file), for
	// the Names in it; everything else gets the monitor's own.
	Given   bool     `json:"given"`
	Names   []string `json:"names"`
	Until   string   `json:"until"`             // the day it expires, as 2027-05-01
	Problem string   `json:"problem,omitempty"` // why the one in the settings file is not shown
}

// Network is how the monitor is reached.
type Network struct {
	Way       string       `json:"way"`    // "none", "wired", "wifi" or "own": its own Wi-Fi
	SSID      string       `json:"ssid"`   // of the Wi-Fi in use, its own included
	Signal    int          `json:"signal"` // of that, in per cent; 0 while unknown
	Addresses []string     `json:"addresses"`
	Joining   string       `json:"joining"` // the Wi-Fi that is being joined, "" for none
	Problem   *WiFiProblem `json:"problem"` // why the Wi-Fi that was to be used is not
}

// WiFiProblem is why a Wi-Fi could not be joined.
type WiFiProblem struct {
	SSID   string `json:"ssid"`
	Why    string `json:"why"` // "password", "refused", "missing", "address" or "failed"
	Detail string `json:"detail"`
}

// Board is the computer that the monitor runs on. It is never mixed with the
// room's climate.
type Board struct {
	Temperature float64 `json:"temperature"` // of the processor, °C; 0 where it is not known
	// UnderVoltage says that the power supply is too weak now, or was within
	// the last five minutes: that makes pictures stop and cards lose files.
	UnderVoltage bool `json:"under_voltage"`
}

// Camera is the picture.
type Camera struct {
	Health
	Source  string `json:"source"`
	Width   int    `json:"width"`
	Height  int    `json:"height"`
	FPS     int    `json:"fps"`
	Bitrate int    `json:"bitrate"` // bits a second asked of the encoder now
	Zoom    Rect   `json:"zoom"`
	CanZoom bool   `json:"can_zoom"`
	Note    string `json:"note,omitempty"` // what a parent should know of the picture that is no fault
}

// Rect is a part of the full picture in fractions of it.
type Rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// Head is where the camera looks, in degrees.
type Head struct {
	Health
	Pan     float64         `json:"pan"`
	Tilt    float64         `json:"tilt"`
	Moving  bool            `json:"moving"`
	PanMin  float64         `json:"pan_min"`
	PanMax  float64         `json:"pan_max"`
	TiltMin float64         `json:"tilt_min"`
	TiltMax float64         `json:"tilt_max"`
	Presets map[string]Pose `json:"presets"`
}

// Pose is a head position in degrees.
type Pose struct {
	Pan  float64 `json:"pan"`
	Tilt float64 `json:"tilt"`
}

// Night is the IR filter, the lamps and who decides about them.
type Night struct {
	Health
	Mode  string   `json:"mode"`  // "auto", "day" or "night": what a parent chose
	Night bool     `json:"night"` // what is in force
	Lamps bool     `json:"lamps"`
	Lux   *float64 `json:"lux"` // nil while unknown
}

// Climate is the room's air.
type Climate struct {
	Health
	Temperature *Measure `json:"temperature"` // °C; nil where no sensor measures it
	Humidity    *Measure `json:"humidity"`    // %
	CO2         *Measure `json:"co2"`         // ppm
}

// Measure is a measured value. A value older than five minutes is stale and is
// shown as "--".
type Measure struct {
	Value   float64   `json:"value"`
	At      time.Time `json:"at"`
	Stale   bool      `json:"stale"`
	Comfort string    `json:"comfort"` // "cold", "cool", "good", "warm", "hot"; "dry", "good", "humid"
	Fault   string    `json:"fault,omitempty"`
}

// Sound is what the microphone hears.
type Sound struct {
	Health
	Level float64 `json:"level"` // dBFS, RMS of the last 200 ms
	Steps int     `json:"steps"` // 0 to 7, for a bar
	Muted bool    `json:"muted"` // the microphone yields digital silence
}

// Speaker is what sounds in the room.
type Speaker struct {
	Health
	Talking []string `json:"talking"` // names of those who talk now
}

// Player is the lullaby player.
type Player struct {
	Playing      bool       `json:"playing"`
	Track        string     `json:"track"` // id, "" when none was chosen
	Title        string     `json:"title"`
	Volume       int        `json:"volume"` // 0 to 100, of MaxVolume
	MaxVolume    int        `json:"max_volume"`
	Loop         bool       `json:"loop"`
	TimerMinutes int        `json:"timer_minutes"` // 0: none
	EndsAt       *time.Time `json:"ends_at"`       // with a timer
	Fading       bool       `json:"fading"`
	Fault        string     `json:"fault,omitempty"`
}

// Viewer is somebody who watches or listens.
type Viewer struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	From      string    `json:"from"` // network address without port
	Since     time.Time `json:"since"`
	Talking   bool      `json:"talking"`
	Transport string    `json:"transport"` // "udp", "tcp", or "" until connected
	Bitrate   int       `json:"bitrate"`   // bits a second that its network is thought to carry
	RTT       float64   `json:"rtt_ms"`
	Loss      float64   `json:"loss"` // fraction of packets lost lately
}

// Service is a supervised part of the program.
type Service struct {
	Name     string `json:"name"`
	Restarts int    `json:"restarts"`
	Health
}

// Store holds the state. The zero value is ready to use.
type Store struct {
	mu      sync.Mutex
	state   State
	changed chan struct{} // closed and replaced at each change
}

// Get returns what is true now.
func (s *Store) Get() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Update changes the state. change runs alone, must not block or call the
// store, and replaces slices, maps and pointers instead of changing what they
// refer to.
func (s *Store) Update(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Watch yields what is true now and then each change, until ctx ends. Changes
// that come faster than the loop runs are merged into one.
func (s *Store) Watch(ctx context.Context) iter.Seq[State] {
	return func(yield func(State) bool) {
		for {
			s.mu.Lock()
			now := s.state
			if s.changed == nil {
				s.changed = make(chan struct{})
			}
			changed := s.changed
			s.mu.Unlock()
			if !yield(now) {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-changed:
			}
		}
	}
}
