package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/lullaby"
	"babymonitor/camera"
	"babymonitor/camera/ircut"
	"babymonitor/internal/backup"
	"babymonitor/internal/config"
	"babymonitor/internal/diagnosis"
	"babymonitor/internal/diary"
	"babymonitor/internal/run"
	"babymonitor/internal/sim"
	"babymonitor/internal/state"
	"babymonitor/internal/story"
	"babymonitor/servo"
	"babymonitor/web"
	"babymonitor/web/rtc"
)

// errRebuild ends a house so that it is built anew with other settings.
var errRebuild = errors.New("the settings have changed")

// house is all rooms, wired. It is built, run once and thrown away; changed
// settings that a room takes only at its start mean a new house.
type house struct {
	place    place
	log      *slog.Logger
	book     *config.Book
	settings config.Settings
	devices  *devices
	kept     *kept
	diary    *diary.Diary
	rebuild  context.CancelCauseFunc
	looks    chan struct{} // told when the picture may have to look otherwise

	rooms *run.House
	store *state.Store

	camera  *camera.Camera
	notes   notes
	album   *album
	head    *servo.Head   // nil without one
	night   *ircut.Keeper // nil without a filter
	ear     *audio.Ear
	voice   *audio.Voice
	library *lullaby.Library
	player  *lullaby.Player
	phones  *rtc.Server
	doors   *web.Server
	care    *care
	net     *network // nil where the network is no matter of ours
}

// gcPercent has memory collected sooner than Go does by itself: a board has 512 MB
// or 1 GB for everything, and little of the processor goes into collecting.
const gcPercent = 30

// runCommand runs the monitor until ctx ends.
func runCommand(ctx context.Context, args []string, out io.Writer) error {
	p, err := parsePlace("run", args, out)
	if err != nil {
		return err
	}
	recent := diagnosis.NewRing(recentLog)
	log := slog.New(slog.NewMultiHandler(newLog(os.Stderr).Handler(), slog.NewJSONHandler(recent, nil)))
	p.takeOver(web.Inherit(), log)
	debug.SetGCPercent(gcPercent)
	base, err := p.settings()
	if err != nil {
		return exitError{2, err}
	}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return fmt.Errorf("cannot keep anything in %s: %w; choose another place with --data", p.data, err)
	}
	var world *sim.World
	if p.sim {
		if world, err = sim.New(sim.Options{Seed: 1, Start: p.world}); err != nil {
			return err
		}
		world.Prepare()
	}
	net, err := openNetwork(p, world, log.With("room", "network"))
	if err != nil {
		return err
	}
	last := lasting{world: world, net: net, care: openCare(p, log.With("room", "care"), recent), diary: diary.New(filepath.Join(p.data, "history.db"), log.With("room", "history"))}
	last.diary.Moment(diary.Span{Kind: story.Restart}, version)
	for {
		h, err := build(p, base, last, log)
		if err != nil {
			return err
		}
		p.keepPorts(h)
		h.announce(out)
		if err := h.run(ctx); !errors.Is(err, errRebuild) {
			return err
		}
		last.care.between()
		log.Info("building the house anew", "reason", errRebuild)
	}
}

// newLog writes text for people and JSON for machines.
func newLog(to *os.File) *slog.Logger {
	if info, err := to.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return slog.New(slog.NewTextHandler(to, nil))
	}
	return slog.New(slog.NewJSONHandler(to, nil))
}

// lasting is what outlives a house.
type lasting struct {
	world *sim.World // nil where nothing is simulated
	net   *network   // nil where the network is no matter of ours
	diary *diary.Diary
	care  *care
}

