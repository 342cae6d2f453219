// Command bench measures the running monitor from outside and prints what it
// needs: processor time and memory by the number of viewers, beside a plain
// pion server that plays the same clip on the same machine. It judges nothing:
// machines differ, so read the ratios.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	binary := flag.String("binary", "bin/babymonitor", "the monitor to measure")
	span := flag.Duration("span", 15*time.Second, "how long each measure lasts")
	plainClip := flag.String("plain", "", "serve this clip as the plain server does, and nothing else")
	piDir := flag.String("pi", "", "count a Raspberry Pi's instructions with the programs in this folder, and nothing else")
	flag.Parse()
	if *piDir != "" {
		return pi{*piDir, ".cache/cross/arm64"}.run(ctx)
	}
	if *plainClip != "" {
		return servePlain(ctx, *plainClip)
	}
	dir, err := os.MkdirTemp("", "babymonitor-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := bench{dir: dir, binary: *binary, span: *span, clip: filepath.Join(dir, "clip.h264")}
	for _, step := range []func(context.Context) error{b.size, b.simulation, b.soundPath, b.makeClip, b.crowds} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// bench is one run of all measures.
type bench struct {
	dir, binary, clip string
	span              time.Duration
}

// size prints how large the program is.
func (b *bench) size(context.Context) error {
	info, err := os.Stat(b.binary)
	if err != nil {
		return fmt.Errorf("%w; build it with make build", err)
	}
	fmt.Printf("binary size                         %.1f MB\n", float64(info.Size())/1e6)
	return nil
}

// simulation measures the monitor with its simulated nursery.
func (b *bench) simulation(ctx context.Context) error {
	m, err := b.startMonitor(ctx, "")
	if err != nil {
		return err
	}
	defer m.stop()
	idle, err := m.watch(ctx, b.span)
	if err != nil {
		return err
	}
	fmt.Printf("nobody watches (simulation)         %.2f %% of a core; goal < 1 %%\n", 100*idle.share)
	viewers, err := m.dial(ctx, 1)
	if err != nil {
		return err
	}
	defer closeAll(viewers)
	one, err := m.watch(ctx, b.span)
	if err != nil {
		return err
	}
	fmt.Printf("one viewer (simulation, encoding)   %.1f %% of a core, %.0f MB resident; goal < 60 MB\n", 100*one.share, float64(one.memory)/1e6)
	return nil
}

// crowds compares the monitor with the plain server, by viewers.
func (b *bench) crowds(ctx context.Context) error {
	counts := []int{0, 1, 5, 20, 50}
	monitor, err := b.crowd(ctx, counts, func() (*server, error) { return b.startMonitor(ctx, b.clip) })
	if err != nil {
		return err
	}
	plain, err := b.crowd(ctx, counts, func() (*server, error) { return b.startPlain(ctx) })
	if err != nil {
		return err
	}
	fmt.Printf("\nthe same clip (1280×720, 30 fps, 2 Mb/s) and sound to many viewers by WebRTC\n")
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "viewers\tmonitor, cores\tplain pion, cores\tratio\tmonitor MB\tplain MB\tratio\t")
	for i, n := range counts {
		m, p := monitor.loads[i], plain.loads[i]
		fmt.Fprintf(t, "%d\t%.3f\t%.3f\t%.2f\t%.0f\t%.0f\t%.2f\t\n", n, m.share, p.share, m.share/p.share,
			float64(m.memory)/1e6, float64(p.memory)/1e6, float64(m.memory)/float64(p.memory))
	}
	t.Flush()
	mc, mm := monitor.perViewer(counts)
	pc, pm := plain.perViewer(counts)
	fmt.Printf("each viewer beyond the first        %.2f ms of CPU a second; goal ≤ 2.2 (plain %.2f, ratio %.2f)\n", mc, pc, mc/pc)
	fmt.Printf("                                    %.2f MB; goal ≤ 1.5 (plain %.2f, ratio %.2f)\n", mm, pm, mm/pm)
	fmt.Printf("first keyframe at the 50th viewers  p50 %d ms, p95 %d ms (plain %d, %d)\n",
		monitor.quantile(0.5), monitor.quantile(0.95), plain.quantile(0.5), plain.quantile(0.95))
	return nil
}
