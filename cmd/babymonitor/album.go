package main

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"iter"
	"time"

	"babymonitor/camera"
)

// How old a picture may be that is handed out again. A source of raw pictures
// gives five a second to whoever asks; any other is decoded for it, once a
// second.
const (
	freshRaw     = 180 * time.Millisecond
	freshDecoded = 900 * time.Millisecond
)

// album keeps the newest picture as JPEG, so that many who ask cost the board
// no more than one.
type album struct {
	take  func(context.Context) (*image.YCbCr, error)
	fresh time.Duration

	turn chan struct{} // holds one: the right to what follows
	at   time.Time
	jpeg []byte // never changed, only replaced
}

func newAlbum(c *camera.Camera, source camera.Source) *album {
	fresh := freshDecoded
	if _, raw := source.(camera.Stiller); raw {
		fresh = freshRaw
	}
	a := &album{take: c.Still, fresh: fresh, turn: make(chan struct{}, 1)}
	a.turn <- struct{}{}
	return a
}

// picture returns the newest picture. It belongs to nobody: do not change it.
func (a *album) picture(ctx context.Context) ([]byte, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-a.turn:
	}
	defer func() { a.turn <- struct{}{} }()
	if time.Since(a.at) < a.fresh {
		return a.jpeg, nil
	}
	picture, err := a.take(ctx)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	a.at, a.jpeg = time.Now(), b.Bytes()
	return a.jpeg, nil
}

// pictures yields JPEGs, each once, for clients that know nothing else.
func (h *house) pictures(ctx context.Context) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		release := h.camera.Keep()
		defer release()
		tick := time.NewTicker(h.album.fresh)
		defer tick.Stop()
		for {
			picture, err := h.album.picture(ctx)
			if err != nil || !yield(picture) {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}
