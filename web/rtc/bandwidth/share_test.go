package bandwidth

import (
	"testing"
	"time"
)

func TestShare(t *testing.T) {
	l := Limits{Min: 250_000, Max: 2_000_000}
	for name, c := range map[string]struct {
		estimates []int
		want      int
	}{
		"nobody":                   {nil, 2_000_000},
		"one at home":              {[]int{3_000_000}, 2_000_000},
		"one on a weak network":    {[]int{1_048_000}, 950_000},
		"the weakest counts":       {[]int{3_000_000, 848_000, 1_500_000}, 760_000},
		"a hopeless one does not":  {[]int{3_000_000, 120_000, 848_000}, 760_000},
		"only a hopeless one":      {[]int{100_000}, 250_000},
		"several hopeless ones":    {[]int{100_000, 80_000}, 250_000},
		"just not hopeless":        {[]int{3_000_000, 311_160}, 250_002},
		"just hopeless":            {[]int{3_000_000, 311_150}, 2_000_000},
		"hopeless among the great": {[]int{5_000_000, 5_000_000, 80_000}, 2_000_000},
	} {
		if got := Share(c.estimates, l); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestSteer(t *testing.T) {
	for name, c := range map[string]struct {
		now, want int
		since     time.Duration
		next      int
	}{
		"stay":                 {1_000_000, 1_000_000, time.Second, 1_000_000},
		"down at once":         {2_000_000, 600_000, 10 * time.Millisecond, 600_000},
		"a trifle down":        {2_000_000, 1_960_000, time.Second, 2_000_000},
		"up slowly":            {1_000_000, 2_000_000, time.Second, 1_150_000},
		"up no further":        {1_000_000, 1_100_000, time.Second, 1_100_000},
		"up for a moment":      {1_000_000, 2_000_000, 100 * time.Millisecond, 1_000_000},
		"a trifle to the goal": {1_000_000, 1_010_000, time.Second, 1_010_000},
	} {
		if got := Steer(c.now, c.want, c.since); got != c.next {
			t.Errorf("%s: %d, want %d", name, got, c.next)
		}
	}
}
