package bandwidth

import (
	"math/rand/v2"
	"testing"
	"time"
)

// link is a simulated network with a phone at its end: a queue in front of a
// limited rate, a delay, losses, and feedback every 50 ms.
type link struct {
	rate   int           // bits a second; 0: no limit
	queue  time.Duration // longest wait
	delay  time.Duration // one way
	loss   float64
	jitter time.Duration
	random *rand.Rand

	e    *Estimator
	free time.Duration
	seq  uint16
	log  []Arrival // since the last feedback, with absolute times
	last time.Duration
}

// send puts one packet on its way.
func (l *link) send(now time.Duration, size int) {
	l.e.Sent(l.seq, now, size)
	a := Arrival{Seq: l.seq}
	l.seq++
	if l.random.Float64() >= l.loss {
		due := now
		if l.rate > 0 {
			l.free = max(l.free, now)
			if l.free-now <= l.queue {
				l.free += time.Duration(size) * 8 * time.Second / time.Duration(l.rate)
				a.Received, due = true, l.free
			}
		} else {
			a.Received = true
		}
		due += l.delay
		if l.jitter > 0 {
			due += time.Duration(l.random.Int64N(int64(l.jitter)))
		}
		l.last = max(due, l.last)
		a.At = l.last.Truncate(250 * time.Microsecond)
	}
	l.log = append(l.log, a)
}

// report brings the feedback on what has arrived by now.
func (l *link) report(now time.Duration) {
	const tick = 64 * time.Millisecond
	n := 0
	for n < len(l.log) && (!l.log[n].Received || l.log[n].At <= now-l.delay) {
		n++
	}
	for n > 0 && !l.log[n-1].Received { // what comes after tells that it is lost
		n--
	}
	if n == 0 {
		return
	}
	var ref time.Duration
	for _, a := range l.log[:n] {
		if a.Received {
			ref = a.At / tick * tick
			break
		}
	}
	f := Feedback{Reference: uint32(ref/tick) & 0xffffff}
	for _, a := range l.log[:n] {
		if a.Received {
			a.At -= ref
		}
		f.Arrivals = append(f.Arrivals, a)
	}
	l.log = append(l.log[:0], l.log[n:]...)
	l.e.Feedback(now, 2*l.delay, f)
}

// stream runs a camera of 30 pictures a second over the link, which sends what
// the estimate allows, up to most; each calls back every second.
func (l *link) stream(from, to time.Duration, most int, each func(at time.Duration, estimate int)) {
	const step = time.Millisecond
	for now := from; now < to; now += step {
		if now%(33*step) == 0 {
			bits := min(Share([]int{l.e.Bitrate()}, Limits{250_000, most}), most) / 30
			for left := bits / 8; left > 0; left -= 1150 {
				l.send(now, min(left, 1150)+50)
			}
		}
		if now%(20*step) == 0 {
			l.send(now, 130)
		}
		if now%(50*step) == 0 {
			l.report(now)
		}
		if now%time.Second == 0 {
			each(now, l.e.Bitrate())
		}
	}
}

func newLink(l link) *link {
	l.random = rand.New(rand.NewPCG(1, 2))
	l.e = New(3_000_000)
	if l.queue == 0 {
		l.queue = 300 * time.Millisecond
	}
	return &l
}

func TestEstimatorOnLinks(t *testing.T) {
	const most = 2_000_000
	for name, c := range map[string]struct {
		link     link
		low, top int // the estimate after ten seconds stays between
	}{
		"home":             {link{delay: 2 * time.Millisecond}, most, 3_000_000},
		"restless":         {link{delay: 5 * time.Millisecond, jitter: 8 * time.Millisecond}, most, 3_000_000},
		"few losses":       {link{delay: 25 * time.Millisecond, loss: 0.02}, most, 3_000_000},
		"more losses":      {link{delay: 25 * time.Millisecond, loss: 0.05}, 1_500_000, 3_000_000},
		"many losses":      {link{delay: 25 * time.Millisecond, loss: 0.25}, floor, 700_000},
		"one megabit":      {link{delay: 20 * time.Millisecond, rate: 1_000_000}, 500_000, 1_150_000},
		"half a megabit":   {link{delay: 20 * time.Millisecond, rate: 500_000}, 280_000, 580_000},
		"five megabit":     {link{delay: 20 * time.Millisecond, rate: 5_000_000}, most, 3_000_000},
		"narrow and lossy": {link{delay: 25 * time.Millisecond, rate: 1_000_000, loss: 0.02}, 450_000, 1_150_000},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLink(c.link)
			l.stream(0, 60*time.Second, most, func(at time.Duration, e int) {
				t.Logf("%v: %d kb/s, loss %.3f, waiting %v", at, e/1000, l.e.Loss(), max(l.free-at, 0))
				if at > 10*time.Second && (e < c.low || e > c.top) {
					t.Errorf("after %v the estimate is %d, want %d to %d", at, e, c.low, c.top)
				}
			})
		})
	}
}
