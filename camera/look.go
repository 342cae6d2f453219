package camera

import (
	"errors"
	"fmt"
	"time"
)

// Look is how a camera makes its pictures. The zero Look leaves everything to
// the camera.
type Look struct {
	FlipH, FlipV bool
	Exposure     time.Duration // of one picture; 0: automatic
	ISO          int           // sensitivity, 100 to 800; 0: automatic
	WhiteBalance int           // colour temperature of the light in kelvin; 0: automatic
	Grey         bool          // black and white, for infrared light
	Mains        int           // frequency of lamps that flicker, 50 or 60 Hz; 0: as it is
}

// Adjuster is a Source or Frames whose look can change, while it runs and
// while it does not. The error names what the camera cannot set; everything
// else is set all the same.
type Adjuster interface{ Adjust(Look) error }

// errNoLook is what a camera answers that makes its pictures in one way alone.
var errNoLook = fmt.Errorf("this camera has no settings of the picture: %w", errors.ErrUnsupported)

// Adjust changes the look. The error says what cannot be set.
func (c *Camera) Adjust(l Look) error {
	a, ok := c.source.(Adjuster)
	if !ok {
		if l == (Look{}) {
			return nil
		}
		return errNoLook
	}
	return a.Adjust(l)
}

// Adjust implements [Adjuster] where the frames do.
func (e *Encoded) Adjust(l Look) error {
	a, ok := e.frames.(Adjuster)
	if !ok {
		return errNoLook
	}
	return a.Adjust(l)
}
