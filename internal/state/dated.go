package state

import "time"

// noticeable is from which difference on a date is corrected; below that it is
// only the wall clock being drawn to the right time.
const noticeable = 5 * time.Second

// Dated returns s with every time as the wall clock would have stamped it if it
// had been right then: a board without a battery learns the time some minutes
// after it has started, and what has happened before must not be shown as of
// another year. now carries the monotonic reading, by which times of this
// process are known exactly; wall is the same moment by the wall clock.
//
// Device.Started stays as it is, since it names this run of the program.
func (s State) Dated(now, wall time.Time) State {
	fix := func(t *time.Time) {
		if t.IsZero() {
			return
		}
		right := wall.Add(-now.Sub(*t))
		if off := right.Sub(t.Round(0)); off > noticeable || off < -noticeable {
			*t = right.Truncate(time.Second).UTC()
		}
	}
	for _, h := range []*Health{&s.Camera.Health, &s.Head.Health, &s.Night.Health, &s.Climate.Health, &s.Sound.Health, &s.Speaker.Health} {
		fix(&h.Since)
	}
	for _, m := range []**Measure{&s.Climate.Temperature, &s.Climate.Humidity} {
		if *m != nil {
			copied := **m
			fix(&copied.At)
			*m = &copied
		}
	}
	if s.Player.EndsAt != nil {
		at := *s.Player.EndsAt
		fix(&at)
		s.Player.EndsAt = &at
	}
	s.Viewers = append([]Viewer(nil), s.Viewers...)
	for i := range s.Viewers {
		fix(&s.Viewers[i].Since)
	}
	s.Rooms = append([]Service(nil), s.Rooms...)
	for i := range s.Rooms {
		fix(&s.Rooms[i].Since)
	}
	return s
}
