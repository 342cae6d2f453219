package wifi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Manager is whoever manages the network of this machine: NetworkManager on a
// device, internal/sim in the simulation. Its methods are called by one
// goroutine at a time.
type Manager interface {
	// Look says what is true now.
	Look(ctx context.Context) (Look, error)
	// Networks looks around for Wi-Fis, which takes some seconds, and returns
	// each name once. In the monitor's own Wi-Fi it may find fewer, or none.
	Networks(ctx context.Context) ([]Network, error)
	// Do begins what is ordered; Look tells how it goes on.
	Do(ctx context.Context, o Order) error
}

// Look is what is true of the network.
type Look struct {
	Radio     bool     // there is a Wi-Fi radio, switched on
	Carrier   bool     // a network cable is plugged in
	Wired     bool     // ... and gives an address
	Link      Link     // of the radio
	SSID      string   // of the Wi-Fi in use, or being joined
	Asking    bool     // while joining: the Wi-Fi let it in, and it waits for an address
	Signal    int      // of the Wi-Fi in use, in per cent
	Known     []string // names of the Wi-Fis that are joined without being asked
	Failed    string   // the Wi-Fi whose joining failed last
	Why       Why      // ... and why; None after one was joined
	Addresses []netip.Addr
}

// online says whether phones in the home can reach the monitor.
func (l Look) online() bool { return l.Wired || l.Link == Joined }

// Link is what the radio does.
type Link string

// What a radio does.
const (
	Idle    Link = "idle"
	Joining Link = "joining"
	Joined  Link = "joined"  // and has an address
	Opening Link = "opening" // the monitor's own Wi-Fi is on its way
	OwnOpen Link = "own"     // and open
)

// Why is the reason why a Wi-Fi was not joined.
type Why string

// The reasons.
const (
	None     Why = ""
	Password Why = "password" // it is wrong
	Refused  Why = "refused"  // a wrong password or a weak signal; it cannot be told
	Missing  Why = "missing"  // not in range
	Address  Why = "address"  // joined, but the router gave no address
	Failed   Why = "failed"   // something else
)

// Problem is why the Wi-Fi that was to be used is not.
type Problem struct {
	SSID string
	Why  Why
}

// Error says it in words.
func (p *Problem) Error() string {
	switch p.Why {
	case Password:
		return fmt.Sprintf("the password of the Wi-Fi %q is wrong; type it again", p.SSID)
	case Refused:
		return fmt.Sprintf("the Wi-Fi %q did not let the monitor in: check the password, or bring the monitor nearer to the router", p.SSID)
	case Missing:
		return fmt.Sprintf("the Wi-Fi %q is not in range: is the router on, and near enough?", p.SSID)
	case Address:
		return fmt.Sprintf("the Wi-Fi %q gave the monitor no address: restart the router", p.SSID)
	}
	return fmt.Sprintf("the Wi-Fi %q could not be joined; try again", p.SSID)
}

// Security is how a Wi-Fi is locked.
type Security string

// How a Wi-Fi is locked.
const (
	Open       Security = "open"
	WPA        Security = "wpa"        // WPA, WPA2 or WPA3 with a password
	SAE        Security = "sae"        // WPA3 alone
	Enterprise Security = "enterprise" // a name and a certificate: not for us
	WEP        Security = "wep"        // broken long ago: not for us
)

// Network is a Wi-Fi in range.
type Network struct {
	SSID      string   `json:"ssid"`
	Signal    int      `json:"signal"` // per cent
	Security  Security `json:"security"`
	Known     bool     `json:"known"`     // it is joined without being asked
	Frequency int      `json:"frequency"` // MHz
}

// Merge returns each named network once, with its strongest signal, the
// strongest network first.
func Merge(all []Network) []Network {
	best := map[string]Network{}
	for _, n := range all {
		if old, seen := best[n.SSID]; n.SSID != "" && (!seen || n.Signal > old.Signal) {
			n.Known = n.Known || old.Known
			best[n.SSID] = n
		}
	}
	out := make([]Network, 0, len(best))
	for _, n := range best {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Network) int {
		return cmp.Or(cmp.Compare(b.Signal, a.Signal), strings.Compare(a.SSID, b.SSID))
	})
	return out
}

// Choice is the Wi-Fi that a parent chooses.
type Choice struct {
	SSID     string `json:"ssid"`
	Password string `json:"password"` // "" for an open one
	Hidden   bool   `json:"hidden"`   // it does not tell its name
}

// ErrChoice is a choice that cannot be.
var ErrChoice = errors.New("not possible")

// Check says what is wrong with a choice.
func (c Choice) Check() error {
	switch n := len(c.Password); {
	case c.SSID == "" || len(c.SSID) > 32:
		return fmt.Errorf("the name of a Wi-Fi has 1 to 32 letters: %w", ErrChoice)
	case n > 0 && (n < 8 || n > 63) || strings.ContainsFunc(c.Password, func(r rune) bool { return r < ' ' || r > '~' }):
		return fmt.Errorf("the password of a Wi-Fi has 8 to 63 plain letters, digits and signs: %w", ErrChoice)
	}
	return nil
}

// Kind is what a manager is to do.
type Kind string

// What a manager can do.
const (
	Nothing  Kind = ""
	OpenOwn  Kind = "open own"  // open the monitor's own Wi-Fi
	TryKnown Kind = "try known" // close it and join any Wi-Fi that is known
	Join     Kind = "join"      // join Choice, until told to keep or to forget it
	Keep     Kind = "keep"      // keep what was joined, in place of what was known under its name
	Forget   Kind = "forget"    // forget what could not be joined
)

// Order is what a manager is to do.
type Order struct {
	Kind    Kind
	Own     Own    // of OpenOwn
	Channel int    // of OpenOwn: 1, 6 or 11
	Choice  Choice // of Join
	Back    string // of Forget: the Wi-Fi to go back to, "" for none
}
