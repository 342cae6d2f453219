package wifi

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Status is how the monitor is reached.
type Status struct {
	Way       string // "none", "wired", "wifi" or "own"
	SSID      string // of the Wi-Fi in use, the own one included
	Signal    int    // per cent; 0 where there is none
	Addresses []netip.Addr
	Joining   string // the Wi-Fi that is being joined
	Problem   *Problem
}

// Options are what a Keeper needs.
type Options struct {
	Own   Own
	Waits Waits
	Log   *slog.Logger
}

// Keeper keeps the monitor on a network. [Keeper.Run] must run for anything to
// happen; the other methods may be called from any goroutine.
type Keeper struct {
	o     Options
	wants chan Choice
	looks chan chan []Network // who waits for the networks around

	mu      sync.Mutex
	visited time.Time
	own     bool // the own Wi-Fi is open

	// The rest belongs to Run.
	manager Manager
	show    func(Status)
	memory  Memory
	around  []Network // as they were seen last
	told    Status
	tells   bool // told holds something
}

// NewKeeper returns a keeper that does nothing yet.
func NewKeeper(o Options) *Keeper {
	return &Keeper{o: o, wants: make(chan Choice, 1), looks: make(chan chan []Network)}
}

// ErrBusy is the answer to who wants a Wi-Fi while another is being joined.
var ErrBusy = errors.New("the monitor is joining a Wi-Fi already; wait a minute")

// Choose has a Wi-Fi joined, after a moment in which the answer can reach the
// phone. How it went is told by the status.
func (k *Keeper) Choose(c Choice) error {
	if err := c.Check(); err != nil {
		return err
	}
	select {
	case k.wants <- c:
		return nil
	default:
		return ErrBusy
	}
}

// Networks returns the Wi-Fis around.
func (k *Keeper) Networks(ctx context.Context) ([]Network, error) {
	answer := make(chan []Network, 1)
	select {
	case k.looks <- answer:
	case <-ctx.Done():
		return nil, ErrBusy
	}
	select {
	case found := <-answer:
		return found, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
}

// Visited notes that somebody uses the page through the monitor's own Wi-Fi.
func (k *Keeper) Visited() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.visited = time.Now()
}

// Own returns the monitor's own Wi-Fi.
func (k *Keeper) Own() Own { return k.o.Own }

// OwnOpen says whether the monitor's own Wi-Fi is open.
func (k *Keeper) OwnOpen() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.own
}

// Run keeps the monitor on a network until ctx ends, or the manager does not
// answer; it may be called again then. show is told each new status.
func (k *Keeper) Run(ctx context.Context, m Manager, show func(Status)) error {
	k.manager, k.show, k.tells = m, show, false
	tick := time.NewTicker(k.o.Waits.Look)
	defer tick.Stop()
	for {
		if err := k.round(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case c := <-k.wants:
			if err := k.join(ctx, c); err != nil {
				return err
			}
		case answer := <-k.looks:
			answer <- k.lookAround(ctx)
		}
	}
}

// round looks once and does what is to be done.
func (k *Keeper) round(ctx context.Context) error {
	is, err := k.look(ctx, "")
	if err != nil {
		return err
	}
	k.mu.Lock()
	k.memory.Visited = k.visited
	k.mu.Unlock()
	var o Order
	k.memory, o = Decide(k.memory, is, time.Now(), k.o.Waits)
	k.tell(is, "")
	if o.Kind == Nothing {
		return nil
	}
	return k.do(ctx, o)
}

// look asks the manager, and shows what it says.
func (k *Keeper) look(ctx context.Context, joining string) (Look, error) {
	is, err := k.manager.Look(ctx)
	if err != nil {
		return is, err
	}
	k.mu.Lock()
	k.own = is.Link == OwnOpen
	k.mu.Unlock()
	if joining != "" {
		k.tell(is, joining)
	}
	return is, nil
}

// do has an order carried out. What goes wrong is tried again later.
func (k *Keeper) do(ctx context.Context, o Order) error {
	if o.Kind == OpenOwn {
		if len(k.around) == 0 {
			k.lookAround(ctx) // once it is open, a radio may see nothing else
		}
		o.Own, o.Channel = k.o.Own, channel(k.around)
	}
	k.o.Log.Info("The network changes.", "order", o.Kind, "ssid", o.Own.SSID+o.Choice.SSID)
	if err := k.manager.Do(ctx, o); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		k.o.Log.Warn("The network could not be changed.", "order", o.Kind, "reason", err)
	}
	return nil
}

