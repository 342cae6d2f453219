package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"babymonitor/internal/state"
)

func TestRunServesAndStops(t *testing.T) {
	h := &house{t: t, store: &state.Store{}}
	o := h.options()
	o.HTTP, o.HTTPS = "127.0.0.1:0", "127.0.0.1:0"
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	plain, secure := s.Addresses()
	if len(plain) != 1 || len(secure) != 1 || !strings.HasPrefix(secure[0], "https://127.0.0.1:") {
		t.Fatalf("addresses %v %v", plain, secure)
	}
	for range 2 { // it may be started again
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(s)}}
		for _, url := range []string{plain[0], secure[0]} {
			res, err := client.Get(url + "/healthz")
			for errors.Is(err, syscall.ECONNREFUSED) && t.Context().Err() == nil { // not open yet
				res, err = client.Get(url + "/healthz")
			}
			if err != nil {
				t.Fatal(err)
			}
			if res.Body.Close(); res.StatusCode != 200 {
				t.Errorf("%s: %s", url, res.Status)
			}
		}
		client.CloseIdleConnections()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
	}
}

func TestStopEndsWhoListens(t *testing.T) {
	h := &house{t: t, store: &state.Store{}}
	o := h.options()
	o.HTTP = "127.0.0.1:0"
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := s.Addresses()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	h.front = &httptest.Server{URL: plain[0]}
	p := h.phone(t)
	p.want(200, "POST", "/api/setup", `{"name":"anna","password":"anna's password"}`)
	res, err := p.Get(plain[0] + "/api/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	cancel()
	if _, err := io.Copy(io.Discard, res.Body); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the stream ended with %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestPortInUseNamesTheSetting(t *testing.T) {
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	h := &house{t: t, store: &state.Store{}}
	for option, set := range map[string]func(*Options, string){
		"--http":  func(o *Options, at string) { o.HTTP = at },
		"--https": func(o *Options, at string) { o.HTTP, o.HTTPS = "127.0.0.1:0", at },
	} {
		o := h.options()
		set(&o, taken.Listener.Addr().String())
		_, err := New(o)
		if err == nil || !strings.Contains(err.Error(), "another program uses") || !strings.HasSuffix(err.Error(), "with "+option) {
			t.Errorf("%s: %v", option, err)
		}
	}
}

func TestDataThatCannotBeWritten(t *testing.T) {
	h := &house{t: t, store: &state.Store{}}
	o := h.options()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Data = filepath.Join(file, "data")
	if _, err := New(o); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("error is %v", err)
	}
}
