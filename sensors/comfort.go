package sensors

import "fmt"

// Comfort is a word for how a value feels.
type Comfort string

// The words. Temperature goes from Cold to Hot, humidity from Dry to Humid;
// Good is in the middle of both.
const (
	Cold  Comfort = "cold" // a matter for an alert
	Cool  Comfort = "cool"
	Good  Comfort = "good"
	Warm  Comfort = "warm"
	Hot   Comfort = "hot" // a matter for an alert
	Dry   Comfort = "dry"
	Humid Comfort = "humid"
)

// Band says what is comfortable: Low to High is good, and below VeryLow or
// above VeryHigh is a matter for an alert.
type Band struct {
	VeryLow, Low, High, VeryHigh float64
	// Hysteresis is how far a value must come back over an edge before its
	// word, and so its colour on the page, gets better again.
	Hysteresis float64
}

// DefaultTemperature is 16 to 20 °C for a room in which a baby sleeps with
// light bedding (Lullaby Trust, NHS), with alerts below 15 and above 24 °C. It
// is a guide and not a medical limit.
func DefaultTemperature() Band {
	return Band{VeryLow: 15, Low: 16, High: 20, VeryHigh: 24, Hysteresis: 0.2}
}

// DefaultHumidity is 30 to 65 %. No authority names figures; these are the
// widest that are commonly thought to be pleasant.
func DefaultHumidity() Band {
	return Band{VeryLow: 20, Low: 30, High: 65, VeryHigh: 80, Hysteresis: 1}
}

// Check returns what is wrong with the band.
func (b Band) Check() error {
	if b.VeryLow <= b.Low && b.Low < b.High && b.High <= b.VeryHigh && b.Hysteresis >= 0 {
		return nil
	}
	return fmt.Errorf("the comfort band %v, %v, %v, %v must rise: very low, low, high, very high",
		b.VeryLow, b.Low, b.High, b.VeryHigh)
}

// Temperature returns the word for celsius, given the word before ("" for
// none). It gets worse at once and better with hysteresis.
func (b Band) Temperature(was Comfort, celsius float64) Comfort {
	h := b.Hysteresis
	switch {
	case below(celsius, b.VeryLow, h, was == Cold):
		return Cold
	case below(celsius, b.Low, h, was == Cold || was == Cool):
		return Cool
	case above(celsius, b.VeryHigh, h, was == Hot):
		return Hot
	case above(celsius, b.High, h, was == Hot || was == Warm):
		return Warm
	}
	return Good
}

// Humidity returns the word for percent, given the word before ("" for none),
// in the way of Temperature. It knows no very low and very high.
func (b Band) Humidity(was Comfort, percent float64) Comfort {
	switch {
	case below(percent, b.Low, b.Hysteresis, was == Dry):
		return Dry
	case above(percent, b.High, b.Hysteresis, was == Humid):
		return Humid
	}
	return Good
}

// below returns whether v counts as below edge, where it may have been before.
func below(v, edge, hysteresis float64, was bool) bool {
	return v < edge || was && v < edge+hysteresis
}

// above returns whether v counts as above edge, where it may have been before.
func above(v, edge, hysteresis float64, was bool) bool {
	return v > edge || was && v > edge-hysteresis
}
