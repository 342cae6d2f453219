package camera

import "time"

// RequestKey asks for a keyframe. Requests within 500 ms become one.
func (c *Camera) RequestKey() { c.keys.want(time.Now()) }

// ForcesKeys reports whether the source makes keyframes on request. Where it
// does not, watchers wait for those that come by themselves.
func (c *Camera) ForcesKeys() bool { return c.keys.request != nil }

// SetBitrate asks the encoder for this many bits a second, within MinBitrate
// and the mode's. Sources that cannot change keep theirs.
func (c *Camera) SetBitrate(bitsPerSecond int) {
	bitsPerSecond = min(max(bitsPerSecond, MinBitrate), c.mode.Bitrate)
	r, ok := c.source.(Rater)
	if !ok || c.Status().Bitrate == bitsPerSecond {
		return
	}
	if err := r.SetBitrate(bitsPerSecond); err != nil {
		c.log.Warn("cannot change the bitrate", "error", err)
		return
	}
	c.set(func(s *Status) { s.Bitrate = bitsPerSecond })
}

// SetZoom shows a part of the full picture. The error says why not.
func (c *Camera) SetZoom(r Rect) error {
	if err := r.check(); err != nil {
		return err
	}
	z, ok := c.source.(Zoomer)
	if !ok {
		return errNoZoom
	}
	if err := z.SetZoom(r.unturned(c.mode.Rotate)); err != nil {
		return err
	}
	c.set(func(s *Status) { s.Zoom = r })
	return nil
}
