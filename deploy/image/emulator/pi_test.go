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
	r.words("")
	m := r.start(Pi3(r.take("u-boot.bin"), r.take("bcm2837-rpi-3-b.dtb")))
	p := newPhone(t, m)
	took := p.healthy()
	t.Logf("from power to a healthy monitor on an emulated Pi 3B: %.1f s", took.Seconds())
	if said := m.Console(); !strings.Contains(said, "Slot A") {
		t.Errorf("U-Boot did not tell of the slot")
	}
	p.setUp(r.card)
}

// TestImageOnAPi4 does so in an emulated Raspberry Pi 4B, whose card is at
// another reader. Nobody can reach it from outside: that the monitor answers is
// found by the board itself, which then gives the slot its tries back.
func TestImageOnAPi4(t *testing.T) {
	r := newRoom(t)
	r.words(" systemd.log_target=kmsg systemd.log_level=info printk.devkmsg=on loglevel=7")
	m := r.start(Pi4(r.take("u-boot.bin"), r.take("bcm2711-rpi-4-b.dtb")))
	for _, said := range []string{"Loading Environment from FAT... OK", "Slot A, tries left: A 2", "Started babymonitor.service", "Finished babymonitor-healthy.service"} {
		until(t, said, patience, func() bool { return strings.Contains(m.Console(), said) })
	}
	m.Cut()
	state, err := r.card.Read(1<<20, sector)
	if err != nil || !strings.Contains(string(state), "BOOT_A_LEFT=3") {
		t.Errorf("the slot is not marked as good: %q, %v", state, err)
	}
}

// take copies a file of the boot partition out of the card.
func (r *room) take(name string) string {
	r.t.Helper()
	text, err := r.card.Get(name)
	if err != nil {
		r.t.Fatal(err)
	}
	file := filepath.Join(r.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return file
}

// words gives the kernel words for an emulated Pi, and more. Left out are drivers
// that wait for what the emulator does not play, and that of the watchdog: the
// emulated one restarts the board when it is wound up. The console is the second
// serial port.
func (r *room) words(more string) {
	r.t.Helper()
	const usual = "more=console=ttyS1,115200 module_blacklist=vc4,v3d,vchiq,bcm2835_v4l2,bcm2835_mmal_vchiq,snd_bcm2835,brcmfmac,hci_uart,btbcm,bcm2835_wdt"
	if err := r.card.Put("kernel-words.txt", usual+more+"\n"); err != nil {
		r.t.Fatal(err)
	}
}
