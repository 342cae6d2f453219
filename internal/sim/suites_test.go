package sim

import (
	"testing"

	"babymonitor/audio"
	"babymonitor/audio/audiotest"
	"babymonitor/camera"
	"babymonitor/camera/cameratest"
	"babymonitor/camera/ircut"
	"babymonitor/camera/ircut/ircuttest"
	"babymonitor/sensors"
	"babymonitor/sensors/sensorstest"
	"babymonitor/servo"
	"babymonitor/servo/servotest"
)

func TestCameraSuite(t *testing.T) {
	cameratest.TestFrames(t, cameratest.Mode(), func(t *testing.T) camera.Frames { return newWorld(t, Change{}).Camera() })
}

func TestMicrophoneSuite(t *testing.T) {
	audiotest.TestMicrophone(t, func(t *testing.T) audio.Microphone { return newWorld(t, Change{}).Microphone() })
}

func TestSpeakerSuite(t *testing.T) {
	audiotest.TestSpeaker(t, func(t *testing.T) audio.Speaker { return newWorld(t, Change{}).Speaker() })
}

func TestHeadSuite(t *testing.T) {
	servotest.TestActuator(t, func(t *testing.T) servo.Actuator { return newWorld(t, Change{}).Head() })
}

func TestClimateSuite(t *testing.T) {
	sensorstest.TestSensor(t, func(t *testing.T) sensors.Sensor { return newWorld(t, Change{}).Climate() })
}

func TestNightSuite(t *testing.T) {
	ircuttest.TestFilter(t, func(t *testing.T) ircut.Filter { return newWorld(t, Change{}).Night() })
}
