package v4l2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"babymonitor/camera"
	"babymonitor/web/access"
	"babymonitor/web/rtc"
)

// A journey is the way of pictures from the device to one phone, all of it the
// monitor's own code but for the kernel. The test binary makes it when it is
// started by cmd/bench, which counts the processor's instructions meanwhile:
// standard input is the camera, each byte of which is a picture that is there,
// and the phone is another process.
const (
	journeyKind  = "BENCH_JOURNEY"       // one of journeys
	journeyFrom  = "BENCH_JOURNEY_FROM"  // after which picture is counted
	journeyUntil = "BENCH_JOURNEY_UNTIL" // and until which
)

// journeys are the sources by name.
var journeys = map[string]func() (camera.Source, error){ // never changed
	"passthrough": func() (camera.Source, error) {
		return journeySource(fedCamera(firmware()), nil)
	},
	"shared": func() (camera.Source, error) {
		film := webcam(fmtYU12)
		return journeySource(fedCamera(film), codec())
	},
	"copied": func() (camera.Source, error) {
		film := webcam(fmtYU12)
		film.noExport = true
		return journeySource(fedCamera(film), codec())
	},
}

func TestMain(m *testing.M) {
	if kind := os.Getenv(journeyKind); kind != "" {
		if err := travel(kind); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fedCamera lets a fake camera's pictures come when standard input says so, at no
// cost to this process: they lie in its buffers already.
func fedCamera(d *fakeDevice) *fakeDevice {
	d.fed = true
	d.fill = func(_ int, l layout, b []byte) int { return l.stride * l.height * 3 / 2 }
	return d
}

// journeySource is the source that a device is, with an encoder where it needs one.
func journeySource(film, code *fakeDevice) (camera.Source, error) {
	k := newFake(map[string]*fakeDevice{"/dev/video0": film})
	if code != nil {
		film.stride = code.stride
		code.still = true
		k.devices["/dev/video11"] = code
	}
	film.still = true
	c, err := open(Options{}, k, k.paths)
	if err != nil {
		return nil, err
	}
	return c.Source(func(m camera.Mode) (camera.Encoder, error) {
		return encoderOptions{kernel: k, paths: k.paths(), coded: fmtH264, waits: c.waits}.open(m)
	}), nil
}

// counted is a source that marks the first and the last picture of the count.
type counted struct {
	camera.Source
	from, until int
	done        func()
}

func (c counted) Capture(ctx context.Context, m camera.Mode, emit func(camera.AccessUnit)) error {
	n := 0
	return c.Source.Capture(ctx, m, func(u camera.AccessUnit) {
		if u.NALUs == nil {
			return
		}
		if n++; n == c.from || n == c.until {
			_, _ = unix.Getpriority(unix.PRIO_PROCESS, 0) // the mark: nothing else makes this call
		}
		emit(u)
		if n == c.until {
			c.done()
		}
	})
}

// travel serves one phone until the count is over.
func travel(kind string) error {
	open, ok := journeys[kind]
	if !ok {
		return errors.New("no such journey: " + kind)
	}
	source, err := open()
	if err != nil {
		return err
	}
	if err := unix.SetNonblock(0, true); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	from, _ := strconv.Atoi(os.Getenv(journeyFrom))
	until, _ := strconv.Atoi(os.Getenv(journeyUntil))
	c := camera.New(camera.Options{Source: counted{source, from, until, cancel}, Mode: hd()})
	phones, err := rtc.New(rtc.Options{Watch: c.Watch, RequestKey: c.RequestKey, OwnKeys: !c.ForcesKeys(), SetBitrate: c.SetBitrate})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/whep", phones.WHEP("/whep"))
	mux.Handle("/whep/", phones.WHEP("/whep"))
	guest := access.Caller{Name: "Ada", Role: access.Viewer, Session: "s"}
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(access.WithCaller(r.Context(), guest)))
	}))
	defer door.Close()
	fmt.Println("open", door.URL)
	var all sync.WaitGroup
	errs := make([]error, 2)
	all.Go(func() { errs[0] = c.Run(ctx) })
	all.Go(func() { errs[1] = phones.Run(ctx) })
	all.Wait()
	if ctx.Err() == nil {
		return errors.Join(errs...)
	}
	return nil
}

// arrived says that a picture is there, and takes notice of it.
func arrived() bool {
	var b [1]byte
	n, _ := unix.Read(0, b[:])
	return n == 1
}

// noise is the payload of a slice: bytes like those of real video, free of start
// codes.
func noise(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.UintN(256))
	}
	return bytes.ReplaceAll(b, []byte{0, 0}, []byte{0, 4})
}