// lookAround returns the networks in range, or those that were before the radio
// was needed otherwise.
func (k *Keeper) lookAround(ctx context.Context) []Network {
	found, err := k.manager.Networks(ctx)
	if err != nil {
		k.o.Log.Warn("The monitor could not look for Wi-Fis.", "reason", err)
	}
	found = slices.DeleteFunc(Merge(found), func(n Network) bool { return n.SSID == k.o.Own.SSID })
	if len(found) > 0 {
		k.around = found
	}
	return slices.Clone(k.around)
}

// join joins what a parent chose. Until it has an address, what was known stays
// known: where it fails, the monitor goes back.
func (k *Keeper) join(ctx context.Context, c Choice) error {
	k.memory.Problem = nil // that of another try
	before, err := k.look(ctx, c.SSID)
	if err != nil {
		return err
	}
	if err := sleep(ctx, k.o.Waits.Answer); err != nil {
		return err
	}
	k.o.Log.Info("A parent chose a Wi-Fi.", "ssid", c.SSID)
	why := Failed
	if err := k.manager.Do(ctx, Order{Kind: Join, Choice: c}); err != nil {
		k.o.Log.Warn("The Wi-Fi could not be tried.", "ssid", c.SSID, "reason", err)
	} else if why, err = k.await(ctx, c.SSID); err != nil {
		return err
	}
	if why == None {
		k.memory.Problem = nil
		return k.do(ctx, Order{Kind: Keep})
	}
	k.memory.complain(Problem{c.SSID, why}, time.Now())
	k.o.Log.Warn("The Wi-Fi was not joined.", "ssid", c.SSID, "why", why)
	back := Order{Kind: Forget}
	if before.Link == Joined {
		back.Back = before.SSID
	}
	if err := k.do(ctx, back); err != nil || before.Link == Joined || before.Wired {
		return err
	}
	k.memory.Offline = time.Time{}
	return k.do(ctx, Order{Kind: OpenOwn})
}

// await waits until the Wi-Fi is joined, and says why it is not.
func (k *Keeper) await(ctx context.Context, ssid string) (Why, error) {
	begun := time.Now()
	for {
		if err := sleep(ctx, k.o.Waits.Look/4); err != nil {
			return Failed, err
		}
		is, err := k.look(ctx, ssid)
		switch {
		case err != nil:
			return Failed, err
		case is.Link == Joined && is.SSID == ssid:
			return None, nil
		case is.Why != None && is.Failed == ssid && is.Link != Joining:
			return is.Why, nil
		case time.Since(begun) >= k.o.Waits.Join && is.Asking:
			return Address, nil
		case time.Since(begun) >= k.o.Waits.Join:
			return Refused, nil
		}
	}
}

// tell shows the status where it is new.
func (k *Keeper) tell(is Look, joining string) {
	s := Status{Way: "none", SSID: is.SSID, Signal: is.Signal, Addresses: is.Addresses, Joining: joining, Problem: k.memory.Problem}
	switch {
	case is.Link == OwnOpen:
		s.Way, s.SSID, s.Signal = "own", k.o.Own.SSID, 0
	case is.Link == Joined:
		s.Way = "wifi"
	case is.Wired:
		s.Way = "wired"
	}
	if is.Link != Joined && is.Link != OwnOpen {
		s.SSID, s.Signal = "", 0
	}
	if is.Link == Joining && joining == "" {
		s.Joining = is.SSID
	}
	if k.tells && s.same(k.told) {
		return
	}
	k.told, k.tells = s, true
	k.show(s)
}

// same says that there is nothing new to show; a signal that wavers is none.
func (s Status) same(o Status) bool {
	problem := s.Problem == o.Problem || s.Problem != nil && o.Problem != nil && *s.Problem == *o.Problem
	near := s.Signal-o.Signal < 5 && o.Signal-s.Signal < 5
	return s.Way == o.Way && s.SSID == o.SSID && near && s.Joining == o.Joining && problem && slices.Equal(s.Addresses, o.Addresses)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
