package emulator

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestImageOnAPi boots the card in an emulated Raspberry Pi 3B once, with the
// U-Boot, the environment and the device tree of its boot partition.
func TestImageOnAPi(t *testing.T) {
	r := newRoom(t)
	r.words(" console=ttyS1,115200")
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
	r.words(" console=ttyAMA0 systemd.log_target=kmsg systemd.log_level=info printk.devkmsg=on loglevel=7")
	tree := r.take("bcm2711-rpi-4-b.dtb")
	// What the emulator does not play: the screens, the switches behind the
	// firmware, a second serial port that Linux can use.
	for _, args := range [][]string{
		{"-d", tree, "/regulator-sd-vcc", "gpio"},
		{"-d", tree, "/emmc2bus/mmc@7e340000", "vqmmc-supply"},
		{"-t", "s", tree, "/chosen", "stdout-path", "serial0:115200n8"},
	} {
		r.fdtput(args...)
	}
	for _, device := range []string{"interrupt-controller@7ef00100", "clock@7ef00000", "hdmi@7ef00700", "hdmi@7ef05700", "i2c@7ef04500", "i2c@7ef09500",
		"serial@7e201000/bluetooth", "serial@7e215040"} {
		r.fdtput("-t", "s", tree, "/soc/"+device, "status", "disabled")
	}
	m := r.start(Pi4(r.take("u-boot.bin"), tree))
	for _, said := range []string{"Loading Environment from FAT... OK", "Slot A, tries left: A 2", "Started babymonitor.service", "babymonitor-healthy.service: Deactivated successfully"} {
		until(t, said, patience, func() bool { return strings.Contains(m.Console(), said) })
	}
	m.Cut()
	state, err := r.card.Read(1<<20, sector)
	if err != nil || !strings.Contains(string(state), "BOOT_A_LEFT=3") {
		t.Errorf("the slot is not marked as good: %q, %v", state, err)
	}
}

// fdtput changes a device tree.
func (r *room) fdtput(args ...string) {
	r.t.Helper()
	if out, err := exec.Command("fdtput", args...).CombinedOutput(); err != nil {
		r.t.Fatalf("fdtput %v: %v: %s", args, err, out)
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
// emulated one restarts the board when it is wound up.
func (r *room) words(more string) {
	r.t.Helper()
	const usual = "more=module_blacklist=vc4,v3d,vchiq,bcm2835_v4l2,bcm2835_mmal_vchiq,snd_bcm2835,brcmfmac,hci_uart,btbcm,bcm2835_wdt"
	if err := r.card.Put("kernel-words.txt", usual+more+"\n"); err != nil {
		r.t.Fatal(err)
	}
}
