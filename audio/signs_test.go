package audio_test

import (
	"testing"
	"testing/synctest"
	"time"

	"babymonitor/audio"
)

func TestVoiceGivesSignsOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		v, stop := begin(t, r, audio.VoiceOptions{})
		defer stop()
		time.Sleep(time.Second)
		first, due := v.Signs()
		time.Sleep(time.Second)
		if next, _ := v.Signs(); !due || next == first {
			t.Errorf("due %v, %d, then %d", due, first, next)
		}
	})
}

func TestNothingIsDueOfWhatIsNotThere(t *testing.T) {
	if _, due := audio.NewVoice(audio.VoiceOptions{}).Signs(); due {
		t.Error("of a speaker")
	}
	if _, due := audio.NewEar(audio.EarOptions{}).Signs(); due {
		t.Error("of a microphone")
	}
}
