package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/pelletier/go-toml/v2"

	"babymonitor/internal/diagnosis"
)

// recentLog is how much of the log is kept for a bug report.
const recentLog = 512 << 10

// Diagnose implements web.Care: everything that helps to find a fault from
// afar. What is secret or names a person is taken out of all of it.
func (p parentsCare) Diagnose(ctx context.Context, to io.Writer, secrets []string) error {
	h := p.h
	now := h.store.Get()
	for _, v := range now.Viewers {
		secrets = append(secrets, v.Name)
	}
	if n := now.Network; n != nil {
		secrets = append(secrets, n.SSID, n.Joining)
		if n.Problem != nil {
			secrets = append(secrets, n.Problem.SSID)
		}
	}
	if h.net != nil {
		secrets = append(secrets, h.net.Own().SSID, h.net.Own().Password)
	}
	blank := diagnosis.NewBlank(secrets)
	files := map[string][]byte{
		"read-me.txt": []byte("This file helps to find a fault of a baby monitor. Passwords, codes, and names of people\nand Wi-Fis are taken out. Look through it before you give it away.\n"),
		"monitor.txt": []byte(blank.Text(h.summary())),
		"board.txt":   []byte(blank.Text(boardFacts(h.place.data))),
		"log.txt":     blank.Log(h.care.recent.Lines()),
	}
	for name, make := range map[string]func() ([]byte, error){
		"state.json":    func() ([]byte, error) { return blank.JSON(now) },
		"settings.toml": func() ([]byte, error) { return settingsWithout(blank, h.book.Get()) },
		"devices.json":  func() ([]byte, error) { return blank.JSON(h.examine(ctx)) },
		"events.json": func() ([]byte, error) {
			events, err := h.diary.Events(ctx, time.Now().Add(-7*24*time.Hour), time.Now().Add(time.Minute), "")
			if err != nil {
				return nil, err
			}
			return blank.JSON(events)
		},
	} {
		text, err := make()
		if err != nil { // what is broken is what the report is for
			text = []byte(blank.Text("this part is missing: " + err.Error() + "\n"))
		}
		files[name] = text
	}
	return diagnosis.Pack(to, files, time.Now())
}

// settingsWithout is the settings in force as TOML, without secrets.
func settingsWithout(blank *diagnosis.Blank, settings any) ([]byte, error) {
	text, err := toml.Marshal(settings)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	return toml.Marshal(blank.Value(tree))
}

// summary is the monitor in a few lines.
func (h *house) summary() string {
	var b strings.Builder
	reason, err := h.rooms.Health()
	fmt.Fprintf(&b, "version   %s (%s, %s/%s)\n", h.care.version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(&b, "now       %s, the clock is set: %v\n", time.Now().UTC().Format(time.RFC3339), clockSet())
	fmt.Fprintf(&b, "running   %v\n", time.Since(h.store.Get().Device.Started).Round(time.Second))
	fmt.Fprintf(&b, "health    %s %v\n", reason, err)
	fmt.Fprintf(&b, "simulated %v, updates %q\n\n", h.place.sim, h.care.way)
	for _, r := range h.rooms.Reports() {
		fmt.Fprintf(&b, "%-20s %-9s since %s, %d restarts %s\n", r.Name, r.Condition, r.Since.UTC().Format(time.RFC3339), r.Restarts, r.Detail)
	}
	return b.String()
}

// boardFacts is what the kernel tells of the computer.
func boardFacts(data string) string {
	var b strings.Builder
	for _, path := range []string{
		"/proc/device-tree/model", "/etc/debian_version", applianceFile, "/proc/version", "/proc/uptime", "/proc/loadavg", "/proc/meminfo",
		"/proc/pressure/cpu", "/proc/pressure/memory", "/proc/pressure/io",
		"/sys/devices/platform/soc/soc:firmware/get_throttled", "/sys/class/thermal/thermal_zone0/temp", "/proc/asound/cards",
	} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // other boards have no such thing
		}
		text = []byte(strings.Trim(strings.ReplaceAll(string(text), "\x00", ""), "\n"))
		fmt.Fprintf(&b, "== %s\n%s\n", path, text[:min(len(text), 4000)])
	}
	for _, dir := range []string{"/", data} {
		var s syscall.Statfs_t
		if err := syscall.Statfs(dir, &s); err == nil {
			fmt.Fprintf(&b, "== room in %s: %d of %d MB\n", filepath.Base(dir), int64(s.Bavail)*int64(s.Bsize)>>20, int64(s.Blocks)*int64(s.Bsize)>>20)
		}
	}
	return b.String()
}
