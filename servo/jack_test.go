package servo_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"babymonitor/servo"
)

func TestJack(t *testing.T) {
	const (
		jack = " 1 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n                      bcm2835 Headphones\n"
		usb  = " 0 [Device         ]: USB-Audio - USB PnP Sound Device\n"
	)
	for name, c := range map[string]struct {
		cards, board string
		want         error
	}{
		"no sound card": {"", "raspberrypi,3-model-b\x00brcm,bcm2837\x00", nil},
		"a USB card":    {usb, "raspberrypi,3-model-b\x00brcm,bcm2837\x00", nil},
		"a Pi 3":        {usb + jack, "raspberrypi,3-model-b\x00brcm,bcm2837\x00", servo.ErrJack},
		"a Pi 4":        {jack, "raspberrypi,4-model-b\x00brcm,bcm2711\x00", nil},
		"any board":     {jack, "", servo.ErrJack},
	} {
		proc := t.TempDir()
		for file, content := range map[string]string{"asound/cards": c.cards, "device-tree/compatible": c.board} {
			if content == "" {
				continue
			}
			path := filepath.Join(proc, file)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		if err := servo.CheckJack(proc); err != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
