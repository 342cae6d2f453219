package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"babymonitor/web/rtc/rtctest"
)

// The parent whose eyes the viewers are.
const (
	name     = "Bench"
	password = "no password of yours"
)

// server is a process with viewers.
type server struct {
	*process
	basic bool // the viewers must log in
}

// startMonitor starts the monitor in its simulation, or playing a clip.
func (b *bench) startMonitor(ctx context.Context, clip string) (*server, error) {
	data, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return nil, err
	}
	args := []string{"--sim", "--data", data, "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--media-port", "0"}
	if clip != "" {
		file := filepath.Join(data, "bench.toml")
		text := fmt.Sprintf("[camera]\nsource = \"file\"\nfile = %q\nmax_viewers = 64\n", clip)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		args = append(args, "--config", file)
	}
	p, err := start(ctx, b.binary, args...)
	if err != nil {
		return nil, err
	}
	s := &server{process: p, basic: true}
	if err := s.setUp(filepath.Join(data, "babymonitor-setup.txt")); err != nil {
		p.stop()
		return nil, err
	}
	return s, nil
}

// setUp claims a new monitor.
func (s *server) setUp(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	code := regexp.MustCompile(`\d{4}-\d{4}`).FindString(string(text))
	body, err := json.Marshal(map[string]string{"code": code, "name": name, "password": password})
	if err != nil {
		return err
	}
	r, err := http.Post(s.url+"/api/setup", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("the set-up answered %s", r.Status)
	}
	return nil
}

func (b *bench) startPlain(ctx context.Context) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, self, "-plain", b.clip)
	if err != nil {
		return nil, err
	}
	return &server{process: p}, nil
}

// dial opens n sessions and waits until each has its first keyframe.
func (s *server) dial(ctx context.Context, n int) (viewers []*rtctest.Viewer, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c := rtctest.Config{URL: s.url, Nack: true, Feedback: true}
	if s.basic {
		c.Name, c.Password = name, password
	}
	for range n {
		v, err := rtctest.Dial(ctx, c)
		if err != nil {
			closeAll(viewers)
			return nil, err
		}
		viewers = append(viewers, v)
	}
	for _, v := range viewers {
		if _, err := v.Wait(ctx, func(s rtctest.Stats) bool { return s.First > 0 }); err != nil {
			closeAll(viewers)
			return nil, fmt.Errorf("a viewer saw no picture: %w", err)
		}
	}
	return viewers, nil
}

func closeAll(viewers []*rtctest.Viewer) {
	for _, v := range viewers {
		v.Close()
	}
}

// outcome is what one server needed, by the number of viewers.
type outcome struct {
	loads []load
	first []time.Duration // until the first keyframe of each of the last crowd
}

// crowd measures a server with growing numbers of viewers.
func (b *bench) crowd(ctx context.Context, counts []int, open func() (*server, error)) (outcome, error) {
	var out outcome
	s, err := open()
	if err != nil {
		return out, err
	}
	defer s.stop()
	var viewers []*rtctest.Viewer
	defer func() { closeAll(viewers) }()
	for _, n := range counts {
		more, err := s.dial(ctx, n-len(viewers))
		if err != nil {
			return out, err
		}
		viewers = append(viewers, more...)
		l, err := s.watch(ctx, b.span)
		if err != nil {
			return out, err
		}
		out.loads = append(out.loads, l)
		out.first = out.first[:0]
		for _, v := range more {
			out.first = append(out.first, v.Stats().First)
		}
	}
	for _, v := range viewers {
		if v.Stats().Frames < int(b.span.Seconds()*20) {
			return out, errors.New("a viewer saw less than 20 pictures a second: this machine is too slow or too busy for the measure")
		}
	}
	return out, nil
}

// perViewer returns what each viewer beyond the first needs: milliseconds of
// processor time a second, and megabytes.
func (o outcome) perViewer(counts []int) (cpu, memory float64) {
	last := len(counts) - 1
	more := float64(counts[last] - counts[1])
	return 1000 * (o.loads[last].share - o.loads[1].share) / more,
		float64(o.loads[last].memory-o.loads[1].memory) / 1e6 / more
}

func (o outcome) quantile(q float64) int64 {
	sorted := slices.Sorted(slices.Values(o.first))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)].Milliseconds()
}
