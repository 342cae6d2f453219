// Package v4l2 drives the kernel's video devices (Video for Linux 2) without
// cgo: cameras, and memory-to-memory H.264 encoders such as the Raspberry Pi's
// bcm2835-codec.
//
// [Open] finds a camera by path or by name. One that encodes by itself is
// passed through with a single copy of each access unit; any other hands its
// raw pictures to an encoder, which may be the kernel's own ([NewEncoder]).
//
// Terms, structures and numbers are those of the kernel's Linux Media
// Infrastructure userspace API, part I, and of linux/videodev2.h.
package v4l2
