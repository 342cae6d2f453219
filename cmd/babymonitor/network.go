package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"babymonitor/internal/atomicfile"
	"babymonitor/internal/run"
	"babymonitor/internal/sim"
	"babymonitor/internal/state"
	"babymonitor/internal/wifi"
)

// applianceFile is there where the whole machine is the monitor's: on the image.
// Elsewhere its network is somebody else's matter.
const applianceFile = "/usr/lib/babymonitor/appliance"

// network is the care for the network. It outlives a house.
type network struct {
	*wifi.Keeper
	country string // file
	log     *slog.Logger
	connect func(context.Context) (wifi.Manager, error)
	manager wifi.Manager // nil until it has been reached; of keep alone
	bus     bool         // there is a bus to ask for the announced name

	mu        sync.Mutex
	announced string
	asked     time.Time // when it was asked for last
}

// openNetwork returns the care for the network; nil where it is not ours.
func openNetwork(p place, world *sim.World, log *slog.Logger) (*network, error) {
	if world == nil {
		if _, err := os.Stat(applianceFile); err != nil {
			return nil, nil
		}
	}
	own, err := wifi.ReadOwn(filepath.Join(p.data, ownWiFiFile))
	if err != nil {
		return nil, err
	}
	n := &network{country: filepath.Join(p.data, countryFile), log: log}
	o := wifi.Options{Own: own, Waits: wifi.Usual(), Log: log}
	if world != nil {
		o.Waits = hurried()
		n.connect = func(context.Context) (wifi.Manager, error) { return world.Radio(), nil }
	} else {
		n.bus = true
		n.connect = func(ctx context.Context) (wifi.Manager, error) { return wifi.Connect(ctx, "", own.SSID) }
	}
	n.Keeper = wifi.NewKeeper(o)
	return n, nil
}

// hurried are waits for who tries the simulation.
func hurried() wifi.Waits {
	return wifi.Waits{Known: 3 * time.Second, Nothing: time.Second, Wrong: time.Second, Retry: time.Minute, Visitor: 30 * time.Second,
		Join: 10 * time.Second, Answer: time.Second, Look: 400 * time.Millisecond}
}

// Choose implements web.WiFi.
func (n *network) Choose(c wifi.Choice, country string) error {
	if country != "" {
		if err := atomicfile.Write(n.country, []byte(country), 0o600); err != nil {
			return fmt.Errorf("the country cannot be kept: %w", err)
		}
	}
	return n.Keeper.Choose(c)
}

// name returns the announced name; "" while it is unknown.
func (n *network) name() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.announced
}

// askEvery is how often somebody else may have taken the name.
const askEvery = 30 * time.Second

// askName asks for the announced name now and then.
func (n *network) askName(ctx context.Context) {
	n.mu.Lock()
	due := n.bus && (n.asked.IsZero() || time.Since(n.asked) >= askEvery)
	if due {
		n.asked = time.Now()
	}
	n.mu.Unlock()
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	name, err := wifi.Announced(ctx, "")
	if err != nil {
		return // not yet, or by nobody: the host name will do
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.announced = name
}

// reconnectEvery is how long a manager that does not answer is left alone.
const reconnectEvery = 5 * time.Second

// keep cares for the network until ctx ends. A manager that does not answer is
// asked again: the picture does not depend on it.
func (n *network) keep(ctx context.Context, show func(wifi.Status)) error {
	for {
		err := n.once(ctx, show)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n.log.Warn("The network manager does not answer. Asking again.", "reason", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(reconnectEvery):
		}
	}
}

func (n *network) once(ctx context.Context, show func(wifi.Status)) (err error) {
	if n.manager == nil {
		// The connection outlives this house, as the network does.
		if n.manager, err = n.connect(context.WithoutCancel(ctx)); err != nil {
			n.manager = nil
			return err
		}
	}
	err = n.Run(ctx, n.manager, show)
	if closer, ok := n.manager.(*wifi.NetworkManager); ok && ctx.Err() == nil {
		closer.Close()
		n.manager = nil
	}
	return err
}

// surroundings watches what is around the monitor: network, addresses, clock.
func (h *house) surroundings() error {
	if h.net != nil {
		h.store.Update(func(s *state.State) { s.Network = &state.Network{Way: "none", Addresses: []string{}} })
		h.rooms.Add("network", run.Func(func(ctx context.Context) error { return h.net.keep(ctx, h.showNetwork) }))
	}
	h.rooms.Add("surroundings", run.Func(h.lookAround))
	return nil
}

// showNetwork makes a status a fact.
func (h *house) showNetwork(now wifi.Status) {
	fact := &state.Network{Way: now.Way, SSID: now.SSID, Signal: now.Signal, Addresses: []string{}, Joining: now.Joining}
	for _, a := range now.Addresses {
		fact.Addresses = append(fact.Addresses, a.String())
	}
	if now.Problem != nil {
		fact.Problem = &state.WiFiProblem{SSID: now.Problem.SSID, Why: string(now.Problem.Why), Detail: now.Problem.Error()}
	}
	h.store.Update(func(s *state.State) { s.Network = fact })
}
