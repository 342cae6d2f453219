package rtc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"time"

	"github.com/pion/webrtc/v4"

	"babymonitor/web/access"
)

const (
	headLabel   = "head"
	headMessage = 256              // bytes of the largest message
	headEvery   = time.Second / 60 // orders come no faster than this
	headSpare   = 4                // orders that may come at once
)

// velocity is what a joystick says: -1…1 each, right and up positive.
type velocity struct{ Pan, Tilt float64 }

// parseVelocity reads one message of the joystick: a JSON object with the two
// numbers and nothing else. Numbers beyond ±1 are the stick at its end.
func parseVelocity(data []byte) (velocity, error) {
	var m struct {
		Pan  *float64 `json:"pan"`
		Tilt *float64 `json:"tilt"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return velocity{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return velocity{}, errors.New("there is more than one object")
	}
	if m.Pan == nil || m.Tilt == nil {
		return velocity{}, errors.New("pan and tilt are both needed")
	}
	return velocity{clamp(*m.Pan), clamp(*m.Tilt)}, nil
}

func clamp(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, -1), 1)
}

// channel takes a data channel that the phone has opened. Only a parent's
// joystick is listened to; all else is closed.
func (v *viewer) channel(c *webrtc.DataChannel) {
	if c.Label() != headLabel || v.caller.Role != access.Parent || v.whep {
		c.OnOpen(func() { _ = c.Close() })
		return
	}
	c.OnOpen(func() {
		raw, err := c.Detach()
		if err != nil {
			return
		}
		v.begin(func() {
			defer raw.Close()
			v.steer(raw)
		})
	})
}

// steer obeys the joystick until the channel closes.
func (v *viewer) steer(raw io.Reader) {
	buf := make([]byte, headMessage)
	pace := newPacer(v.now(), headEvery, headSpare)
	for {
		n, err := raw.Read(buf)
		if errors.Is(err, io.ErrShortBuffer) || err != nil {
			return
		}
		v.hear()
		order, err := parseVelocity(buf[:n])
		if err != nil || !pace.allow(v.now()) && order != (velocity{}) { // a stop always counts
			v.server.counts.badOrders.Add(1)
			continue
		}
		v.server.o.Drive(order.Pan, order.Tilt)
	}
}

// pacer lets through what comes no faster than every, and spare more at once.
type pacer struct {
	every time.Duration
	spare int
	due   time.Duration
}

func newPacer(now, every time.Duration, spare int) pacer {
	return pacer{every: every, spare: spare, due: now - time.Duration(spare)*every}
}

func (p *pacer) allow(now time.Duration) bool {
	if p.due < now-time.Duration(p.spare)*p.every {
		p.due = now - time.Duration(p.spare)*p.every
	}
	if p.due > now {
		return false
	}
	p.due += p.every
	return true
}
