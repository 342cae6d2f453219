package ircut

import "math"

// Mean luma of pictures at the two edges of day and night. A camera exposes for
// about 0.45 as long as it can, so that only a room too dark for that shows.
const (
	lumaNight = 0.15
	lumaDay   = 0.30
)

// OfLuma returns a reading (lux) that stands for the mean luma of a camera's
// pictures, 0 to 1, for cameras that tell nothing better: NightBelow and
// DayAbove are at 0.15 and 0.30, and each further 0.15 is the same factor.
//
// It sees dusk, and dawn where the lamps alone leave the picture darker than
// the camera wants it. With lamps so strong that the camera can expose as it
// wants, morning changes nothing in its pictures: such a room needs a light
// sensor.
func (r Rules) OfLuma(luma float64) float64 {
	return r.NightBelow * math.Pow(r.DayAbove/r.NightBelow, (luma-lumaNight)/(lumaDay-lumaNight))
}
