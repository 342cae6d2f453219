// Package servo turns the camera's head: two axes, soft limits, smooth ramps,
// presets and a dead-man.
//
// [Head] owns the motion; an [Actuator] owns the wires. Drivers are in the
// folders below and import this package and their device library alone.
package servo

// Pose is where the head looks, in degrees. Pan is positive to the right of
// the picture, tilt is positive upwards; zero is straight ahead.
type Pose struct {
	Pan  float64 `json:"pan"`
	Tilt float64 `json:"tilt"`
}

// Velocity is how fast the head is asked to turn, as a fraction of its top
// speed on each axis, -1 to 1; signs as in Pose.
type Velocity struct {
	Pan, Tilt float64
}

// Actuator moves the real thing. It is called from one goroutine.
type Actuator interface {
	// Move drives both axes to p at once. The caller takes small steps.
	Move(p Pose) error
	// Release stops driving the motors, so that they are silent. The next Move
	// drives them again.
	Release() error
}
