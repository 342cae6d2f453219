package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// What instructions become: the share of one core of a Raspberry Pi 3. Where
// these numbers are not known for sure they are chosen to its disadvantage.
const (
	clock = 1.2e9 // cycles a second of its Cortex-A53
	// Cycles an instruction. LLVM's model of this core (llvm-mca
	// -mcpu=cortex-a53), applied to the blocks that make 80 to 94 % of what is
	// counted, each as if it were a loop, says 2.4 for the way to a phone (1.7 to
	// 2.8 in BoringSSL's NEON code, 2 to 3 in Go's runtime), 2.5 for the echo
	// canceller and 1.9 for libopus.
	cyclesOfGo, cyclesOfOpus = 2.5, 1.9
	// Bytes a second that memcpy moves on a Raspberry Pi 3, measured by the
	// authors of github.com/Idein/qmkl (pull request 35), buffers of 4 MB. Such
	// copies wait for memory, so this takes the place of their instructions.
	copyRate = 600e6
	// Seconds that the kernel takes, guessed from above: for a packet on its way
	// to the network, and for any other call, waiting and waking up included.
	// Reading the clock is none there.
	packetCost, callCost = 8e-6, 5e-6
)

// Numbers of system calls of 64-bit ARM (asm-generic/unistd.h).
const (
	clockGettime = 113
	sendmsg      = 211
)

// pi runs programs for a Raspberry Pi and counts what they do.
type pi struct {
	dir     string // with the plugin and the programs
	sysroot string
}

// copier is the function of Go that copies.
const copier = "runtime.memmove"

// markAt is where an emulated command has the plugin's options.
const markAt = 6

// emulate prepares a run of a program on a Cortex-A53 without the instructions
// for cryptography, which a Raspberry Pi's has not. The count goes to a file.
func (p pi) emulate(ctx context.Context, out string, f functions, program string, args ...string) *exec.Cmd {
	_ = os.Remove(out)
	from, to := f.bounds(copier)
	plugin := fmt.Sprintf("%s,from=%d,to=%d,out=%s", filepath.Join(p.dir, "count.so"), from, to, out)
	cmd := exec.CommandContext(ctx, "qemu-aarch64", append([]string{"-cpu", "cortex-a53", "-L", p.sysroot, "-plugin", plugin, program}, args...)...)
	cmd.Env = append(os.Environ(), "GODEBUG=cpu.aes=off,cpu.pmull=off,cpu.sha1=off,cpu.sha2=off,cpu.crc32=off", "GOMAXPROCS=4",
		"QEMU_SET_ENV=LD_PRELOAD="+filepath.Join(p.dir, "plain.so"))
	cmd.Stderr = os.Stderr
	return cmd
}

// operation counts what one operation of a benchmark does: the difference of
// many and few.
func (p pi) operation(ctx context.Context, program, benchmark string) (*tally, error) {
	const few, many = 20, 220
	program = filepath.Join(p.dir, program)
	f, err := readFunctions(program)
	if err != nil {
		return nil, err
	}
	var counts []*tally
	for _, n := range []int{many, few} {
		out := filepath.Join(p.dir, "operation.count")
		cmd := p.emulate(ctx, out, f, program, "-test.run=^$", "-test.bench="+benchmark, fmt.Sprintf("-test.benchtime=%dx", n))
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", benchmark, err)
		}
		t, err := readTally(out, f, func(string) bool { return false })
		if err != nil {
			return nil, err
		}
		counts = append(counts, t)
	}
	t := counts[0]
	t.less(counts[1])
	for name := range t.instructions {
		t.instructions[name] /= many - few
	}
	t.stored /= many - few
	return t, nil
}

// share is what instructions take of a core, in per cent.
func share(instructions, rate, cycles float64) float64 {
	return 100 * instructions * rate * cycles / clock
}

