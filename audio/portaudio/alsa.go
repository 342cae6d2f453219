package portaudio

/*
#cgo pkg-config: portaudio-2.0 alsa jack
#include <alsa/asoundlib.h>
#include <jack/jack.h>
#include <portaudio.h>
#include <pa_linux_alsa.h>

// The libraries below PortAudio write to standard error about each device that
// they try in vain. What matters comes back as an error.
static void say_nothing(const char *file, int line, const char *function, int err, const char *format, ...) {}
static void tell_nobody(const char *message) {}

// How the library begins a stream, up to what it does to close one. It has been
// so since version 19 began.
struct operations { PaError (*close)(PaStream *); };
struct representation {
	unsigned long magic;
	void *next;
	struct operations *operations;
};

static PaError close_anyway(PaStream *stream) {
	struct representation *r = stream;
	if (r->magic != 0x18273645) {
		return paBadStreamPtr;
	}
	return r->operations->close(stream);
}

static void hush(void) {
	snd_lib_error_set_handler(say_nothing);
	jack_set_error_function(tell_nobody);
	jack_set_info_function(tell_nobody);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"reflect"

	pa "github.com/gordonklaus/portaudio"
)

// hush keeps the chatter of ALSA and JACK out of the log.
func hush() { C.hush() }

// periods is into how many parts a card is to divide its buffer. Its counter
// moves only at their ends. With PortAudio's own 4 that would be each 40 ms, too
// rarely for the sound that waits here; with 16 and the buffers that are asked
// for it is each block.
const periods = 16

// fineCounters makes the cards that are opened from now on count finely.
func fineCounters() { C.PaAlsa_SetNumPeriods(periods) }

// closeStream closes a stream of ALSA even if its device has gone. PortAudio
// stops a stream before it closes it, and where that fails, as it does without a
// device, it gives up: the device would stay open for as long as the program
// runs, and its card could not come back as what it was.
func closeStream(s *pa.Stream) error {
	stream := reflect.ValueOf(s).Elem().FieldByName("paStream").UnsafePointer()
	err := s.Close()
	if err == nil || errors.Is(err, pa.BadStreamPtr) {
		return err
	}
	if code := C.close_anyway(stream); code != C.paNoError {
		return fmt.Errorf("the sound device stays open: %w", pa.Error(code))
	}
	return nil
}
