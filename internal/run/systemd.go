package run

import (
	"context"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Systemd is a [Service] that talks to the service manager by sd_notify(3):
// READY=1 once ready is closed, STOPPING=1 when it is told to stop, and, where
// the unit has WatchdogSec, WATCHDOG=1 three times in that span as long as
// healthy returns true. healthy must return soon: if it hangs, the watchdog
// bites, as it should.
//
// Without NOTIFY_SOCKET in the environment it does nothing.
func Systemd(ready <-chan struct{}, healthy func() bool, log *slog.Logger) Service {
	return Func(func(ctx context.Context) error {
		every, err := daemon.SdWatchdogEnabled(false)
		if err != nil {
			log.Warn("the watchdog is off: mend WATCHDOG_USEC in the environment", "error", err)
		}
		n := notifier{
			notify:  func(state string) (bool, error) { return daemon.SdNotify(false, state) },
			every:   every / 3,
			healthy: healthy,
			log:     log,
		}
		return n.run(ctx, ready)
	})
}

// notifier is Systemd with its hands free for tests.
type notifier struct {
	notify  func(state string) (bool, error)
	every   time.Duration // between two pats for the watchdog; 0: there is none
	healthy func() bool
	log     *slog.Logger
}

func (n notifier) run(ctx context.Context, ready <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return nil
	case <-ready:
	}
	sent, err := n.notify(daemon.SdNotifyReady)
	if err != nil {
		return err
	}
	if sent {
		n.watch(ctx)
	}
	<-ctx.Done()
	_, err = n.notify(daemon.SdNotifyStopping)
	return err
}

// watch pets the watchdog until ctx ends.
func (n notifier) watch(ctx context.Context) {
	if n.every <= 0 {
		return
	}
	well := true
	tick := time.NewTicker(n.every)
	defer tick.Stop()
	for {
		was := well
		if well = n.healthy(); well {
			if _, err := n.notify(daemon.SdNotifyWatchdog); err != nil {
				n.log.Warn("could not pet the watchdog", "error", err)
			}
		} else if was {
			n.log.Error("not healthy: the watchdog is no longer petted and will start the program again")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