// run counts and prints all.
func (p pi) run(ctx context.Context) error {
	var err error
	if p.dir, err = filepath.Abs(p.dir); err != nil {
		return err
	}
	fmt.Printf("on a Raspberry Pi 3: a core's share, told from instructions of an emulated Cortex-A53 at %g GHz\n\n", clock/1e9)
	if err := p.pictures(ctx); err != nil {
		return err
	}
	return p.sound(ctx)
}

// need is what a picture needs.
type need struct{ instructions, copied, calls, packets float64 }

// of divides what was counted for so many pictures. Copying is no instruction
// here, see copyRate.
func of(t *tally, pictures float64) need {
	n := need{instructions: float64(t.total()-t.instructions[copier]) / pictures, copied: float64(t.stored) / pictures}
	for number, times := range t.calls {
		if number != clockGettime && number != sendmsg {
			n.calls += float64(times) / pictures
		}
	}
	return n
}

// row writes a line of the table.
func (n need) row(t *tabwriter.Writer, name string, goal int) {
	code, copies := share(n.instructions, journeyFPS, cyclesOfGo), 100*n.copied*journeyFPS/copyRate
	kernel := 100 * journeyFPS * (n.calls*callCost + n.packets*packetCost)
	fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%.1f %%\t%.1f %%\t%.1f %%\t≤ %d %%\t%.1f %%\t\n",
		name, n.instructions, n.copied, code, copies, code+copies, goal, kernel)
}

// pictures prints the ways of a picture from the camera to one phone.
func (p pi) pictures(ctx context.Context) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "1280×720, 30 fps, 2 Mb/s to one phone\tinstructions\tcopied B/frame\tcode\tcopies\twe take\tgoal\tkernel, guessed\t")
	var most []string
	var last need
	for _, way := range []struct {
		kind, name string
		goal       int
	}{
		{"passthrough", "camera's own H.264", 4},
		{"shared", "raw, through an encoder that shares its memory", 15},
		{"copied", "raw, through an encoder by copy", 15},
	} {
		j, err := p.journey(ctx, way.kind)
		if err != nil {
			return fmt.Errorf("%s: %w", way.kind, err)
		}
		last = of(j.tally, journeyUntil-journeyFrom)
		last.packets = j.packets
		last.row(t, way.name, way.goal)
		most = append(most, fmt.Sprintf("%s: %s", way.name, j.most(6)))
	}
	// Before the copy, a raw picture of rpicam-vid is read from a pipe in pieces,
	// each with a poll, and brought into range. The benchmark copies where the
	// program reads, which is the kernel's work.
	raw, err := p.operation(ctx, "rpicam.test", "^BenchmarkRawPicture$")
	if err != nil {
		return err
	}
	const picture, piece = 1280 * 720 * 3 / 2, 64 << 10
	last.instructions += of(raw, 1).instructions
	last.calls += 2*picture/piece + picture/copyRate/callCost
	last.row(t, "raw of rpicam-vid, through an encoder by copy", 15)
	t.Flush()
	fmt.Printf("\nwhere the code's share goes\n%s\n\n", strings.Join(most, "\n"))
	return nil
}

// sound prints what sound needs. A frame of sound lasts 20 ms.
func (p pi) sound(ctx context.Context) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "sound\tinstructions a frame of 20 ms\tshare\t")
	for _, o := range []struct {
		name, program, benchmark string
		cycles                   float64
	}{
		{"encoding it (Opus)", "opus.test", "^BenchmarkEncode$", cyclesOfOpus},
		{"decoding a phone's (Opus)", "opus.test", "^BenchmarkDecode$", cyclesOfOpus},
		{"echo canceller while something is played", "echo.test", "^BenchmarkFrame$/^playing$", cyclesOfGo},
		{"echo canceller while nothing is played", "echo.test", "^BenchmarkFrame$/^silent$", cyclesOfGo},
	} {
		done, err := p.operation(ctx, o.program, o.benchmark)
		if err != nil {
			return err
		}
		fmt.Fprintf(t, "%s\t%d\t%.1f %%\t\n", o.name, done.total(), share(float64(done.total()), 50, o.cycles))
	}
	return t.Flush()
}
