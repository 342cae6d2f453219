//go:build !race

package rtc

const raceDetector = false
