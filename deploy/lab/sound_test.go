package lab_test

import (
	"os"
	"testing"

	"babymonitor/deploy/lab"
)

func TestLabSound(t *testing.T) {
	devices := lab.Required(t)
	for name, cable := range map[string][2]string{
		"microphone": {devices.Room, devices.Microphone},
		"speaker":    {devices.Speaker, devices.Heard},
	} {
		t.Run(name, func(t *testing.T) {
			lab.Tone(t, cable[0], 440)
			lab.Until(t, "the tone is heard", func() bool {
				return lab.Share(lab.Record(t, cable[1], lab.SampleRate/4), 440) > 0.9
			})
		})
	}
}

func TestLabSoundCardVanishes(t *testing.T) {
	lab.Required(t)
	const node = "/dev/snd/pcmC0D1c"
	there := func() bool { _, err := os.Stat(node); return err == nil }
	open, err := os.Open(node)
	if err != nil {
		t.Fatal(err)
	}
	plug := lab.Unplug(t, "snd_aloop.0")
	lab.Until(t, "the card is gone", func() bool { return !there() })
	open.Close()
	plug()
	lab.Until(t, "the card is back", there)
}
