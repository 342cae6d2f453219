package ircut

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// scene is a room with a camera in it. By night its meter sees the lamps and
// more of the room's infrared light.
type scene struct {
	lamps    float64               // lux that the lamps add to a reading
	infrared float64               // factor on the room's light while the filter is away; 0 means 1
	room     func(int) float64     // lux in the room at a second
	lampsAt  func(int) float64     // lamps at a second, if they vary
	orders   map[int]func(*player) // what a parent does
}

// player plays a scene, a reading a second.
type player struct {
	state    State
	now      time.Time
	auto     bool
	switches []string // "12s night"
	times    []int
}

func (p *player) night(on bool) {
	p.auto = false
	p.state = DefaultRules().Force(p.state, on, p.now)
}

func (p *player) free() {
	p.auto = true
	p.state = DefaultRules().Free(p.state, p.now)
}

func play(s scene, seconds int) *player {
	began := time.Date(2026, 1, 1, 17, 0, 0, 0, time.UTC)
	p := &player{auto: true}
	for i := range seconds {
		p.now = began.Add(time.Duration(i) * time.Second)
		was := p.state.Night
		if do := s.orders[i]; do != nil {
			do(p)
		}
		lux := s.room(i)
		if p.state.Night {
			added := s.lamps
			if s.lampsAt != nil {
				added = s.lampsAt(i)
			}
			lux = lux*max(s.infrared, 1) + added
		}
		if p.auto {
			p.state = DefaultRules().Decide(p.state, lux, p.now)
		} else {
			p.state = DefaultRules().Observe(p.state, lux, p.now)
		}
		if p.state.Night != was {
			word := "day"
			if p.state.Night {
				word = "night"
			}
			p.switches = append(p.switches, fmt.Sprintf("%ds %s", i, word))
			p.times = append(p.times, i)
		}
	}
	return p
}

// steps is light that changes at given seconds.
func steps(at ...float64) func(int) float64 {
	return func(i int) float64 {
		lux := 0.0
		for j := 0; j < len(at); j += 2 {
			if float64(i) >= at[j] {
				lux = at[j+1]
			}
		}
		return lux
	}
}

// fade goes from one light to another within seconds, as the eye sees it even.
func fade(from, to float64, seconds int) func(int) float64 {
	return func(i int) float64 {
		return from * math.Pow(to/from, min(float64(i)/float64(seconds), 1))
	}
}

func TestDecide(t *testing.T) {
	tests := []struct {
		name    string
		scene   scene
		seconds int
		want    []string
	}{
		{"a light day stays", scene{room: steps(0, 200)}, 600, nil},
		{"light between the two edges changes nothing", scene{room: steps(0, 5), lamps: 20}, 600, nil},
		{"light goes off", scene{room: steps(0, 200, 60, 0.5), lamps: 20}, 3600, []string{"65s night"}},
		{"dark at the start", scene{room: steps(0, 0), lamps: 20}, 600, []string{"5s night"}},
		{"a hand over the lens", scene{room: steps(0, 200, 60, 0, 64, 200)}, 600, nil},
		{"dusk", scene{room: fade(300, 0.1, 3600), lamps: 20}, 7200, []string{"2076s night"}},
		{"dawn", scene{room: fade(0.01, 300, 3600), lamps: 20}, 7200, []string{"5s night", "2443s day"}},
		{"dawn with much infrared", scene{room: fade(0.01, 300, 3600), lamps: 20, infrared: 2.5}, 7200,
			[]string{"5s night", "2123s day"}},
		{"headlights pass", scene{room: func(i int) float64 {
			if i > 60 && i%120 < 20 {
				return 60
			}
			return 0.2
		}, lamps: 20}, 3600, []string{"5s night"}},
		{"a small night light", scene{room: steps(0, 0.2, 100, 4), lamps: 20}, 3600, []string{"5s night"}},
		{"a bright night light", scene{room: steps(0, 0.2, 100, 15, 900, 0.2), lamps: 20}, 3600,
			[]string{"5s night", "130s day", "905s night"}},
		{"lamps are much brighter than day", scene{room: steps(0, 0.2), lamps: 500}, 36000, []string{"5s night"}},
		{"lamps are bright and morning comes", scene{room: steps(0, 0.2, 600, 50), lamps: 500}, 3600,
			[]string{"5s night", "630s day"}},
		{"no lamps at all", scene{room: steps(0, 0.2, 600, 50)}, 3600, []string{"5s night", "630s day"}},
		{"light comes back within a minute", scene{room: steps(0, 200, 60, 0, 70, 200), lamps: 20}, 600,
			[]string{"65s night", "125s day"}},
		{"light flickers", scene{room: func(i int) float64 { return float64(i / 7 % 2 * 100) }, lamps: 20}, 600,
			[]string{"5s night"}},
		{"light comes and goes each 40 s", scene{room: func(i int) float64 { return float64(i / 40 % 2 * 100) }, lamps: 20}, 300,
			[]string{"5s night", "70s day", "165s night", "230s day"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := play(tt.scene, tt.seconds)
			if !slices.Equal(p.switches, tt.want) {
				t.Errorf("switched at %q, want %q", p.switches, tt.want)
			}
		})
	}
}

func TestNoisyDuskSwitchesOnce(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	dusk := fade(6, 1.5, 3600)
	p := play(scene{room: func(i int) float64 { return max(0, dusk(i)+noise.NormFloat64()/2) }, lamps: 20}, 7200)
	if len(p.switches) != 1 || !p.state.Night {
		t.Errorf("switched at %q", p.switches)
	}
}

