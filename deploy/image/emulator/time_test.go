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
// times are those of one core of a Pi 3 that does everything alone. Two estimates
// come of it. In the slow one everything happens one after the other. In the
// quick one the three other cores take half of the work from the moment on when
// services start side by side, and that part's reading goes on meanwhile. What
// the emulator does not play is added: the card at 20 MB/s, the Pi's firmware and
// U-Boot.
func TestImageStartTime(t *testing.T) {
	r := newRoom(t)
	words := "more=systemd.log_target=kmsg systemd.log_level=info printk.devkmsg=on loglevel=7 console=ttyAMA0\n"
	if err := r.card.Put("kernel-words.txt", words); err != nil {
		t.Fatal(err)
	}
	for _, which := range []string{"first", "second"} {
		before := len(r.console())
		m := r.start(Counted())
		newPhone(t, m).healthy()
		const page = "Started babymonitor.service"
		until(t, page, patience, func() bool { return said(r.console()[before:], page) > 0 })
		console := r.console()[before:]
		loaded, read := r.bytes(m)
		m.Cut()

		const (
			card     = 20e6 // bytes a second, a Pi 3's interface with a usual card
			firmware = 3.5  // s: boot ROM, bootcode.bin, start_x.elf, the device tree
			uboot    = 2.5  // s: U-Boot without waiting and searching, its reading apart
		)
		services, up := said(console, "Queued start job for default target"), said(console, page)
		slow := firmware + uboot + (loaded+read)/card + up
		quick := firmware + uboot + loaded/card + services + (up-services)/2
		t.Logf("%s start: %.1f s of one core until services start, %.1f s until the page; %.0f MB read by U-Boot, %.0f MB by Linux", which, services, up, loaded/1e6, read/1e6)
		t.Logf("%s start of a Pi 3B, from power to the page, estimated: %.0f to %.0f s", which, quick, slow)
	}
}

// console is all that the machine has said at all its starts.
func (r *room) console() string { return (&Machine{console: string(r.card) + ".console"}).Console() }

// bytes are those that U-Boot and Linux have read from the card.
func (r *room) bytes(m *Machine) (uboot, linux float64) {
	r.t.Helper()
	var kernel, initrd, sectors float64
	out := r.shell(m, "awk '{print $3}' /sys/block/vda/stat; stat -c %s /boot/vmlinuz /boot/initrd.img")
	if _, err := fmt.Sscan(out, &sectors, &kernel, &initrd); err != nil {
		r.t.Fatal(err, out)
	}
	return kernel + initrd, sectors * sector
}

// said is the kernel's time, in s, of the first line that has these words; 0
// where there is none.
func said(console, words string) float64 {
	for line := range strings.Lines(console) {
		if at := stamp.FindStringSubmatch(line); at != nil && strings.Contains(line, words) {
			s, _ := strconv.ParseFloat(at[1], 64)
			return s
		}
	}
	return 0
}

var stamp = regexp.MustCompile(`^\[ *([0-9.]+)\]`)
