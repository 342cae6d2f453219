package camera_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/camera"
)

// deaf is a driver that hangs: it does not even end when it is told to.
type deaf struct{ release chan struct{} }

func (d deaf) Capture(ctx context.Context, _ camera.Mode, _ func(camera.AccessUnit)) error {
	<-d.release
	return ctx.Err()
}

func TestADriverThatHangsForGoodGivesNoSigns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := deaf{make(chan struct{})}
		c := camera.New(camera.Options{Source: d})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = c.Run(ctx)
		}()
		time.Sleep(time.Minute)
		if _, due := c.Signs(); due {
			t.Error("signs are due while it rests")
		}
		release := c.Keep()
		time.Sleep(time.Minute)
		first, due := c.Signs()
		time.Sleep(time.Minute)
		if next, _ := c.Signs(); !due || next != first {
			t.Errorf("due %v, %d, then %d", due, first, next)
		}
		release()
		cancel()
		close(d.release)
		<-ended
	})
}
