package audio

import "math"

// Level is how loud it is at the microphone.
type Level struct {
	// DBFS is the RMS of the last 200 ms in dB relative to full scale (a square
	// wave of the largest amplitude is 0), at least Silence.
	DBFS  float64
	Steps int // 0 to 7, for a bar; see Steps
	// Muted says that the microphone has yielded digital silence (one and the
	// same sample value) for ten seconds. No room is that quiet: it is switched
	// off or broken.
	Muted bool
}

// Silence is the lowest level that is told, in dBFS: that of digital silence.
const Silence = -96.0

// Steps maps a level in dBFS to the 0 to 7 steps of a bar. A quiet room by a
// usual microphone (below -60 dBFS) is 0, each step is 7 dB, and a cry nearby
// (above -18 dBFS) fills the bar.
func Steps(dbfs float64) int {
	const quiet, step = -60.0, 7.0
	return max(0, min(7, int(math.Floor((dbfs-quiet)/step))+1))
}

// How the meter counts, in frames.
const (
	meterFrames = 10                    // 200 ms
	mutedFrames = 10 * Rate / FrameSize // 10 s
)

// meter measures the level. It belongs to one goroutine.
type meter struct {
	sum    float64 // of squares
	frames int
	still  int // frames of digital silence in a row
}

// add takes one frame. Every 200 ms it returns the level and true.
func (m *meter) add(samples []int16) (Level, bool) {
	var sum int64
	lo, hi := samples[0], samples[0]
	for _, s := range samples {
		sum += int64(s) * int64(s)
		lo, hi = min(lo, s), max(hi, s)
	}
	if lo == hi {
		m.still = min(m.still+1, mutedFrames)
	} else {
		m.still = 0
	}
	m.sum += float64(sum)
	if m.frames++; m.frames < meterFrames {
		return Level{}, false
	}
	db := dbfs(math.Sqrt(m.sum / float64(meterFrames*len(samples))))
	m.sum, m.frames = 0, 0
	return Level{DBFS: db, Steps: Steps(db), Muted: m.still == mutedFrames}, true
}

// dbfs is the level of an RMS in units of int16.
func dbfs(rms float64) float64 {
	if rms < 1e-9 {
		return Silence
	}
	return max(Silence, 20*math.Log10(rms/32768))
}

// decibels is the amplitude factor of a gain in dB.
func decibels(db float64) float32 { return float32(math.Pow(10, db/20)) }