// build makes every room and opens the ports.
func build(p place, base config.Settings, last lasting, log *slog.Logger) (*house, error) {
	if took, err := backup.Finish(p.data); err != nil {
		log.Error("A back-up was not taken over.", "reason", err)
	} else if took {
		log.Info("A back-up is taken over.")
	}
	book, err := config.Open(base, filepath.Join(p.data, "settings.toml"), log)
	if err != nil {
		return nil, err
	}
	h := &house{place: p, log: log, book: book, settings: book.Get(), store: new(state.Store), diary: last.diary, net: last.net, care: last.care}
	h.looks = make(chan struct{}, 1)
	h.kept = openKept(h.pathTo("chosen.json"), log)
	h.rooms = run.NewHouse(run.Options{Log: log, OnReport: h.roomChanged, Grace: 2500 * time.Millisecond})
	if h.devices, err = openDevices(h.settings, last.world, log); err != nil {
		return nil, err
	}
	h.store.Update(func(s *state.State) {
		s.Device = state.Device{Name: h.settings.Name, Version: h.care.version(), SupportEnd: supportEnd, Update: h.care.now(), Simulated: p.sim, Started: time.Now(), ClockSet: clockSet()}
		s.Viewers, s.Rooms = []state.Viewer{}, []state.Service{}
	})
	h.devices.onAppeared = func() { h.rebuild(errRebuild) }
	h.rooms.Add("care", run.Func(h.watchCare))
	h.memory()
	h.rooms.Add("board", run.Func(h.watchBoard))
	h.picture()
	h.sound()
	for _, make := range []func() error{h.body, h.lullabies, h.doorsOut, h.surroundings} {
		if err := make(); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// rebuildSoon has all rooms built anew once the answer to who asked for it is on
// its way.
func (h *house) rebuildSoon() {
	time.AfterFunc(time.Second, func() { h.rebuild(errRebuild) })
}

// run runs every room until ctx ends or the settings want a new house.
func (h *house) run(ctx context.Context) error {
	ctx, h.rebuild = context.WithCancelCause(ctx)
	defer h.rebuild(nil)
	ready := make(chan struct{})
	close(ready) // the ports are open
	defer h.devices.close()
	h.rooms.Add("service manager", run.Systemd(ready, h.rooms.Alive, h.log))
	if err := h.rooms.Run(ctx); err != nil {
		return err
	}
	if cause := context.Cause(ctx); errors.Is(cause, errRebuild) {
		return cause
	}
	return nil
}

// room is the log of one room.
func (h *house) room(name string) *slog.Logger { return h.log.With("room", name) }

// pathTo returns where a file of the monitor's own is.
func (h *house) pathTo(name string) string { return filepath.Join(h.place.data, name) }

// roomChanged makes a room's report a fact.
func (h *house) roomChanged(now run.Report) {
	h.store.Update(func(s *state.State) {
		rooms := make([]state.Service, 0, len(s.Rooms)+1)
		fact := state.Service{Name: now.Name, Restarts: now.Restarts, Health: state.Health{
			Condition: state.Condition(now.Condition), Detail: now.Detail, Since: now.Since,
		}}
		known := false
		for _, r := range s.Rooms {
			if r.Name == now.Name {
				r, known = fact, true
			}
			rooms = append(rooms, r)
		}
		if !known {
			rooms = append(rooms, fact)
		}
		s.Rooms = rooms
	})
}

// wellUnlessFault checks a device by its facts: it is well unless it has a
// fault.
func (h *house) wellUnlessFault(of func(state.State) state.Health) func() error {
	return func() error {
		if is := of(h.store.Get()); is.Condition == state.Fault {
			return errors.New(is.Detail)
		}
		return nil
	}
}

// keepPorts makes a house that is built anew open the ports that this one has.
func (p *place) keepPorts(h *house) {
	d := h.store.Get().Device
	p.mediaPort = d.MediaPort
	p.http = samePort(p.http, d.HTTP)
	p.https = samePort(p.https, d.HTTPS)
}

// samePort returns the address with the port of the URLs that it led to.
func samePort(address string, urls []string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil || len(urls) == 0 {
		return address
	}
	if u, err := url.Parse(urls[0]); err == nil && u.Port() != "" {
		return net.JoinHostPort(host, u.Port())
	}
	return address
}

// announce prints where the page is.
func (h *house) announce(out io.Writer) {
	d := h.store.Get().Device
	for i, url := range append(d.HTTP, d.HTTPS...) {
		word := "or"
		if i == 0 {
			word = "open"
		}
		fmt.Fprintf(out, "%-5s %s\n", word, url)
	}
	h.log.Info("the monitor runs", "version", version, "simulated", d.Simulated, "http", d.HTTP, "https", d.HTTPS, "media_port", strconv.Itoa(d.MediaPort))
}
