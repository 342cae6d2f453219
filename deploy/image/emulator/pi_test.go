package emulator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImageOnAPi boots the card in an emulated Raspberry Pi 3B once, with the
// U-Boot, the environment and the device tree of its boot partition.
func TestImageOnAPi(t *testing.T) {
	r := newRoom(t)
	dir := t.TempDir()
	take := func(name string) string {
		text, err := r.card.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	// Left out are drivers that wait for what the emulator does not play, and that of
	// the watchdog: the emulated one restarts the board when it is wound up. The
	// console is the second serial port.
	if err := r.card.Put("kernel-words.txt", "more=console=ttyS1,115200 module_blacklist=vc4,v3d,vchiq,bcm2835_v4l2,bcm2835_mmal_vchiq,snd_bcm2835,brcmfmac,hci_uart,btbcm,bcm2835_wdt\n"); err != nil {
		t.Fatal(err)
	}
	board := Pi3(take("u-boot.bin"), take("bcm2837-rpi-3-b.dtb"))
	m := r.start(board)
	p := newPhone(t, m)
	took := p.healthy()
	t.Logf("from power to a healthy monitor on an emulated Pi 3B: %.1f s", took.Seconds())
	if said := m.Console(); !strings.Contains(said, "Slot A") {
		t.Errorf("U-Boot did not tell of the slot")
	}
	p.setUp(r.card)
}
