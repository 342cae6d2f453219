package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"syscall"

	"babymonitor/audio/lullaby"
	"babymonitor/audio/soundfile"
	"babymonitor/internal/config"
	"babymonitor/internal/run"
	"babymonitor/internal/sim"
	"babymonitor/internal/state"
	"babymonitor/servo"
	"babymonitor/web"
	"babymonitor/web/rtc"
	"babymonitor/web/ui"
)

// doorsOut makes the phones' sessions and the web server, which opens the
// ports.
func (h *house) doorsOut() error {
	var err error
	if h.phones, err = rtc.New(h.sessions()); err != nil {
		return err
	}
	o := web.Options{
		Log: h.room("web"), HTTP: h.place.http, HTTPS: h.place.https, Inherited: h.place.inherited, Data: h.place.data,
		OpenSetup: !h.settings.Access.SetupCode, Page: ui.FS(),
		State: h.store, History: h.diary, Settings: parentsBook{h}, Health: h.healthz, Doctor: h.examine,
		Care: parentsCare{h}, ClockSet: clockSet,
		Night: h.setNight, Zoom: h.camera.SetZoom, Player: h.play, Lullabies: shelf{h.library},
		Snapshot: h.album.picture, Pictures: h.pictures,
		Whep: h.phones.WHEP("/whep"), Socket: h.phones.WebSocket(), Kick: h.phones.Kick, Forget: h.phones.EndUser,
	}
	if h.head != nil {
		o.Head, o.Presets = h.head, shownPresets{h}
	}
	if h.devices.world != nil {
		o.Sim = nursery{h.devices.world}
	}
	if h.net != nil {
		o.WiFi, o.Announced = h.net, h.net.name
	}
	if h.doors, err = web.New(o); err != nil {
		h.phones.Close()
		return err
	}
	h.rooms.Add("phones", run.Func(h.keepPhones))
	h.rooms.Add("web", h.doors)
	h.rooms.Vital("web", h.doors.Signs)
	h.store.Update(func(s *state.State) {
		s.Device.HTTP, s.Device.HTTPS = h.doors.Addresses()
		s.Device.MediaPort = h.phones.Port()
	})
	return nil
}

// sessions is what the house lends to the phones' sessions.
func (h *house) sessions() rtc.Options {
	o := rtc.Options{
		Log: h.room("phones"), MediaPort: h.place.mediaPort,
		MaxViewers: h.settings.Camera.MaxViewers, MaxBitrate: h.settings.Camera.MaxBitrate,
		Watch: h.camera.Watch, RequestKey: h.camera.RequestKey, OwnKeys: !h.camera.ForcesKeys(), SetBitrate: h.camera.SetBitrate,
		Hear: h.ear.Packets, Talk: h.voice.Talk,
		Viewers: func(now []state.Viewer) {
			h.store.Update(func(s *state.State) { s.Viewers = now })
		},
	}
	if h.head != nil {
		o.Drive = func(pan, tilt float64) { h.head.Drive(servo.Velocity{Pan: pan, Tilt: tilt}) }
	}
	return o
}

// keepPhones runs the phones' sessions. Their port cannot be opened twice by
// one server, so a failure means a new house.
func (h *house) keepPhones(ctx context.Context) error {
	err := run.Catch(func() error { return h.phones.Run(ctx) })
	if ctx.Err() == nil {
		h.log.Error("the phones' sessions failed", "error", err)
		h.rebuild(errRebuild)
	}
	return err
}

// healthz is the word for /healthz.
func (h *house) healthz() (reason string, ok bool) {
	reason, err := h.rooms.Health()
	return reason, err == nil
}

// parentsBook brings what parents change into force.
type parentsBook struct{ h *house }

func (b parentsBook) Get() config.Settings { return b.h.book.Get() }
func (b parentsBook) RestartNeeded() bool  { return b.h.book.RestartNeeded() }

// Patch implements web.Settings. What a room takes only at its start comes
// with a new house, once the answer is on its way.
func (b parentsBook) Patch(body []byte) (config.Change, error) {
	change, err := b.h.book.Patch(body)
	if err != nil {
		return change, err
	}
	b.h.store.Update(func(s *state.State) { s.Device.Name = change.Is.Name })
	b.h.player.SetMaxVolume(change.Is.Audio.MaxVolume)
	b.h.lookAgain()
	if change.Restart {
		b.h.rebuildSoon()
	}
	return change, nil
}

// shownPresets keeps presets and shows them at once.
type shownPresets struct{ h *house }

func (p shownPresets) Presets() map[string]servo.Pose { return p.h.head.Presets() }

func (p shownPresets) SavePreset(name string, pose servo.Pose) error {
	return p.shown(p.h.head.SavePreset(name, pose))
}

func (p shownPresets) DeletePreset(name string) error {
	return p.shown(p.h.head.DeletePreset(name))
}

func (p shownPresets) shown(err error) error {
	if err == nil {
		presets := poses(p.h.head.Presets())
		p.h.store.Update(func(s *state.State) { s.Head.Presets = presets })
	}
	return err
}

// shelf shows the lullabies at the door.
type shelf struct{ library *lullaby.Library }

func (s shelf) List() []web.Lullaby {
	tracks := s.library.List()
	all := make([]web.Lullaby, len(tracks))
	for i, t := range tracks {
		all[i] = shown(t)
	}
	return all
}

func (s shelf) Add(ctx context.Context, name string, sound io.Reader) (web.Lullaby, error) {
	t, err := s.library.Add(ctx, name, sound)
	return shown(t), lullabyProblem(err)
}

func (s shelf) Remove(id string) error { return lullabyProblem(s.library.Remove(id)) }

func shown(t lullaby.Track) web.Lullaby {
	return web.Lullaby{ID: t.ID, Title: t.Title, Kind: string(t.Kind), Seconds: t.Seconds, Origin: t.Origin}
}

// lullabyProblem chooses the status of an error of the lullabies.
func lullabyProblem(err error) error {
	for _, known := range []struct {
		err    error
		status int
	}{
		{lullaby.ErrUnknown, http.StatusNotFound},
		{lullaby.ErrBuiltIn, http.StatusConflict},
		{lullaby.ErrTooLarge, http.StatusRequestEntityTooLarge},
		{lullaby.ErrFull, http.StatusInsufficientStorage},
		{lullaby.ErrOrder, http.StatusUnprocessableEntity},
		{soundfile.ErrFormat, http.StatusUnsupportedMediaType},
		{syscall.ENOSPC, http.StatusInsufficientStorage},
		{fs.ErrNotExist, http.StatusNotFound},
	} {
		if errors.Is(err, known.err) {
			return &web.Problem{Status: known.status, Detail: err.Error()}
		}
	}
	return err
}

// nursery opens the simulated world to the door.
type nursery struct{ world *sim.World }

func (n nursery) Change(body []byte) error {
	change, err := sim.ParseChange(body)
	if err != nil {
		return err
	}
	return n.world.Apply(change)
}

func (n nursery) SpeakerWAV(to io.Writer, seconds float64) error {
	return n.world.SpeakerWAV(to, seconds)
}

// errAbsent is the answer of a monitor without some device.
func errAbsent(device string) error {
	return &web.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("this monitor has no %s; name its driver in the settings file", device)}
}
