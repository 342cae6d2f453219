package bandwidth

import (
	"math"
	"time"
)

// Limits are the bounds of the shared encoder in bits a second.
type Limits struct{ Min, Max int }

// Sound and packet headers take their part before the picture gets the rest.
const (
	soundRate = 48_000 // bits a second of Opus with its headers
	headerTax = 0.05   // of the picture's packets
)

// Share returns the bitrate for the picture that all viewers share, given what
// each viewer's network carries (bits a second).
//
// Everyone gets what the weakest viewer can take, for there is one encoder and
// a picture that stalls is worse than one that is coarse. A viewer who cannot
// even take Min is hopeless: it is left out as long as there is any other, so
// that one phone at the edge of the Wi-Fi does not blur the picture of all; it
// will see keyframes now and then and hears the sound. With only hopeless
// viewers it is Min, with no viewer Max.
func Share(estimates []int, l Limits) int {
	if len(estimates) == 0 {
		return l.Max
	}
	lowest := math.MaxInt
	for _, e := range estimates {
		if r := picture(e); r >= l.Min {
			lowest = min(lowest, r)
		}
	}
	if lowest == math.MaxInt {
		return l.Min
	}
	return min(lowest, l.Max)
}

// picture is what of a network's rate is left for the encoder.
func picture(estimate int) int {
	return int(float64(estimate-soundRate) * (1 - headerTax))
}

// How the encoder follows: down at once, up slowly, and not for trifles.
const (
	risePerSecond = 1.15
	trifle        = 0.03
)

// Steer returns the encoder's next bitrate on the way from now to want, a time
// after the last step.
func Steer(now, want int, since time.Duration) int {
	if want < now {
		if float64(now-want) < trifle*float64(now) {
			return now
		}
		return want
	}
	top := int(float64(now) * math.Pow(risePerSecond, since.Seconds()))
	next := min(want, top)
	if next != want && float64(next-now) < trifle*float64(now) {
		return now
	}
	return next
}
