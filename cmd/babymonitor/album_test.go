package main

import (
	"context"
	"errors"
	"image"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestAlbumTakesOnePictureForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var taken atomic.Int32
		a := &album{fresh: freshDecoded, turn: make(chan struct{}, 1), take: func(ctx context.Context) (*image.YCbCr, error) {
			taken.Add(1)
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(100 * time.Millisecond):
				return image.NewYCbCr(image.Rect(0, 0, 32, 16), image.YCbCrSubsampleRatio420), nil
			}
		}}
		a.turn <- struct{}{}
		ask := func() {
			var askers sync.WaitGroup
			for range 10 {
				askers.Go(func() {
					if b, err := a.picture(t.Context()); err != nil || len(b) < 100 {
						t.Errorf("%d bytes, %v", len(b), err)
					}
				})
			}
			askers.Wait()
		}
		ask()
		if n := taken.Load(); n != 1 {
			t.Errorf("took %d pictures at once", n)
		}
		time.Sleep(freshDecoded)
		ask()
		if n := taken.Load(); n != 2 {
			t.Errorf("took %d pictures in two seconds", n)
		}
		time.Sleep(freshDecoded)
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := a.picture(impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who does not wait gets %v", err)
		}
		ask()
	})
}
