package web

import (
	"os"

	"github.com/coreos/go-systemd/v22/activation"
)

// Inherited are the sockets that a service manager has opened for the program
// before it started (systemd.socket(5)), so that it needs no right to open low
// ports. The zero value has none. They last as long as the program does.
type Inherited struct{ http, https *os.File }

// Inherit takes the sockets named "http" and "https" over from the environment,
// where there are any. It must be called once, before others start processes.
func Inherit() Inherited {
	var i Inherited
	for _, f := range activation.Files(true) {
		switch f.Name() {
		case "http":
			i.http = f
		case "https":
			i.https = f
		default:
			f.Close()
		}
	}
	return i
}

// Any says whether there is a socket.
func (i Inherited) Any() bool { return i.http != nil || i.https != nil }

// Missing names the doors without a socket: what a service manager could not
// open, since another program has the port.
func (i Inherited) Missing() (doors []string) {
	if i.http == nil {
		doors = append(doors, "http")
	}
	if i.https == nil {
		doors = append(doors, "https")
	}
	return doors
}
