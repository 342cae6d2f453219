package audio

// signs counts signs of life: progress, and failed attempts. It is for a
// watchdog, which knows no other way out of a driver that hangs for good.
func (d *device) signs() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.beats.Load() + int64(d.tries)
}

// Signs counts signs of life of the microphone, failed attempts to open it
// included. None is due where there is none.
func (e *Ear) Signs() (count int64, due bool) {
	return e.device.signs(), e.options.Microphone != nil
}

// Signs counts signs of life of the speaker, as [Ear.Signs].
func (v *Voice) Signs() (count int64, due bool) {
	return v.device.signs(), v.options.Speaker != nil
}
