package openh264_test

import (
	"testing"

	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/openh264"
)

// TestRateChangesWithoutKeyframe: congestion control moves the bitrate often,
// and a keyframe at each move would be the congestion.
func TestRateChangesWithoutKeyframe(t *testing.T) {
	m := cameratest.Mode()
	e, err := openh264.New(m)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for i := range 60 {
		if i%10 == 5 {
			_ = e.(camera.Rater).SetBitrate(300_000 + 10_000*i)
		}
		u, err := e.Encode(cameratest.Picture(m, i))
		if err != nil {
			t.Fatal(err)
		}
		if u.Key != (i == 0) {
			t.Errorf("picture %d: key %v", i, u.Key)
		}
	}
}