// TestFalseDawn turns the head towards a near wall, from which the lamps come
// back brighter, again and again: that is taken for day once an hour at most.
func TestFalseDawn(t *testing.T) {
	s := scene{room: steps(0, 0.2), lampsAt: func(i int) float64 {
		if i/600%2 == 1 {
			return 80
		}
		return 20
	}}
	p := play(s, 3600)
	if want := []string{"5s night", "630s day", "690s night"}; !slices.Equal(p.switches, want) {
		t.Errorf("switched at %q, want %q", p.switches, want)
	}
	s.room = steps(0, 0.2, 3000, 120) // real dawn is seen in spite of that
	p = play(s, 7200)
	if want := []string{"5s night", "630s day", "690s night", "3030s day"}; !slices.Equal(p.switches, want) {
		t.Errorf("switched at %q, want %q", p.switches, want)
	}
}

func TestParentDecides(t *testing.T) {
	night := func(p *player) { p.night(true) }
	day := func(p *player) { p.night(false) }
	free := func(p *player) { p.free() }
	tests := []struct {
		name  string
		scene scene
		want  []string
	}{
		{"night by day", scene{room: steps(0, 200), lamps: 20, orders: map[int]func(*player){60: night}}, []string{"60s night"}},
		{"night by day and back", scene{room: steps(0, 200), lamps: 20, infrared: 2,
			orders: map[int]func(*player){60: night, 600: free}}, []string{"60s night", "600s day"}},
		{"night by day, then dark, and back", scene{room: steps(0, 200, 300, 0.1), lamps: 20,
			orders: map[int]func(*player){60: night, 600: free}}, []string{"60s night", "600s day", "607s night"}},
		{"night at the very start and back", scene{room: steps(0, 0.1), lamps: 20,
			orders: map[int]func(*player){0: night, 600: free}}, []string{"0s night", "600s day", "607s night"}},
		{"night in the dark and back is quiet", scene{room: steps(0, 200, 600, 0.1), lamps: 20,
			orders: map[int]func(*player){603: night, 900: free}}, []string{"603s night"}},
		{"day in the dark", scene{room: steps(0, 0.1), lamps: 20, orders: map[int]func(*player){60: day}},
			[]string{"5s night", "60s day"}},
		{"day in the dark and back", scene{room: steps(0, 0.1), lamps: 20,
			orders: map[int]func(*player){60: day, 90: free}}, []string{"5s night", "60s day", "90s night"}},
		{"to and fro at once", scene{room: steps(0, 200), lamps: 20,
			orders: map[int]func(*player){60: night, 61: day, 62: night, 63: day}},
			[]string{"60s night", "61s day", "62s night", "63s day"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p := play(tt.scene, 1800); !slices.Equal(p.switches, tt.want) {
				t.Errorf("switched at %q, want %q", p.switches, tt.want)
			}
		})
	}
}

// TestNeverClatters plays random light: no two switches within a minute.
func TestNeverClatters(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		lux := 0.0
		hold := 0
		s := scene{lamps: 100 * r.Float64(), infrared: 1 + 3*r.Float64(), room: func(int) float64 {
			if hold--; hold < 0 {
				hold, lux = r.IntN(90), math.Pow(10, 4*r.Float64()-1.5)
			}
			return lux
		}}
		p := play(s, 20_000)
		if len(p.times) < 2 {
			t.Fatalf("only switched at %v", p.times)
		}
		for i := range p.times[1:] {
			if p.times[i+1]-p.times[i] < 60 {
				t.Fatalf("switched at %v", p.switches)
			}
		}
	}
}

func TestReadingsThatMakeNoSenseAreLeftOut(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := DefaultRules()
	s := r.Decide(State{}, 1, at)
	for i, lux := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1} {
		if got := r.Decide(s, lux, at.Add(time.Duration(10+i)*time.Second)); got != s {
			t.Errorf("%v counts", lux)
		}
	}
	if got := r.Decide(s, 1, at.Add(-time.Second)); got != s {
		t.Error("an old reading counts")
	}
}

func TestSilenceIsNoDarkness(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r := DefaultRules()
	s := r.Decide(State{}, 1, at)
	if s = r.Decide(s, 1, at.Add(time.Minute)); s.Night {
		t.Error("two readings a minute apart are taken for darkness all along")
	}
	if _, known := s.Room(at.Add(time.Minute)); !known {
		t.Error("does not know the light")
	}
	if _, known := s.Room(at.Add(2 * time.Minute)); known {
		t.Error("knows the light of long ago")
	}
	if s = r.Decide(s, 1, at.Add(70*time.Second)); !s.Night {
		t.Error("readings 10 s apart are not enough")
	}
}

func TestRoomIsWithoutTheLamps(t *testing.T) {
	p := play(scene{room: steps(0, 1, 60, 6), lamps: 40}, 100)
	if lux, _ := p.state.Room(p.now); !p.state.Night || math.Abs(lux-6) > 1e-9 {
		t.Errorf("%v lux", lux)
	}
}

func TestRulesAreChecked(t *testing.T) {
	for _, r := range []Rules{{}, {NightBelow: 3}, {NightBelow: 3, DayAbove: 3}, {NightBelow: -1, DayAbove: 3},
		{NightBelow: math.NaN(), DayAbove: 3}, {NightBelow: 3, DayAbove: math.Inf(1)}} {
		if r.Check() == nil {
			t.Errorf("%+v is no error", r)
		}
	}
	if err := DefaultRules().Check(); err != nil {
		t.Error(err)
	}
}
