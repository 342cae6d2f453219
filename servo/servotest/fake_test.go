package servotest_test

import (
	"testing"

	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

func TestFake(t *testing.T) {
	servotest.TestActuator(t, func(*testing.T) servo.Actuator { return new(servotest.Fake) })
}
