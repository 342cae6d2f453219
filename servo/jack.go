package servo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// ErrJack says that the sound of the 3.5 mm jack needs the PWM.
var ErrJack = errors.New("the 3.5 mm jack makes its sound with the same PWM as the servos: switch the jack off (dtparam=audio=off in config.txt, then restart), or put the servos on a PCA9685 board")

// CheckJack returns ErrJack where the processor's PWM, which drivers of servos
// want, makes the sound of the 3.5 mm jack. So it is on Raspberry Pis up to the
// 3; the 4 has a second PWM for its jack, and the 5 has no jack. proc is where
// procfs is, "" for /proc.
func CheckJack(proc string) error {
	if proc == "" {
		proc = "/proc"
	}
	cards, err := os.ReadFile(filepath.Join(proc, "asound/cards"))
	if err != nil || !strings.Contains(string(cards), "bcm2835 Headphones") {
		return nil // without sound cards there is no such file
	}
	if board, err := os.ReadFile(filepath.Join(proc, "device-tree/compatible")); err == nil && strings.Contains(string(board), "brcm,bcm2711") {
		return nil
	}
	return ErrJack
}
