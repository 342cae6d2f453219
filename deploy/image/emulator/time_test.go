package emulator

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestImageStartTime estimates how long a Pi 3B takes from power to the first
// page, from the instructions that a start executes and the bytes that it reads.
//
// The emulated processor's clock is its instructions (Counted), so the kernel's
// and systemd's own times are those of one core of a Pi 3 that does everything
// alone; the other three are a reserve. What the emulator does not play is added:
// the card's reading at 20 MB/s, the Pi's firmware and U-Boot.
func TestImageStartTime(t *testing.T) {
	const (
		cardSpeed = 20e6 // bytes a second, a Pi 3's SD interface with a usual card
		firmware  = 3.5  // s: boot ROM, bootcode.bin, start_x.elf, the device tree
		uboot     = 2.5  // s: U-Boot without waiting and searching, its own reading apart
	)
	r := newRoom(t)
	if err := r.card.Put("kernel-words.txt", "more=systemd.log_target=kmsg systemd.log_level=info printk.devkmsg=on loglevel=7 console=ttyAMA0\n"); err != nil {
		t.Fatal(err)
	}
	m := r.start(Counted())
	newPhone(t, m).healthy()
	const page, ready = "Started babymonitor.service", "Finished babymonitor-healthy.service"
	kernel := said(m.Console(), "Run /init")
	until(t, page, patience, func() bool { return said(m.Console(), page) > 0 })
	up := said(m.Console(), page)
	var sectors, loaded float64
	disk := strings.Fields(r.shell(m, "cat /sys/block/vda/stat; stat -c %s /boot/vmlinuz /boot/initrd.img"))
	for i, value := range map[int]*float64{2: &sectors, len(disk) - 2: nil, len(disk) - 1: nil} {
		n, err := strconv.ParseFloat(disk[i], 64)
		if err != nil {
			t.Fatal(err, disk)
		}
		if value != nil {
			*value = n
		} else {
			loaded += n
		}
	}
	read := (sectors*512 + loaded) / cardSpeed
	t.Logf("first start: %.1f s of one core from the kernel's first instruction to the first page (%.1f s to init), %.0f MB read", up, kernel, (sectors*512+loaded)/1e6)
	t.Logf("estimate for a Pi 3B's first start: firmware %.1f + U-Boot %.1f + reading %.1f + computing %.1f = %.0f s", firmware, uboot, read, up, firmware+uboot+read+up)
	_ = ready
	fmt.Println(m.Console())
}

// said is the kernel's time, in s, of the first line that has these words; 0
// where there is none.
func said(console, words string) float64 {
	for line := range strings.Lines(console) {
		if strings.Contains(line, words) {
			if at := stamp.FindStringSubmatch(line); at != nil {
				s, _ := strconv.ParseFloat(at[1], 64)
				return s
			}
		}
	}
	return 0
}

var stamp = regexp.MustCompile(`^\[ *([0-9.]+)\]`)
