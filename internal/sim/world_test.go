package sim

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sharedRoom is drawn once for all tests.
var sharedRoom = sync.OnceValue(func() *sheet { return drawRoom(1) })

// newWorld begins a world in which nothing happens by chance.
func newWorld(t *testing.T, start Change) *World {
	t.Helper()
	w, err := New(Options{Seed: 1, Quiet: true, Start: start})
	if err != nil {
		t.Fatal(err)
	}
	w.draw = sharedRoom
	return w
}

func to[T any](v T) *T { return &v }

func apply(t *testing.T, w *World, c Change) {
	t.Helper()
	if err := w.Apply(c); err != nil {
		t.Fatal(err)
	}
}

func TestParseChange(t *testing.T) {
	for _, c := range []struct {
		in    string
		want  Change
		fault string // part of the error
	}{
		{in: `{}`},
		{in: `{"cry":true,"motion":false}`, want: Change{Cry: to(true), Motion: to(false)}},
		{in: ` {"lux":0.5,"temperature":-3,"humidity":100,"noise_db":-40} `, want: Change{Lux: to(0.5), Temperature: to(-3.0), Humidity: to(100.0), NoiseDB: to(-40.0)}},
		{in: `{"unplug":["camera","head"],"freeze":["microphone"],"mute":[]}`, want: Change{Unplug: []Device{"camera", "head"}, Freeze: []Device{"microphone"}, Mute: []Device{}}},
		{in: `{"cry":null}`},
		{in: `{"quiet":true}`, want: Change{Quiet: to(true)}},
		{in: ``, fault: "cannot read the change"},
		{in: `{"cry":tru`, fault: "cannot read the change"},
		{in: `null`, fault: "JSON object"},
		{in: `[]`, fault: "JSON object"},
		{in: `{} {}`, fault: "nothing after it"},
		{in: `{"cry":1}`, fault: "cry"},
		{in: `{"crying":true}`, fault: "crying"},
		{in: `{"unplug":["toaster"]}`, fault: `unplug: there is no "toaster"`},
		{in: `{"unplug":"camera"}`, fault: "unplug"},
		{in: `{"freeze":["head"]}`, fault: `freeze: there is no "head"`},
		{in: `{"mute":["camera"]}`, fault: `mute: there is no "camera"`},
		{in: `{"lux":-1}`, fault: "lux is -1; give 0 to 100000 lux"},
		{in: `{"temperature":61}`, fault: "temperature is 61"},
		{in: `{"humidity":101}`, fault: "humidity is 101"},
		{in: `{"noise_db":0}`, fault: "noise_db is 0"},
	} {
		got, err := ParseChange([]byte(c.in))
		switch {
		case c.fault == "" && err != nil:
			t.Errorf("%s: %v", c.in, err)
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%s: error %v, want one with %q", c.in, err, c.fault)
		case c.fault == "" && !reflect.DeepEqual(got, c.want):
			t.Errorf("%s: got %+v", c.in, got)
		}
	}
	var broken *json.SyntaxError
	if _, err := ParseChange([]byte(`{"cry" true}`)); !errors.As(err, &broken) {
		t.Errorf("broken JSON gives %v, which cannot be told from a wrong value", err)
	}
}

func FuzzParseChange(f *testing.F) {
	f.Add([]byte(`{"cry":true,"lux":3,"unplug":["camera"]}`))
	f.Add([]byte(`{"freeze":["camera"],"noise_db":-30.5} `))
	f.Add([]byte(`nul`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseChange(data)
		if err != nil {
			return
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseChange(text)
		if err != nil || !reflect.DeepEqual(c, again) {
			t.Errorf("%s reads as %+v, and written again as %+v (%v)", data, c, again, err)
		}
		w, err := New(Options{Start: c})
		if err != nil {
			t.Fatalf("a change that was read is refused: %v", err)
		}
		w.Now()
	})
}

func TestApplyIsAllOrNothing(t *testing.T) {
	w := newWorld(t, Change{})
	before := w.Now()
	err := w.Apply(Change{Cry: to(true), Lux: to(1.0), Unplug: []Device{"camera"}, Humidity: to(math.NaN())})
	if err == nil {
		t.Fatal("a humidity of NaN is applied")
	}
	if after := w.Now(); !reflect.DeepEqual(before, after) {
		t.Errorf("a refused change has changed the world from %+v to %+v", before, after)
	}
	if _, err := New(Options{Start: Change{Unplug: []Device{"toaster"}}}); err == nil {
		t.Error("a world begins without its toaster")
	}
}

func TestNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Change{})
		if s := w.Now(); s.Cry || s.Motion || s.Lux != 25 || s.Temperature != 20.8 || s.Humidity != 47 || !s.FilterIn || s.Unplug == nil {
			t.Errorf("begins as %+v", s)
		}
		apply(t, w, Change{Cry: to(true), Lux: to(2.0), Temperature: to(27.5), Unplug: []Device{"head", "climate"}, Mute: []Device{"microphone"}})
		if lux := w.Now().Lux; math.Abs(lux-25) > 0.1 {
			t.Errorf("the light jumps to %v lux", lux)
		}
		time.Sleep(2 * time.Second)
		s := w.Now()
		if !s.Cry || !s.Awake || s.Lux != 2 || s.Temperature != 27.5 || !slices.Equal(s.Unplug, []Device{"head", "climate"}) || len(s.Mute) != 1 {
			t.Errorf("after the change: %+v", s)
		}
		apply(t, w, Change{Cry: to(false), Unplug: []Device{}})
		time.Sleep(2 * time.Second)
		if s := w.Now(); s.Cry || !s.Awake || len(s.Unplug) != 0 || len(s.Mute) != 1 {
			t.Errorf("calmed down: %+v", s)
		}
		time.Sleep(calmDown)
		if s := w.Now(); s.Awake {
			t.Error("does not fall asleep again")
		}
	})
}

func TestByChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Options{Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		same, err := New(Options{Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		quiet := newWorld(t, Change{})
		cries, stirs, was := 0, 0, Snapshot{}
		const hours = 3
		for range hours * 3600 {
			time.Sleep(time.Second)
			is := w.Now()
			if is.Cry && !was.Cry {
				cries++
			}
			if is.Motion && !was.Motion && !is.Cry {
				stirs++
			}
			if other := same.Now(); !reflect.DeepEqual(is, other) {
				t.Fatalf("the same seed makes %+v and %+v", is, other)
			}
			if math.Abs(is.Temperature-20.8) > 1 || math.Abs(is.Humidity-47) > 5 {
				t.Fatalf("the climate runs away: %+v", is)
			}
			if q := quiet.Now(); q.Cry || q.Motion || q.Temperature != 20.8 {
				t.Fatalf("a quiet world stirs: %+v", q)
			}
			was = is
		}
		if cries != hours*3 {
			t.Errorf("%d cries in %d hours, want one each 20 minutes", cries, hours)
		}
		if stirs < 50*hours || stirs > 75*hours {
			t.Errorf("stirs %d times in %d hours", stirs, hours)
		}
	})
}

func TestHush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, err := New(Options{Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		for !w.Now().Cry {
			time.Sleep(time.Second)
		}
		apply(t, w, Change{Cry: to(false)})
		if w.Now().Cry {
			t.Error("goes on crying by chance when told not to")
		}
	})
}
