// Command babymonitor is the monitor: one process that takes the camera's
// picture and the room's sound to the phones and brings their orders back.
//
// This package knows every room of the house and wires them; nothing knows it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// version is set when the program is linked.
var version = "unknown" // never changed

// supportEnd is the day until which this version gets updates, as 2028-12-31. A
// release sets it when the program is linked; "" is not known.
var supportEnd = "" // never changed

// usage is what `babymonitor help` prints.
const usage = `babymonitor: a baby monitor that parents trust

  babymonitor [run] [--sim] [--config FILE] [--data DIR]
              [--http ADDR] [--https ADDR] [--media-port N]
              [--world JSON]                   how the simulated nursery begins, as POST /api/sim takes it
  babymonitor doctor [--sim] [--config FILE]   probe every configured device
              [--try head|ircut|lamps|speaker|microphone]
                                               move, click, light, play or record it
  babymonitor user add NAME --role parent|viewer [--data DIR]
                                               password: first line of standard input
  babymonitor user list | user remove NAME     [--data DIR]
  babymonitor config check FILE                say what is wrong in a settings file
  babymonitor boot [--boot DIR] [--root DIR]   take over what is on the card's boot partition
  babymonitor boot --card                      bring the set-up code there
  babymonitor boot --country                   heed the Wi-Fi country that was chosen on the page
  babymonitor update FILE                      install a signed update (as root, on the image)
  babymonitor steward                          fulfil the monitor's wishes (as root, on the image)
  babymonitor version
`

// errUsage is a call that the program does not understand; the message has been
// printed.
var errUsage = errors.New("see babymonitor help")

// exitError ends the program with a code of its own.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }
func (e exitError) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(exitCode(command(ctx, os.Args[1:], os.Stdin, os.Stdout), os.Stderr))
}

// exitCode prints what ended the program and returns its exit code.
func exitCode(err error, to io.Writer) int {
	var exit exitError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &exit):
		if exit.err != nil {
			fmt.Fprintln(to, "babymonitor:", exit.err)
		}
		return exit.code
	case errors.Is(err, errUsage):
		fmt.Fprintln(to, "babymonitor:", err)
		return 2
	default:
		fmt.Fprintln(to, "babymonitor:", err)
		return 1
	}
}

// command runs what the arguments name.
func command(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	name := "run"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		name, args = args[0], args[1:]
	}
	switch name {
	case "run":
		return runCommand(ctx, args, out)
	case "doctor":
		return doctorCommand(ctx, args, out)
	case "user":
		return userCommand(args, in, out)
	case "config":
		return configCommand(args, out)
	case "boot":
		return bootCommand(ctx, args, out)
	case "update":
		return updateCommand(ctx, args, out)
	case "steward":
		return stewardCommand(ctx, args)
	case "version":
		fmt.Fprintln(out, "babymonitor", version, goVersion())
		return nil
	case "help":
		fmt.Fprint(out, usage)
		return nil
	default:
		return fmt.Errorf("there is no command %q: %w", name, errUsage)
	}
}

func goVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.GoVersion
	}
	return ""
}

// newFlags returns a flag set that prints the usage of the whole program.
func newFlags(name string, out io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(out)
	f.Usage = func() { fmt.Fprint(out, usage) }
	return f
}
