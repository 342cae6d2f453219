package sensors

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Facts are what is known about the air. They are never changed once told.
type Facts struct {
	Measures map[Quantity]Measure // what has been measured at least once
	Sensors  []Health             // of each source, in their order
}

// Measure is the last good value of a quantity.
type Measure struct {
	Value   float64 // calibrated
	At      time.Time
	Stale   bool    // too old to be shown as what is
	Comfort Comfort // of a temperature or humidity that is not stale
	Sensor  string  // the name of its source
	Fault   string  // of that source
}

// Health says how a sensor does.
type Health struct {
	Name  string
	Fault string    // why its last visit failed and what is done; "" if it did not
	Since time.Time // when the fault began or ended
	Tries int       // visits that failed in a row
}

// Fault returns a sentence on the sensors that fail, or "".
func (f Facts) Fault() string {
	var faults []string
	for _, s := range f.Sensors {
		if s.Fault != "" {
			faults = append(faults, s.Name+": "+s.Fault)
		}
	}
	return strings.Join(faults, "; ")
}

// book is what Run knows. It belongs to Run's goroutine.
type book struct {
	opts    Options
	pages   []page
	comfort map[Quantity]Comfort // the last words, for their hysteresis
}

// page is what is known about one sensor.
type page struct {
	health Health
	last   map[Quantity]value
	began  time.Time     // when the reading began that has not ended; zero if none
	limit  time.Duration // for a reading, until it is said to hang
}

type value struct {
	value float64
	at    time.Time
}

func newBook(opts Options) *book {
	b := &book{opts: opts, comfort: make(map[Quantity]Comfort)}
	for _, s := range opts.Sources {
		b.pages = append(b.pages, page{
			health: Health{Name: s.Name, Since: time.Now()},
			last:   make(map[Quantity]value),
			limit:  cmp.Or(s.Timeout, opts.Timeout) + overdue,
		})
	}
	return b
}

// enter writes down a visit.
func (b *book) enter(v visit, now time.Time) {
	p := &b.pages[v.source]
	if v.begins {
		p.began = now
		return
	}
	p.began = time.Time{}
	for _, r := range v.readings {
		r.Value += b.opts.Sources[v.source].Offset[r.Quantity]
		if r.Quantity == Humidity {
			r.Value = min(max(r.Value, 0), 100)
		}
		p.last[r.Quantity] = value{value: r.Value, at: now}
	}
	if v.err != nil {
		b.blame(p, v.err.Error(), now)
	} else if p.health.Fault != "" {
		b.opts.Log.Info("a sensor works again", "sensor", p.health.Name)
		p.health = Health{Name: p.health.Name, Since: now}
	}
	b.publish(now)
}

// blame writes down a failed visit.
func (b *book) blame(p *page, why string, now time.Time) {
	if p.health.Fault == "" {
		p.health.Since = now
		b.opts.Log.Warn("a sensor fails; check its wiring", "sensor", p.health.Name, "error", why)
	}
	p.health.Tries++
	p.health.Fault = fmt.Sprintf("%s; check its wiring, it is tried again every %v", why, b.opts.Every)
}

// review looks for what time alone has changed.
func (b *book) review(now time.Time) {
	for i := range b.pages {
		p := &b.pages[i]
		if !p.began.IsZero() && !now.Before(b.hangsAt(p)) {
			p.began = time.Time{}
			b.blame(p, "it hangs", now)
		}
	}
	b.publish(now)
}

// nextReview returns when review has something to do again, or zero for never.
func (b *book) nextReview() (next time.Time) {
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for i := range b.pages {
		p := &b.pages[i]
		if !p.began.IsZero() {
			sooner(b.hangsAt(p))
		}
		for _, v := range p.last {
			if t := v.at.Add(b.opts.StaleAfter); t.After(time.Now()) {
				sooner(t)
			}
		}
	}
	return next
}

// hangsAt returns when the reading that p waits for is too late.
func (b *book) hangsAt(p *page) time.Time { return p.began.Add(p.limit) }

// publish tells the facts.
func (b *book) publish(now time.Time) {
	f := Facts{Measures: make(map[Quantity]Measure)}
	for i := range b.pages {
		p := &b.pages[i]
		f.Sensors = append(f.Sensors, p.health)
		for q, v := range p.last {
			m := Measure{Value: v.value, At: v.at, Sensor: p.health.Name, Fault: p.health.Fault}
			m.Stale = now.Sub(v.at) >= b.opts.StaleAfter
			if known, ok := f.Measures[q]; !ok || prefer(m, known) {
				f.Measures[q] = m
			}
		}
	}
	for _, q := range slices.Collect(maps.Keys(f.Measures)) {
		f.Measures[q] = b.judge(q, f.Measures[q])
	}
	b.opts.OnFacts(f)
}

// prefer returns whether the measure of a later source is preferred to that of
// an earlier one: only if it is fresh and the other is not, or if both are
// stale and it is younger.
func prefer(later, earlier Measure) bool {
	if later.Stale != earlier.Stale {
		return earlier.Stale
	}
	return later.Stale && later.At.After(earlier.At)
}

// judge adds the word for the comfort.
func (b *book) judge(q Quantity, m Measure) Measure {
	if m.Stale {
		return m
	}
	switch q {
	case Temperature:
		m.Comfort = b.opts.Temperature.Temperature(b.comfort[q], m.Value)
	case Humidity:
		m.Comfort = b.opts.Humidity.Humidity(b.comfort[q], m.Value)
	}
	b.comfort[q] = m.Comfort
	return m
}
