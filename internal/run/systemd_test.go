package run

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchdogIsPettedOnlyWhileHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := make(chan string, 100)
		var sick atomic.Bool
		n := notifier{
			notify:  func(s string) (bool, error) { sent <- s; return true, nil },
			every:   10 * time.Second,
			healthy: func() bool { return !sick.Load() },
			log:     slog.New(slog.DiscardHandler),
		}
		ctx, stop := context.WithCancel(t.Context())
		ready := make(chan struct{})
		done := make(chan error, 1)
		go func() { done <- n.run(ctx, ready) }()

		expect := func(what string, want ...string) {
			t.Helper()
			synctest.Wait()
			var got []string
			for len(sent) > 0 {
				got = append(got, <-sent)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: sent %q, want %q", what, got, want)
			}
		}
		time.Sleep(time.Minute)
		expect("before it is ready")
		close(ready)
		expect("at first", "READY=1", "WATCHDOG=1")
		time.Sleep(20 * time.Second)
		expect("healthy", "WATCHDOG=1", "WATCHDOG=1")
		sick.Store(true)
		time.Sleep(time.Minute)
		expect("sick")
		sick.Store(false)
		time.Sleep(10 * time.Second)
		expect("mended", "WATCHDOG=1")
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		expect("at the end", "STOPPING=1")
	})
}

func TestSystemdSpeaksToTheSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Skipf("no unix sockets here: %v", err)
	}
	defer socket.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "3600000000")
	t.Setenv("WATCHDOG_PID", "")

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready := make(chan struct{})
	close(ready)
	done := make(chan error, 1)
	go func() { done <- Systemd(ready, func() bool { return true }, slog.New(slog.DiscardHandler)).Run(ctx) }()
	for _, want := range []string{"READY=1", "WATCHDOG=1", "STOPPING=1"} {
		if want == "STOPPING=1" {
			stop()
		}
		buf := make([]byte, 100)
		n, err := socket.Read(buf)
		if err != nil || string(buf[:n]) != want {
			t.Errorf("got %q, %v, want %q", buf[:n], err, want)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestSystemdWithoutASocketOnlyWaits(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ready := make(chan struct{})
		close(ready)
		done := make(chan error, 1)
		never := func() bool { t.Error("asked for health"); return true }
		go func() { done <- Systemd(ready, never, slog.New(slog.DiscardHandler)).Run(ctx) }()
		time.Sleep(time.Hour)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
