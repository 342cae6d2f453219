package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"babymonitor/web/rtc/rtctest"
)

// What is counted of a journey: twenty seconds, after three to settle.
const (
	journeyFPS   = 30
	journeyFrom  = 3 * journeyFPS
	journeyUntil = journeyFrom + 20*journeyFPS
)

// mark is getpriority(2) of 64-bit ARM (asm-generic/unistd.h), which nothing
// else calls.
const mark = 141

// fakes are the functions that stand in for the kernel.
var fakes = regexp.MustCompile(`^babymonitor/camera/v4l2\.(\(\*(handle|fakeKernel)\)|arrived|counted)`)

// travelled is what a journey's pictures needed.
type travelled struct {
	*tally
	packets float64 // of a picture
}

// journey counts what pictures need from the device to one phone, which is in
// this process.
func (p pi) journey(ctx context.Context, kind string) (*travelled, error) {
	program, out := filepath.Join(p.dir, "v4l2.test"), filepath.Join(p.dir, kind+".count")
	f, err := readFunctions(program)
	if err != nil {
		return nil, err
	}
	cmd := p.emulate(ctx, out, f, program)
	cmd.Args[markAt] += fmt.Sprintf(",mark=%d", mark)
	cmd.Env = append(cmd.Env, "BENCH_JOURNEY="+kind,
		"BENCH_JOURNEY_FROM="+strconv.Itoa(journeyFrom), "BENCH_JOURNEY_UNTIL="+strconv.Itoa(journeyUntil))
	feed, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	server, err := begin(cmd)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	phone, err := rtctest.Dial(ctx, rtctest.Config{URL: server.url, Nack: true, Feedback: true})
	if err != nil {
		return nil, errors.Join(err, server.kill())
	}
	defer phone.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	pace := time.NewTicker(time.Second / journeyFPS)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
			if _, err := feed.Write([]byte{1}); err != nil {
				pace.Stop() // it has ended, which tells how
			}
		case err := <-ended:
			if err != nil {
				return nil, fmt.Errorf("the emulated monitor: %w", err)
			}
			if seen := phone.Stats().Frames; seen < journeyUntil-journeyFPS {
				return nil, fmt.Errorf("the phone saw %d pictures of %d", seen, journeyUntil)
			}
			t, err := readTally(out, f, fakes.MatchString)
			return &travelled{t, float64(phone.Stats().Packets) / float64(phone.Stats().Frames)}, err
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), server.kill(), <-ended)
		}
	}
}
