package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// process is a server under measurement: a process of its own, so that what it
// costs is not mixed with what its viewers cost.
type process struct {
	cmd *exec.Cmd
	url string
}

// start runs a program and waits until it has printed a line "open URL".
func start(ctx context.Context, name string, args ...string) (*process, error) {
	return begin(exec.CommandContext(ctx, name, args...))
}

// begin starts a command and waits for the same line.
func begin(cmd *exec.Cmd) (*process, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) == 2 && f[0] == "open" {
			go func() { // ends with the process, for which stop waits
				for lines.Scan() {
				}
			}()
			return &process{cmd: cmd, url: strings.TrimSuffix(f[1], "/")}, nil
		}
	}
	_ = cmd.Wait()
	return nil, fmt.Errorf("%s ended without printing its address", cmd.Path)
}

// kill ends a process that is waited for elsewhere.
func (p *process) kill() error { return p.cmd.Process.Kill() }

// stop ends the process.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	_ = p.cmd.Wait()
}

// cpu returns the processor time that the process has used so far (proc(5),
// fields 14 and 15 of stat, in ticks of 10 ms).
func (p *process) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+2:]))
	var ticks int
	for _, s := range f[11:13] {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// memory returns the resident memory of the process, in bytes.
func (p *process) memory() (int, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS for process %d", p.cmd.Process.Pid)
}

// load is what a server needs, on average over a span of time.
type load struct {
	share  float64 // of one core
	memory int     // bytes, at the end
}

// watch measures the process for d.
func (p *process) watch(ctx context.Context, d time.Duration) (load, error) {
	before, err := p.cpu()
	if err != nil {
		return load{}, err
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return load{}, ctx.Err()
	case <-time.After(d):
	}
	after, err := p.cpu()
	if err != nil {
		return load{}, err
	}
	share := (after - before).Seconds() / time.Since(began).Seconds()
	memory, err := p.memory()
	return load{share, memory}, err
}
