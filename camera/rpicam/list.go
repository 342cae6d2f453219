package rpicam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"time"
)

// List asks rpicam-vid (command, "" for the one in the path) which cameras are
// connected. The error says why there are none.
func List(ctx context.Context, command string) ([]string, error) {
	if command == "" {
		command = "rpicam-vid"
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, command, "--list-cameras").CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s is not installed: install the package rpicam-apps-lite", command)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s does not answer: %w", command, ctx.Err())
	}
	cameras := parseList(out)
	if len(cameras) > 0 {
		return cameras, nil
	}
	said := complaints{last: []string{"no cameras available"}}
	if err == nil {
		err = errors.New("rpicam-vid lists none")
	}
	return nil, said.explain(err)
}

// listed is a line of the list, such as "0 : ov5647 [2592x1944] (/base/…)".
var listed = regexp.MustCompile(`(?m)^\d+ : (\S+)`)

func parseList(out []byte) (cameras []string) {
	for _, m := range listed.FindAllSubmatch(out, -1) {
		cameras = append(cameras, string(m[1]))
	}
	return cameras
}
