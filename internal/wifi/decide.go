package wifi

import "time"

// Waits are how long the monitor is patient.
type Waits struct {
	Known   time.Duration // for a known Wi-Fi or an address by cable
	Nothing time.Duration // where neither is there to wait for
	Wrong   time.Duration // after a wrong password, in which nothing will change
	Retry   time.Duration // between tries of the known Wi-Fis while its own is open
	Visitor time.Duration // after somebody used the page through its own Wi-Fi
	Join    time.Duration // for a Wi-Fi that a parent chose
	Answer  time.Duration // for the answer to reach the phone before the Wi-Fi changes
	Look    time.Duration // between looks
}

// Usual returns the waits of a device.
func Usual() Waits {
	return Waits{Known: time.Minute, Nothing: 15 * time.Second, Wrong: 8 * time.Second, Retry: 5 * time.Minute,
		Visitor: 3 * time.Minute, Join: 45 * time.Second, Answer: 2 * time.Second, Look: 2 * time.Second}
}

// Memory is what a decision needs to know of before.
type Memory struct {
	Offline time.Time // since when there is no network at all; zero: there is one
	OwnOpen time.Time // since when the monitor's own Wi-Fi is open; zero: it is not
	Visited time.Time // when somebody used the page through it last
	Problem *Problem  // why the Wi-Fi that was to be used is not; nil: nothing is known
	Said    time.Time // when Problem came up
}

// fresh is how long it is told that a Wi-Fi was not joined when the monitor has
// another one.
const fresh = 10 * time.Minute

// complain notes a problem.
func (m *Memory) complain(p Problem, at time.Time) {
	if m.Problem == nil || *m.Problem != p {
		m.Problem, m.Said = &p, at
	}
}

// Decide says what to do about the network: was is what was known, is what is
// true now. It is pure.
func Decide(was Memory, is Look, at time.Time, waits Waits) (Memory, Order) {
	m := was
	if is.Why != None && is.Link != Joined {
		m.complain(Problem{is.Failed, is.Why}, at)
	}
	if is.Link == Joined && m.Problem != nil && (m.Problem.SSID == is.SSID || at.Sub(m.Said) >= fresh) {
		m.Problem = nil
	}
	if is.Link != OwnOpen {
		m.OwnOpen = time.Time{}
	}
	switch {
	case is.Link == OwnOpen:
		return m.decideOwn(is, at, waits)
	case is.online() || !is.Radio:
		m.Offline = time.Time{}
		return m, Order{}
	case m.Offline.IsZero():
		m.Offline = at
	}
	patience := waits.Known
	switch {
	case is.Why == Password && is.Link == Idle:
		patience = waits.Wrong
	case len(is.Known) == 0 && !is.Carrier:
		patience = waits.Nothing
	}
	if at.Sub(m.Offline) < patience {
		return m, Order{}
	}
	m.Offline = at // if it fails, it is tried again after as long
	return m, Order{Kind: OpenOwn}
}

// decideOwn decides while the monitor's own Wi-Fi is open. Somebody who uses the
// page through it is not thrown out.
func (m Memory) decideOwn(is Look, at time.Time, waits Waits) (Memory, Order) {
	m.Offline = time.Time{}
	if m.OwnOpen.IsZero() {
		m.OwnOpen = at
	}
	quiet := m.Visited.IsZero() || at.Sub(m.Visited) >= waits.Visitor
	long := at.Sub(m.OwnOpen) >= waits.Retry
	if quiet && (is.Wired || long && len(is.Known) > 0) {
		m.OwnOpen = at // if that fails, it is tried again after as long
		return m, Order{Kind: TryKnown}
	}
	return m, Order{}
}

// channel returns the least used of the three channels of 2.4 GHz that do not
// overlap. They are allowed everywhere, whatever the country.
func channel(around []Network) int {
	best, least := 1, -1
	for _, c := range []int{1, 6, 11} {
		middle, noise := 2407+5*c, 0
		for _, n := range around {
			if n.Frequency >= middle-15 && n.Frequency <= middle+15 {
				noise += n.Signal
			}
		}
		if least < 0 || noise < least {
			best, least = c, noise
		}
	}
	return best
}
