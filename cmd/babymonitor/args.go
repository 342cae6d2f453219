package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"

	"babymonitor/internal/config"
	"babymonitor/internal/sim"
	"babymonitor/web"
)

// Where things are on a device, and in the simulation.
const (
	defaultConfig = "/etc/babymonitor.toml"
	defaultData   = "/var/lib/babymonitor"
	simData       = "./.data"
)

// place is where the program finds and serves things.
type place struct {
	sim       bool
	config    string // settings file, "" for none
	required  bool   // the settings file was named, so it must be there
	data      string // directory of all that the monitor keeps
	http      string // addresses, "" for none
	https     string
	own       bool // the addresses were named
	inherited web.Inherited
	mediaPort int
	try       string     // what the doctor is to move, click or play
	world     sim.Change // how the simulated nursery begins
}

// parsePlace reads the flags of run and doctor.
func parsePlace(name string, args []string, out io.Writer) (place, error) {
	var p place
	f := newFlags(name, out)
	f.BoolVar(&p.sim, "sim", false, "")
	f.StringVar(&p.config, "config", "", "")
	f.StringVar(&p.data, "data", "", "")
	f.StringVar(&p.http, "http", "", "")
	f.StringVar(&p.https, "https", "", "")
	f.IntVar(&p.mediaPort, "media-port", 8189, "")
	world := f.String("world", "", "")
	if name == "doctor" {
		f.StringVar(&p.try, "try", "", "")
	}
	if err := f.Parse(args); err != nil {
		return p, err
	}
	if f.NArg() > 0 {
		return p, fmt.Errorf("%q is not understood: %w", strings.Join(f.Args(), " "), errUsage)
	}
	if p.mediaPort < 0 || p.mediaPort > 65535 {
		return p, fmt.Errorf("--media-port %d: a port is 0 to 65535: %w", p.mediaPort, errUsage)
	}
	if *world != "" {
		var err error
		if p.world, err = sim.ParseChange([]byte(*world)); err != nil || !p.sim {
			return p, fmt.Errorf("--world %s: it goes with --sim (%w): %w", *world, err, errUsage)
		}
	}
	p.required = p.config != ""
	p.own = p.http != "" || p.https != ""
	set := func(value *string, device, sim string) {
		switch {
		case *value != "":
		case p.sim:
			*value = sim
		default:
			*value = device
		}
	}
	set(&p.config, defaultConfig, "")
	set(&p.data, defaultData, simData)
	set(&p.http, ":80", "127.0.0.1:8080")
	set(&p.https, ":443", "127.0.0.1:8443")
	return p, nil
}

// takeOver serves at the sockets that a service manager has opened, unless
// addresses were named.
func (p *place) takeOver(sockets web.Inherited, log *slog.Logger) {
	if p.own || !sockets.Any() {
		return
	}
	p.inherited, p.http, p.https = sockets, "", ""
	for _, door := range sockets.Missing() {
		log.Error("The page cannot be opened by "+door+": another program uses its port. Stop that program, then: systemctl restart babymonitor", "door", door)
	}
}

// settings loads the settings file. Without one, the defaults hold.
func (p place) settings() (config.Settings, error) {
	base := config.Default()
	if p.sim {
		base = config.DefaultSim()
	}
	if p.config == "" {
		return base, nil
	}
	s, err := config.Load(base, p.config)
	if errors.Is(err, fs.ErrNotExist) && !p.required {
		return base, nil
	}
	return s, err
}

// configCommand checks a settings file.
func configCommand(args []string, out io.Writer) error {
	if len(args) != 2 || args[0] != "check" {
		return fmt.Errorf("it is `babymonitor config check FILE`: %w", errUsage)
	}
	_, err := config.Load(config.Default(), args[1])
	var faults config.Faults
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			fmt.Fprintln(out, f)
		}
		return exitError{code: 2}
	case err != nil:
		return exitError{2, err}
	}
	fmt.Fprintf(out, "%s: fine\n", args[1])
	return nil
}
