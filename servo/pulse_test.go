package servo

import (
	"math"
	"testing"
	"time"
)

func TestPulses(t *testing.T) {
	sg90 := Pulses{Min: 500 * time.Microsecond, Max: 2400 * time.Microsecond}
	trimmed, reversed := sg90, sg90
	trimmed.Trim, reversed.Reverse = 9, true
	for _, c := range []struct {
		p     Pulses
		angle float64
		want  time.Duration // µs
	}{
		{sg90, 0, 1450}, {sg90, -90, 500}, {sg90, 90, 2400}, {sg90, 45, 1925},
		{sg90, 200, 2400}, {sg90, -1e9, 500},
		{trimmed, 0, 1545}, {trimmed, 90, 2400},
		{reversed, 45, 975}, {reversed, -90, 2400},
	} {
		got, err := c.p.Of(c.angle)
		if got.Round(time.Microsecond) != c.want*time.Microsecond || err != nil {
			t.Errorf("%+v at %v°: %v, %v; want %d µs", c.p, c.angle, got, err, c.want)
		}
	}
	if _, err := sg90.Of(math.NaN()); err == nil {
		t.Error("not-a-number is taken for an angle")
	}
}
