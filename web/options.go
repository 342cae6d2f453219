package web

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"babymonitor/camera"
	"babymonitor/internal/config"
	"babymonitor/internal/diary"
	"babymonitor/internal/state"
	"babymonitor/internal/wifi"
	"babymonitor/servo"
)

// Options is what the house lends to its doors. What is nil is a door that does
// not open: it answers that this monitor has no such thing. All of it may be
// called from any goroutine. An error becomes the words that a parent reads; a
// [*Problem] also chooses the status.
//
// Orders have reached the state store when they return, because the answer
// shows what the store then says.
type Options struct {
	Log   *slog.Logger
	HTTP  string // address to listen at, as ":80"; port 0: any free one; "": not at all
	HTTPS string
	// Inherited are sockets that are used in place of HTTP and HTTPS.
	Inherited Inherited
	Data      string // the folder for people, logins and certificates
	// OpenSetup lets the first visitor of a new device in without a set-up code.
	OpenSetup bool
	// Page is the built page with index.html at its root. Files below assets/
	// have names that change with their content.
	Page fs.FS

	State    *state.Store // required
	History  History
	Settings Settings // required
	Health   func() (reason string, ok bool)

	// Doctor tells how each device does, for the settings page.
	Doctor func(ctx context.Context) []Finding

	Head      Head
	Presets   Presets
	Night     func(mode string) error // "auto", "day" or "night"
	Zoom      func(camera.Rect) error
	Player    func(PlayerOrder) error
	Lullabies Lullabies
	Snapshot  func(ctx context.Context) (jpeg []byte, err error)
	Pictures  func(ctx context.Context) iter.Seq[[]byte] // as JPEG, until ctx ends
	Sim       Sim                                        // nil where nothing is simulated

	Care Care
	// ClockSet says whether the device knows the time; nil: always.
	ClockSet func() bool

	// WiFi is where the monitor cares for its network; nil elsewhere.
	WiFi WiFi
	// Announced returns the name under .local that the monitor is found by; ""
	// where that is its host name.
	Announced func() string

	Whep   http.Handler // for /whep and below; finds the caller in the context
	Socket http.Handler // for /api/ws, likewise
	// Kick ends a phone's session and says whether there was one.
	Kick func(viewer string) bool
	// Forget ends what a person has opened who was removed or has a new password.
	Forget func(name string)

	Collectors []prometheus.Collector // more figures for /metrics
}

// Finding is how one device does.
type Finding struct {
	Device string `json:"device"`
	OK     bool   `json:"ok"`
	Says   string `json:"says"` // what it does, or what is wrong and how to mend it
}

// Settings is what a parent may change; *config.Book is one.
type Settings interface {
	Get() config.Settings
	Patch(body []byte) (config.Change, error)
	RestartNeeded() bool
}

// History is what was measured and what happened; *diary.Diary is one.
type History interface {
	History(ctx context.Context, series string, from, to time.Time, step time.Duration) ([]diary.Point, error)
	Events(ctx context.Context, from, to time.Time, kind string) ([]diary.Event, error)
}

// Head turns the camera; *servo.Head is one.
type Head interface {
	Drive(servo.Velocity)
	GoTo(servo.Pose) error
	GoToPreset(name string) error
}

// Presets are the head positions by name; *servo.Head has them.
type Presets interface {
	Presets() map[string]servo.Pose
	SavePreset(name string, p servo.Pose) error
	DeletePreset(name string) error
}

// PlayerOrder is what the lullaby player is to do. What is nil stays as it is.
type PlayerOrder struct {
	Action       string  `json:"action"` // "play", "stop" or "volume"
	Track        *string `json:"track"`
	Volume       *int    `json:"volume"`        // 0 to 100, of the ceiling that a parent has set
	TimerMinutes *int    `json:"timer_minutes"` // 0: none; up to 720
	Loop         *bool   `json:"loop"`
}

// Lullabies are what the player can play.
type Lullabies interface {
	List() []Lullaby
	// Add keeps a sound file of the parent's own. The error says what is wrong
	// with it.
	Add(ctx context.Context, filename string, sound io.Reader) (Lullaby, error)
	// Remove takes an own one away; the error is fs.ErrNotExist where there is
	// none of this id.
	Remove(id string) error
}

// Lullaby is one of them.
type Lullaby struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Kind    string  `json:"kind"`    // "melody", "noise" or "own"
	Seconds float64 `json:"seconds"` // 0: endless
	Origin  string  `json:"origin"`  // where it comes from, for the curious
}

// WiFi chooses the network; a *wifi.Keeper has these.
type WiFi interface {
	// Networks looks around, which takes some seconds.
	Networks(ctx context.Context) ([]wifi.Network, error)
	// Choose has a Wi-Fi joined once this request has been answered. country is
	// whose rules the radio is to follow, "" as before.
	Choose(c wifi.Choice, country string) error
	// OwnOpen says whether the monitor's own Wi-Fi is open, and Visited notes
	// that somebody uses the page through it.
	OwnOpen() bool
	Visited()
	// Own is that Wi-Fi, for a parent to write down before it is needed.
	Own() wifi.Own
}

// Care is what a parent may do to the monitor itself.
type Care interface {
	// Update takes an update of about size bytes (-1: not known) and has it
	// checked and installed. It returns once all of it has arrived.
	Update(bundle io.Reader, size int64) error
	// Restart and Reset happen once the answer is on its way.
	Restart() error
	Reset() error // forgets everything, people included
	// Backup writes what is the family's into one file, secrets included.
	Backup(to io.Writer) error
	// Restore checks such a file whole and takes it over once the answer is on its
	// way; after an error nothing has changed.
	Restore(backup io.Reader) error
	// Diagnose writes a ZIP file for bug reports, without the words in secrets.
	Diagnose(ctx context.Context, to io.Writer, secrets []string) error
}

// Sim is the simulated nursery.
type Sim interface {
	Change(body []byte) error // JSON
	SpeakerWAV(to io.Writer, seconds float64) error
}
