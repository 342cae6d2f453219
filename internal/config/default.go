package config

// Default returns the settings of a monitor whose owner has set nothing. The
// comfort bands are a guide after the Lullaby Trust (16 to 20 °C) and common
// advice on humidity, for which no authority gives a figure.
func Default() Settings {
	return Settings{
		Name: "Nursery",
		Camera: Camera{
			Source: "auto", Width: 1280, Height: 720, FPS: 30,
			MaxBitrate: 2_500_000, MaxViewers: 16, BlackWhite: "night",
		},
		Head: Head{
			Driver: "none", Bus: "1", Speed: 45, Acceleration: 180,
			Pan:  Axis{Channel: 0, MinPulse: 500, MaxPulse: 2400, Min: -80, Max: 80},
			Tilt: Axis{Channel: 1, MinPulse: 500, MaxPulse: 2400, Min: -40, Max: 60},
		},
		IRCut: IRCut{Driver: "none", LampsPin: -1, Ambient: "camera", NightBelow: 3, DayAbove: 10},
		Climate: Climate{
			Temperature: Band{VeryLow: 15, Low: 16, High: 20, VeryHigh: 24},
			Humidity:    Band{VeryLow: 30, Low: 40, High: 60, VeryHigh: 65},
		},
		Audio:  Audio{Microphone: "auto", Channel: "best", Speaker: "auto", MaxVolume: 60},
		Access: Access{SetupCode: true},
	}
}

// DefaultSim returns the settings of the simulated nursery: every device is
// there and is simulated.
func DefaultSim() Settings {
	s := Default()
	s.Camera.Source = "sim"
	s.Head.Driver = "sim"
	s.IRCut.Driver = "sim"
	s.Climate.Sensors = []Sensor{{Driver: "sim"}}
	s.Audio.Microphone, s.Audio.Speaker = "sim", "sim"
	return s
}
