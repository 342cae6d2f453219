//go:build race

package rtc

// raceDetector says that pools lose what is put into them, on purpose.
const raceDetector = true
