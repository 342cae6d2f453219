package portaudio

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// server is a private PulseAudio, the sound cards of a machine without any.
// What is played on "room" is heard by the microphone "room".
type server struct {
	t      *testing.T
	module string // of the sink
}

// sinkOptions: without norewinds the first two seconds are not heard.
const sinkOptions = "module-null-sink sink_name=room rate=48000 norewinds=1"

const asoundrc = `
pcm.room_mic { type pulse server "unix:%[1]s" device "room.monitor" hint { show on description "room mic" } }
pcm.room_speaker { type pulse server "unix:%[1]s" device "room" hint { show on description "room speaker" } }
`

// pulse starts a PulseAudio in a home of its own, or skips the test where there
// is none and CI is not set.
func pulse(t *testing.T) *server {
	t.Helper()
	for _, program := range []string{"pulseaudio", "pactl"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("CI tests PortAudio with %s: apt-get install pulseaudio pulseaudio-utils libasound2-plugins", program)
			}
			t.Skipf("PORTAUDIO IS NOT TESTED: there is no %s; apt-get install pulseaudio pulseaudio-utils libasound2-plugins", program)
		}
	}
	home, err := os.MkdirTemp("", "sound") // short: a socket's path has 108 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	socket := filepath.Join(home, "socket")
	if err := os.WriteFile(filepath.Join(home, ".asoundrc"), fmt.Appendf(nil, asoundrc, socket), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("XDG_RUNTIME_DIR", home)
	t.Setenv("PULSE_SERVER", "unix:"+socket)
	s := &server{t: t}
	s.start(socket)
	s.plug()
	return s
}

func (s *server) start(socket string) {
	s.t.Helper()
	daemon := exec.Command("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
		"--disable-shm", "--log-level=error", "-L", "module-native-protocol-unix auth-anonymous=1 socket="+socket)
	daemon.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS=disabled:", "DBUS_SYSTEM_BUS_ADDRESS=disabled:")
	if err := daemon.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		daemon.Process.Kill()
		daemon.Wait()
	})
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for exec.Command("pactl", "info").Run() != nil {
		select {
		case <-ctx.Done():
			s.t.Fatal("PulseAudio does not start")
		case <-tick.C:
		}
	}
}

// plug makes the sound card.
func (s *server) plug() {
	s.t.Helper()
	s.module = s.pactl(append([]string{"load-module"}, strings.Fields(sinkOptions)...)...)
}

// unplug takes it away.
func (s *server) unplug() { s.pactl("unload-module", s.module) }

func (s *server) pactl(args ...string) string {
	s.t.Helper()
	out, err := exec.Command("pactl", args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("pactl %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}
