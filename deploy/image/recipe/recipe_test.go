package recipe

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const image = ".." // deploy/image

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestListsAreSound(t *testing.T) {
	for _, base := range []string{"debian", "raspios"} {
		l, err := ReadList(filepath.Join(image, "packages."+base))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse(time.DateOnly, l.Date); err != nil || l.Suite == "" || l.Components == "" {
			t.Errorf("%s: %+v, %v", base, l, err)
		}
		all := append(append([]string{}, l.Want...), l.Unpack...)
		seen := map[string]bool{}
		for _, name := range all {
			if seen[name] {
				t.Errorf("%s: %s is named twice", base, name)
			}
			seen[name] = true
			if _, ok := l.Versions[name]; !ok && len(l.Versions) > 0 {
				t.Errorf("%s: %s has no version: scripts/image-pin %s", base, name, base)
			}
		}
		if base == "debian" && len(l.Versions) < len(all) {
			t.Errorf("%s has %d versions: scripts/image-pin %s", base, len(l.Versions), base)
		}
		if (base == "raspios") != (l.Archive != "") {
			t.Errorf("%s: its archive is %q", base, l.Archive)
		}
	}
}

func TestFirmwareFitsTheBase(t *testing.T) {
	config := filepath.Join(image, "boot/config.txt")
	debian, err := Firmware(config)
	if err != nil {
		t.Fatal(err)
	}
	raspios, err := Firmware(config, filepath.Join(image, "boot/config.raspios.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		"kernel": {"u-boot.bin", "u-boot.bin"}, "arm_64bit": {"1", "1"},
		"enable_uart": {"1", "0"}, // U-Boot hangs without a serial port; a Pi 5 has its own
		"start_x":     {"1", "0"}, "upstream_kernel": {"1", "0"}, "camera_auto_detect": {"", "1"},
	} {
		if debian[name] != want[0] || raspios[name] != want[1] {
			t.Errorf("%s is %q and %q, want %q", name, debian[name], raspios[name], want)
		}
	}
	for base, needs := range map[string][]string{
		"debian":  {"bootcode.bin", "start_x.elf", "fixup_x.dat", "start4x.elf", "fixup4x.dat", "u-boot.bin", "bcm2837-rpi-3-b.dtb", "bcm2837-rpi-3-b-plus.dtb", "bcm2837-rpi-zero-2-w.dtb", "bcm2711-rpi-4-b.dtb"},
		"raspios": {"bootcode.bin", "start.elf", "fixup.dat", "start4.elf", "u-boot.bin", "bcm2710-rpi-3-b.dtb", "bcm2712-rpi-5-b.dtb"},
	} {
		files := read(t, filepath.Join(image, "boot/files."+base))
		for _, name := range needs {
			if !strings.Contains(files, "/"+name+"\n") {
				t.Errorf("%s is not brought to the boot partition of %s", name, base)
			}
		}
	}
}

// TestUnitsRunWhatIsThere follows every path below /usr/lib/babymonitor that
// the image's files name.
func TestUnitsRunWhatIsThere(t *testing.T) {
	root := filepath.Join(image, "root")
	named := regexp.MustCompile(`/usr/lib/babymonitor/[a-z-]+`)
	count := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, file := range named.FindAllString(read(t, path), -1) {
			count++
			if _, err := os.Stat(filepath.Join(root, file)); err != nil && file != "/usr/lib/babymonitor/appliance" {
				t.Errorf("%s names %s, which is not there", path, file)
			}
		}
		return nil
	})
	if err != nil || count < 5 {
		t.Errorf("found %d names, %v", count, err)
	}
}

// TestScriptsParse asks the shells; the boot script's blocks are counted, since
// only U-Boot understands it.
func TestScriptsParse(t *testing.T) {
	scripts, err := filepath.Glob("../../../scripts/image*")
	if err != nil || len(scripts) < 8 {
		t.Fatalf("found %v, %v", scripts, err)
	}
	for _, folder := range []string{"root/usr/lib/babymonitor", "root/etc/initramfs-tools/hooks", "root/etc/initramfs-tools/scripts/local-top", "root/etc/initramfs-tools/scripts/local-bottom"} {
		more, err := filepath.Glob(filepath.Join(image, folder, "*"))
		if err != nil || len(more) == 0 {
			t.Fatalf("found nothing in %s, %v", folder, err)
		}
		scripts = append(scripts, more...)
	}
	for _, script := range scripts {
		first, _, _ := strings.Cut(read(t, script), "\n")
		shell, ok := strings.CutPrefix(first, "#!")
		if !ok {
			continue // a table
		}
		if said, err := exec.Command(shell, "-n", script).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", script, err, said)
		}
	}
	words := strings.Fields(regexp.MustCompile(`(?m)#.*$`).ReplaceAllString(read(t, filepath.Join(image, "boot/boot.cmd")), ""))
	count := map[string]int{}
	for _, word := range words {
		count[strings.Trim(word, ";")]++
	}
	if count["if"] == 0 || count["if"] != count["fi"] || count["do"] != count["done"] {
		t.Errorf("the boot script's blocks do not close: %d if, %d fi, %d do, %d done", count["if"], count["fi"], count["do"], count["done"])
	}
}
