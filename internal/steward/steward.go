// Package steward is the narrow privileged door of the appliance. The monitor
// runs as a user of its own and may neither install an update nor restart the
// board; it drops a wish as an empty file, and the [Steward], which the service
// manager starts as root for that, does it and tells how it goes in a file that
// the monitor reads through its [Door].
//
// Both folders belong to the monitor's user, so the steward never follows a
// link out of them (see os.Root), and takes nothing from them but which of three
// wishes there is and a bundle whose signature it checks.
package steward

import (
	"errors"
	"time"
)

// Wish is something that the monitor asks for.
type Wish string

// The wishes.
const (
	Reboot Wish = "reboot" // restart the board
	Reset  Wish = "reset"  // forget everything, and restart the board
	Update Wish = "update" // install what [Door.Receive] has taken
)

// Stage is how far an update is. The words are part of the outward contract.
type Stage string

// The stages of an update.
const (
	Idle       Stage = "idle"
	Checking   Stage = "checking"   // whether it is whole, signed, and for this device
	Installing Stage = "installing" // into the part of the card that is not in use
	Installed  Stage = "installed"  // comes into force with the next restart
	Failed     Stage = "failed"     // nothing has changed
	Updated    Stage = "updated"    // in force since the last restart
)

// Why says in one word why an update failed. The words are part of the outward
// contract.
type Why string

// Why an update fails.
const (
	BadSignature Why = "signature"  // it is not signed by those who make this monitor
	Broken       Why = "broken"     // it is no update, or damaged on the way
	OtherDevice  Why = "device"     // it is for another kind of device
	NoSpace      Why = "space"      // there is no room for it
	ClockWrong   Why = "clock"      // the signature is fine, but not at the time of this clock
	RolledBack   Why = "rolledback" // it did not start, and the version before is back
	Other        Why = "other"
)

// Report is how an update goes.
type Report struct {
	Stage   Stage     `json:"stage"`
	Percent int       `json:"percent"`           // of Installing
	Version string    `json:"version,omitempty"` // of the update
	Why     Why       `json:"why,omitempty"`     // with Failed
	Detail  string    `json:"detail,omitempty"`  // in English, with Failed
	At      time.Time `json:"at"`
}

// Busy says whether something is under way.
func (r Report) Busy() bool { return r.Stage == Checking || r.Stage == Installing }

// Refusal is why an update is not installed.
type Refusal struct {
	Why    Why
	Detail string
}

// Error returns the detail.
func (r *Refusal) Error() string { return r.Detail }

// refused makes a failed report of an error.
func refused(err error, version string) Report {
	r := Report{Stage: Failed, Version: version, Why: Other, Detail: err.Error(), At: time.Now()}
	if known := (*Refusal)(nil); errors.As(err, &known) {
		r.Why = known.Why
	}
	return r
}

// Names below the two folders.
const (
	wishDir      = "wish"
	reportFile   = "steward.json"
	bundleFile   = "bundle.raucb"
	expectedFile = "expected.json"
)

// expected is noted when an update is installed, to see after the restart
// whether it came into force.
type expected struct {
	Version string `json:"version"` // of the update
	Was     string `json:"was"`     // of the system that ran before
	Boot    string `json:"boot"`    // the kernel's boot_id at that time
}
