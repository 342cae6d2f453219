package wifi

import (
	"testing"
	"time"
)

func TestDecide(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return at.Add(-d) }
	w := Usual()
	radio := func(change func(*Look)) Look {
		is := Look{Radio: true, Link: Idle, Known: []string{"Home"}}
		change(&is)
		return is
	}
	wrong := Problem{"Home", Password}
	for _, tt := range []struct {
		name string
		was  Memory
		is   Look
		want Kind
		then func(Memory) bool
	}{
		{"offline begins", Memory{}, radio(func(*Look) {}), Nothing, func(m Memory) bool { return m.Offline.Equal(at) }},
		{"a known Wi-Fi gets its time", Memory{Offline: ago(59 * time.Second)}, radio(func(*Look) {}), Nothing, nil},
		{"and no more", Memory{Offline: ago(time.Minute)}, radio(func(*Look) {}), OpenOwn, nil},
		{"even while it is being joined", Memory{Offline: ago(time.Minute)}, radio(func(l *Look) { l.Link = Joining }), OpenOwn, nil},
		{"nothing to wait for", Memory{Offline: ago(15 * time.Second)}, radio(func(l *Look) { l.Known = nil }), OpenOwn, nil},
		{"but a cable is", Memory{Offline: ago(15 * time.Second)}, radio(func(l *Look) { l.Known, l.Carrier = nil, true }), Nothing, nil},
		{"a wrong password will not become right", Memory{Offline: ago(8 * time.Second)}, radio(func(l *Look) { l.Failed, l.Why = "Home", Password }), OpenOwn,
			func(m Memory) bool { return m.Problem != nil && *m.Problem == wrong && m.Said.Equal(at) }},
		{"unless another is tried", Memory{Offline: ago(8 * time.Second)}, radio(func(l *Look) { l.Failed, l.Why, l.Link = "Home", Password, Joining }), Nothing, nil},
		{"it failed to open: later", Memory{Offline: ago(10 * time.Second)}, radio(func(*Look) {}), Nothing, nil},
		{"no radio", Memory{Offline: ago(time.Hour)}, Look{Link: Idle}, Nothing, func(m Memory) bool { return m.Offline.IsZero() }},
		{"by cable", Memory{Offline: ago(time.Hour)}, radio(func(l *Look) { l.Carrier, l.Wired = true, true }), Nothing, func(m Memory) bool { return m.Offline.IsZero() }},
		{"joined", Memory{Offline: ago(time.Hour), Problem: &wrong}, radio(func(l *Look) { l.Link, l.SSID = Joined, "Home" }), Nothing,
			func(m Memory) bool { return m.Offline.IsZero() && m.Problem == nil }},
		{"joined to another: it is still told", Memory{Problem: &wrong, Said: ago(time.Minute)}, radio(func(l *Look) { l.Link, l.SSID = Joined, "Other" }), Nothing,
			func(m Memory) bool { return m.Problem != nil }},
		{"but not for ever", Memory{Problem: &wrong, Said: ago(fresh)}, radio(func(l *Look) { l.Link, l.SSID = Joined, "Other" }), Nothing,
			func(m Memory) bool { return m.Problem == nil }},
		{"own opens", Memory{Offline: ago(time.Hour)}, radio(func(l *Look) { l.Link = OwnOpen }), Nothing,
			func(m Memory) bool { return m.OwnOpen.Equal(at) && m.Offline.IsZero() }},
		{"own tries the known again", Memory{OwnOpen: ago(5 * time.Minute)}, radio(func(l *Look) { l.Link = OwnOpen }), TryKnown, nil},
		{"not while somebody is there", Memory{OwnOpen: ago(time.Hour), Visited: ago(2 * time.Minute)}, radio(func(l *Look) { l.Link = OwnOpen }), Nothing, nil},
		{"again when they have gone", Memory{OwnOpen: ago(time.Hour), Visited: ago(3 * time.Minute)}, radio(func(l *Look) { l.Link = OwnOpen }), TryKnown, nil},
		{"nor where none is known", Memory{OwnOpen: ago(time.Hour)}, radio(func(l *Look) { l.Link, l.Known = OwnOpen, nil }), Nothing, nil},
		{"a cable ends it", Memory{OwnOpen: ago(time.Minute)}, radio(func(l *Look) { l.Link, l.Wired, l.Known = OwnOpen, true, nil }), TryKnown, nil},
		{"but throws nobody out", Memory{OwnOpen: ago(time.Minute), Visited: ago(time.Second)}, radio(func(l *Look) { l.Link, l.Wired = OwnOpen, true }), Nothing, nil},
	} {
		m, o := Decide(tt.was, tt.is, at, w)
		if o.Kind != tt.want || tt.then != nil && !tt.then(m) {
			t.Errorf("%s: order %q, memory %+v", tt.name, o.Kind, m)
		}
	}
}

func TestChannel(t *testing.T) {
	for _, tt := range []struct {
		around []Network
		want   int
	}{
		{nil, 1},
		{[]Network{{Signal: 80, Frequency: 2412}, {Signal: 20, Frequency: 2437}, {Signal: 30, Frequency: 2462}}, 6},
		{[]Network{{Signal: 80, Frequency: 2417}, {Signal: 80, Frequency: 2432}, {Signal: 90, Frequency: 5180}}, 11},
	} {
		if got := channel(tt.around); got != tt.want {
			t.Errorf("%v: channel %d, want %d", tt.around, got, tt.want)
		}
	}
}

func TestMerge(t *testing.T) {
	got := Merge([]Network{{SSID: "a", Signal: 20, Known: true}, {SSID: "", Signal: 99}, {SSID: "b", Signal: 30}, {SSID: "a", Signal: 60, Frequency: 5180}})
	if len(got) != 2 || got[0] != (Network{SSID: "a", Signal: 60, Known: true, Frequency: 5180}) || got[1].SSID != "b" {
		t.Errorf("%+v", got)
	}
}

func TestChoice(t *testing.T) {
	long := string(make([]byte, 33))
	for _, tt := range []struct {
		c  Choice
		ok bool
	}{
		{Choice{SSID: "Home", Password: "long enough"}, true}, {Choice{SSID: "Open"}, true}, {Choice{SSID: "Café ✓", Password: "12345678"}, true},
		{Choice{}, false}, {Choice{SSID: long}, false}, {Choice{SSID: "Home", Password: "short"}, false},
		{Choice{SSID: "Home", Password: "schön lang"}, false}, {Choice{SSID: "Home", Password: "a\nb=c d e f g"}, false},
	} {
		if err := tt.c.Check(); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.c, err)
		}
	}
}
