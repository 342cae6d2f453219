package access

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// guess tries a wrong password and returns how long to wait before the next.
func guess(t *testing.T, g *Gate, from, name string) time.Duration {
	t.Helper()
	_, _, err := g.Login(t.Context(), netip.MustParseAddr(from), Credentials{name, "wrong password"})
	var slow *TooMany
	if errors.As(err, &slow) {
		return slow.After
	}
	if !errors.Is(err, ErrWrong) {
		t.Fatal(err)
	}
	return 0
}

func TestGuessingSlowsDown(t *testing.T) {
	g := withPeople(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		const from = "10.0.0.9"
		for range freeTries {
			if wait := guess(t, g, from, "anna"); wait != 0 {
				t.Fatalf("wait %v among the free tries", wait)
			}
		}
		for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
			if wait := guess(t, g, from, "anna"); wait != want*time.Second {
				t.Fatalf("wait %v, want %v s", wait, want)
			}
			if wait := guess(t, g, "10.0.0.10", "anna"); wait != want*time.Second {
				t.Fatalf("from elsewhere: wait %v, want %v s", wait, want)
			}
			if wait := guess(t, g, from, "bob"); wait != want*time.Second {
				t.Fatalf("another name: wait %v, want %v s", wait, want)
			}
			time.Sleep(want * time.Second)
			if wait := guess(t, g, from, "anna"); wait != 0 {
				t.Fatalf("wait %v after waiting", wait)
			}
		}
		time.Sleep(forgiven + time.Second)
		for range freeTries {
			if wait := guess(t, g, from, "anna"); wait != 0 {
				t.Fatalf("wait %v after long quiet", wait)
			}
		}
	})
}

func TestADistributedGuesserDoesNotShutParentsOut(t *testing.T) {
	g := withPeople(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		token, _ := logIn(t, g, "anna")
		program := Credentials{"anna", "password of anna"}
		if _, err := g.Basic(t.Context(), here(), program); err != nil {
			t.Fatal(err)
		}
		let := 0
		for i := range 500 {
			if guess(t, g, fmt.Sprintf("10.1.%d.%d", i/250, i%250), "anna") == 0 {
				let++
			}
		}
		if let != freeTries {
			t.Errorf("%d of 500 guesses were heard", let)
		}
		if _, ok := g.Session(token); !ok {
			t.Error("the session ended")
		}
		if _, err := g.Basic(t.Context(), here(), program); err != nil {
			t.Errorf("the program: %v", err)
		}
		logIn(t, g, "anna") // from where she has logged in before
		_, _, err := g.Login(t.Context(), netip.MustParseAddr("10.2.0.1"), program)
		if slow := (*TooMany)(nil); !errors.As(err, &slow) {
			t.Errorf("from a new place: %v", err)
		}
	})
}

func TestATrustedAddressMayNotGuessEither(t *testing.T) {
	g := withPeople(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		logIn(t, g, "anna")
		let := 0
		for range 100 {
			logIn(t, g, "bob") // forgives the address, but not the name
			if guess(t, g, here().String(), "anna") == 0 {
				let++
			}
		}
		if let != freeTries {
			t.Errorf("%d guesses were heard", let)
		}
	})
}

func TestManyGuessesAtOnce(t *testing.T) {
	g := withPeople(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		heard := make(chan bool)
		for range 100 {
			go func() { heard <- guess(t, g, "10.0.0.9", "anna") == 0 }()
		}
		let := 0
		for range 100 {
			if <-heard {
				let++
			}
		}
		if let != freeTries {
			t.Errorf("%d guesses at once were heard", let)
		}
	})
}

func TestUnknownNamesAreSlowedDownAlike(t *testing.T) {
	g := withPeople(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		for i := range freeTries + 1 {
			known := guess(t, g, fmt.Sprintf("10.3.0.%d", i), "anna")
			unknown := guess(t, g, fmt.Sprintf("10.4.0.%d", i), "nobody")
			if known != unknown {
				t.Errorf("try %d: %v for a name that is there, %v for one that is not", i, known, unknown)
			}
		}
	})
}

func TestMemoryOfGuessesIsBounded(t *testing.T) {
	g := newGuesses()
	now := time.Now()
	for i := range mostKept + 200 {
		from := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		if _, wait := g.begin(from, fmt.Sprint(i), now.Add(time.Duration(i))); wait > 0 {
			t.Fatal("a new address waits")
		}
	}
	if len(g.addresses) != mostKept || len(g.names) != mostKept {
		t.Errorf("kept %d addresses and %d names", len(g.addresses), len(g.names))
	}
}

func TestOneHouseholdIsOneAddress(t *testing.T) {
	for _, same := range [][2]string{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"}, {"::ffff:10.0.0.1", "10.0.0.1"}, {"fe80::1%eth0", "fe80::1%wlan0"},
	} {
		if a, b := network(netip.MustParseAddr(same[0])), network(netip.MustParseAddr(same[1])); a != b {
			t.Errorf("%v count as %s and %s", same, a, b)
		}
	}
	if network(netip.MustParseAddr("10.0.0.1")) == network(netip.MustParseAddr("10.0.0.2")) {
		t.Error("two addresses count as one")
	}
}

func TestSetupCodeCannotBeGuessed(t *testing.T) {
	g, _ := openGate(t, t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		heard := 0
		for i := range 200 {
			_, _, err := g.Setup(t.Context(), netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), "no code", Credentials{"eve", "password"})
			if errors.Is(err, ErrCode) {
				heard++
			}
		}
		if heard != freeTries {
			t.Errorf("%d codes were heard", heard)
		}
	})
}
