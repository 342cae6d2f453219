package story

import (
	"reflect"
	"testing"
	"time"

	"babymonitor/internal/diary"
	"babymonitor/internal/state"
)

// quiet is a night in which nothing is worth remembering.
func quiet() state.State {
	ok := state.Health{Condition: state.OK, Since: time.Now()}
	return state.State{
		Camera: state.Camera{Health: state.Health{Condition: state.Resting}},
		Head:   state.Head{Health: ok}, Night: state.Night{Health: state.Health{Condition: state.Absent}},
		Climate: state.Climate{Health: ok,
			Temperature: &state.Measure{Value: 19, Comfort: "good"}, Humidity: &state.Measure{Value: 50, Comfort: "good"}},
		Sound: state.Sound{Health: ok, Level: -55, Steps: 1}, Speaker: state.Speaker{Health: ok},
	}
}

func TestWhatIsWorthRemembering(t *testing.T) {
	if now := Now(quiet()); len(now) != 0 {
		t.Errorf("of a quiet night: %v", now)
	}
	for name, c := range map[string]struct {
		change func(*state.State)
		want   map[diary.Span]string
	}{
		"two phones of one name": {func(s *state.State) { s.Viewers = []state.Viewer{{ID: "1", Name: "Anna"}, {ID: "2", Name: "Anna"}} },
			map[diary.Span]string{{Kind: Viewer, Subject: "Anna"}: ""}},
		"a device that is gone": {func(s *state.State) { s.Camera.Condition, s.Camera.Detail = state.Fault, "It is gone." },
			map[diary.Span]string{{Kind: Fault, Subject: "camera"}: "It is gone."}},
		"digital silence": {func(s *state.State) { s.Sound.Muted = true },
			map[diary.Span]string{{Kind: Fault, Subject: "microphone"}: "The microphone yields no sound at all."}},
		"a hot room": {func(s *state.State) { s.Climate.Temperature = &state.Measure{Value: 26.04, Comfort: "hot"} },
			map[diary.Span]string{{Kind: Temperature, Subject: "hot"}: "26.0 °C"}},
		"a hot room long ago": {func(s *state.State) {
			s.Climate.Temperature = &state.Measure{Value: 26, Comfort: "hot", Stale: true}
		}, map[diary.Span]string{}},
		"dry air": {func(s *state.State) { s.Climate.Humidity = &state.Measure{Value: 28.4, Comfort: "dry"} },
			map[diary.Span]string{{Kind: Humidity, Subject: "dry"}: "28 %"}},
		"a warm room is no event": {func(s *state.State) { s.Climate.Temperature.Comfort = "warm" }, map[diary.Span]string{}},
		"a loud room":             {func(s *state.State) { s.Sound.Steps, s.Sound.Level = 7, -17.6 }, map[diary.Span]string{{Kind: Sound, Subject: "loud"}: "-18 dBFS"}},
		"a parent speaks": {func(s *state.State) { s.Sound.Steps, s.Speaker.Talking = 7, []string{"Anna"} },
			map[diary.Span]string{{Kind: Talk, Subject: "Anna"}: ""}},
		"a lullaby at night": {func(s *state.State) { s.Player.Playing, s.Player.Track, s.Night.Night = true, "brahms", true },
			map[diary.Span]string{{Kind: Lullaby, Subject: "brahms"}: "", {Kind: Night}: ""}},
	} {
		s := quiet()
		c.change(&s)
		if now := Now(s); !reflect.DeepEqual(now, c.want) {
			t.Errorf("%s: %v, want %v", name, now, c.want)
		}
	}
}

func TestWhatIsMeasured(t *testing.T) {
	s := quiet()
	lux := 2.5
	s.Night.Lux = &lux
	want := map[string]float64{"temperature": 19, "humidity": 50, "sound": -55, "light": 2.5}
	if now := Measures(s); !reflect.DeepEqual(now, want) {
		t.Errorf("%v", now)
	}
	s.Climate.Temperature.Fault, s.Climate.Humidity, s.Sound.Muted, s.Night.Lux = "gone", nil, true, nil
	if now := Measures(s); len(now) != 0 {
		t.Errorf("of what cannot be measured: %v", now)
	}
}
