package ircut

// Mean luma of pictures, 0 to 1. A camera exposes for about the middle as long
// as it can, so that only a room too dark for that shows.
const (
	lumaNight = 0.15 // below this it is too dark to see
	lumaMore  = 0.15 // so much more than the lamps give is the light of day
)

// OfLuma returns a reading (lux) that stands for the mean luma of a camera's
// pictures, 0 to 1, for cameras that tell nothing better: NightBelow is at 0.15,
// and each 0.15 more counts as DayAbove. It is even, because what the lamps give
// is taken off by difference.
//
// It sees dusk, and dawn where the lamps alone leave the picture darker than
// the camera wants it. With lamps so strong that the camera can expose as it
// wants, morning changes nothing in its pictures: such a room needs a light
// sensor.
func (r Rules) OfLuma(luma float64) float64 {
	return max(0, r.NightBelow+(luma-lumaNight)/lumaMore*r.DayAbove)
}
