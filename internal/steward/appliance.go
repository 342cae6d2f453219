package steward

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Appliance is the board that was flashed with the image.
type Appliance struct {
	// ResetMark is made to have everything forgotten when the board starts; ""
	// is /data/factory-reset.
	ResetMark string
	// Systemctl is the program that restarts the board; "" is systemctl.
	Systemctl string
}

// Reboot implements [System].
func (a Appliance) Reboot(ctx context.Context) error {
	name := a.Systemctl
	if name == "" {
		name = "systemctl"
	}
	if out, err := exec.CommandContext(ctx, name, "reboot").CombinedOutput(); err != nil {
		return fmt.Errorf("the board cannot be restarted: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Reset implements [System].
func (a Appliance) Reset(ctx context.Context) error {
	mark := a.ResetMark
	if mark == "" {
		mark = "/data/factory-reset"
	}
	f, err := os.OpenFile(mark, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = f.Sync()
		f.Close()
	}
	if err != nil {
		return fmt.Errorf("the wish to forget everything cannot be kept, so the monitor stays as it is: %w", err)
	}
	return a.Reboot(ctx)
}
