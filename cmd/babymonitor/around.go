package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"syscall"
	"time"

	"babymonitor/internal/state"
	"babymonitor/internal/welcome"
)

// aroundEvery is how often the monitor looks at what is around it.
const aroundEvery = 2 * time.Second

// lookAround keeps true what changes by itself: the addresses of the page,
// whether the clock is right, and what the owner of a new monitor reads on its
// card.
func (h *house) lookAround(ctx context.Context) error {
	tick := time.NewTicker(aroundEvery)
	defer tick.Stop()
	written := welcome.Card{Code: "none yet"}
	for {
		if h.net != nil {
			h.net.askName(ctx)
		}
		h.refresh()
		if err := h.welcome(&written); err != nil {
			h.log.Warn("The set-up code cannot be written beside the data.", "reason", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// refresh shows addresses and clock, where they have changed.
func (h *house) refresh() {
	http, https := h.doors.Addresses()
	set := clockSet()
	if d := h.store.Get().Device; slices.Equal(d.HTTP, http) && slices.Equal(d.HTTPS, https) && d.ClockSet == set {
		return
	}
	h.store.Update(func(s *state.State) { s.Device.HTTP, s.Device.HTTPS, s.Device.ClockSet = http, https, set })
}

// welcome writes what the owner reads, until the monitor is set up.
func (h *house) welcome(written *welcome.Card) error {
	card := welcome.Card{Code: h.doors.SetupCode()}
	if card.Code == "" {
		if written.Code == "" {
			return nil
		}
		*written = card
		if h.net != nil {
			own := h.net.Own()
			card.SSID, card.Password = own.SSID, own.Password
		}
		return errors.Join(welcome.Remove(h.place.data), card.WriteOwn(h.place.data))
	}
	card.Addresses = h.store.Get().Device.HTTP
	if h.net != nil {
		own := h.net.Own()
		card.SSID, card.Password = own.SSID, own.Password
	}
	if card.Code == written.Code && slices.Equal(card.Addresses, written.Addresses) {
		return nil
	}
	if err := card.Write(h.place.data); err != nil {
		return err
	}
	*written = card
	return nil
}

// clockSet says whether this machine knows the time: it was told by the network,
// or it has a clock that goes on without power. A board without one starts where
// it stopped, or in 1970. Elsewhere than on the image somebody else answers for
// the clock.
func clockSet() bool {
	if time.Now().Year() < firstYear {
		return false
	}
	if _, err := os.Stat(applianceFile); err != nil {
		return true
	}
	for _, sign := range []string{"/run/systemd/timesync/synchronized", "/sys/class/rtc/rtc0"} {
		if _, err := os.Stat(sign); err == nil {
			return true
		}
	}
	const unsynchronised = 0x40 // STA_UNSYNC of adjtimex(2)
	var t syscall.Timex
	_, err := syscall.Adjtimex(&t)
	return err == nil && t.Status&unsynchronised == 0
}

// firstYear is when this program was made: no clock that is right says less.
const firstYear = 2026
