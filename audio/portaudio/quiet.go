package portaudio

/*
#cgo pkg-config: alsa jack
#include <alsa/asoundlib.h>
#include <jack/jack.h>

// The libraries below PortAudio write to standard error about each device that
// they try in vain. What matters comes back as an error.
static void say_nothing(const char *file, int line, const char *function, int err, const char *format, ...) {}
static void tell_nobody(const char *message) {}

static void hush(void) {
	snd_lib_error_set_handler(say_nothing);
	jack_set_error_function(tell_nobody);
	jack_set_info_function(tell_nobody);
}
*/
import "C"

// hush keeps the chatter of ALSA and JACK out of the log.
func hush() { C.hush() }
