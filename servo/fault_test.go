package servo_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

func TestFaultIsToldAndMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		if err := s.GoTo(servo.Pose{Pan: 50}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		at, failed := s.Pose(), time.Now()
		s.fake.Fail(errBus)
		time.Sleep(20 * time.Second)
		if got := s.status(); !strings.Contains(got.Fault, errBus.Error()) || got.Moving || got.Tries != 6 {
			t.Errorf("told %+v", got)
		}
		var tries []time.Duration
		for _, c := range s.fake.Calls() {
			if c.Failed {
				tries = append(tries, c.At.Sub(failed).Round(100*time.Millisecond))
				if math.Abs(c.Pose.Pan-at.Pan) > 0.61 {
					t.Errorf("went on to %v in the dark, from %v", c.Pose, at)
				}
			}
		}
		want := []time.Duration{0, 500, 1500, 3500, 7500, 12500, 17500}
		for i := range want {
			want[i] *= time.Millisecond
		}
		if !slices.Equal(tries, want) {
			t.Fatalf("tries at %v, want %v", tries, want)
		}
		s.fake.Fail(nil)
		time.Sleep(10 * time.Second)
		if got := s.status(); got.Fault != "" || got.Tries != 0 || got.Pose != at {
			t.Errorf("an old order is obeyed, or the fault stays: %+v, was at %v", got, at)
		}
		if _, on := s.fake.Driven(); on {
			t.Error("the motors are not released")
		}
		if err := s.GoTo(servo.Pose{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if s.Pose() != (servo.Pose{}) {
			t.Errorf("at %v", s.Pose())
		}
		s.smooth(t, servo.Pose{}, servo.DefaultLimits())
	})
}

func TestShortFaultDoesNotLoseTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, servo.Options{})
		s.fake.Fail(errBus)
		to := servo.Pose{Pan: 20, Tilt: 20}
		if err := s.GoTo(to); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		s.fake.Fail(nil)
		time.Sleep(10 * time.Second)
		if s.Pose() != to || s.status().Fault != "" {
			t.Errorf("told %+v", s.status())
		}
	})
}

func TestAbsentHeadIsToldAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fake servotest.Fake
		fake.Fail(errBus)
		told := make(chan servo.Status, 100)
		h, err := servo.NewHead(servo.Options{Actuator: &fake, OnStatus: func(s servo.Status) { told <- s }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		done := make(chan error, 1)
		go func() { done <- h.Run(ctx) }()
		if s := <-told; s.Fault == "" {
			t.Errorf("told %+v", s)
		}
		time.Sleep(time.Minute)
		fake.Fail(nil)
		<-done
		for _, c := range fake.Calls() {
			if !c.Release {
				t.Errorf("moved without an order: %v", c)
			}
		}
	})
}
