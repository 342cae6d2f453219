package v4l2

import (
	"maps"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fakeKernel answers as the kernel does for the devices in it. Its descriptors
// are eventfds that count the buffers that can be taken, so that they poll like
// a device.
type fakeKernel struct {
	mu      sync.Mutex
	devices map[string]*fakeDevice
	open_   map[int]*handle
	memory  map[int][]byte // by the descriptors that EXPBUF made
}

func newFake(devices map[string]*fakeDevice) *fakeKernel {
	return &fakeKernel{devices: devices, open_: map[int]*handle{}, memory: map[int][]byte{}}
}

func (k *fakeKernel) paths() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Sorted(maps.Keys(k.devices))
}

// fakeDevice says what a device is and how it misbehaves.
type fakeDevice struct {
	name, driver, bus string
	caps              uint32
	formats           map[bufType][]fourcc
	rates             map[fourcc]uint32 // fastest, where told
	controls          map[cid]*fakeControl
	stride            func(width int) int // bytes a line; nil: packed
	headersApart      bool                // coded: parameter sets in a buffer of their own
	refuseShared      bool                // QBUF of memoryDMABuf fails
	noExport          bool
	fill              func(n int, l layout, b []byte) int // raw: writes picture n, returns its bytes

	fed   bool // camera: pictures come when standard input says so (see journey_test.go)
	still bool // pictures lie in the buffers already, once each was filled

	failAfter int // pictures until DQBUF fails with fail
	fail      unix.Errno
	hangAfter int         // pictures until nothing comes any more
	spoil     map[int]int // pictures by number that come with an error flag
	lastLuma  byte        // first byte of the picture that the encoder has read
	starts    int
}

type fakeControl struct {
	queryctrl
	value int32
	menu  []int64
	sets  int
}

// handle is an open device.
type handle struct {
	*fakeDevice
	k       *fakeKernel
	fd      int
	formats map[bufType]layout
	queues  map[bufType]*fakeQueue
	n       int             // pictures made
	quota   int             // pictures that a fed camera may make
	filled  map[uint32]bool // buffers by index, where still
	sinceI  int
	headers bool // have been sent
}

type fakeQueue struct {
	memory [][]byte
	queued []buffer
	done   []buffer
	on     bool
}

func (k *fakeKernel) open(path string) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d, ok := k.devices[path]
	if !ok {
		return -1, unix.ENOENT
	}
	var fd int
	var err error
	if d.fed {
		fd, err = unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 3)
	} else {
		fd, err = unix.Eventfd(0, unix.EFD_SEMAPHORE|unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	}
	if err == nil {
		k.open_[fd] = &handle{fakeDevice: d, k: k, fd: fd, formats: map[bufType]layout{}, queues: map[bufType]*fakeQueue{}, filled: map[uint32]bool{}}
	}
	return fd, err
}

func (k *fakeKernel) mmap(fd int, offset int64, length int) ([]byte, error) {
	b, err := unix.Mmap(-1, 0, length, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open_[fd].queues[bufType(offset>>24)].memory[offset>>16&0xff] = b
	return b, err
}

func (k *fakeKernel) ioctl(fd int, request uintptr, arg unsafe.Pointer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	h := k.open_[fd]
	errno := unix.Errno(0)
	switch request {
	case vidiocQuerycap:
		c := (*capability)(arg)
		copy(c.card[:], h.name)
		copy(c.driver[:], h.driver)
		copy(c.bus[:], h.bus)
		c.capabilities, c.deviceCaps = 0xffffffff, h.caps
	case vidiocEnumFmt:
		errno = h.enumFormats((*fmtdesc)(arg))
	case vidiocSFmt, vidiocTryFmt:
		errno = h.setFormat((*format)(arg), request == vidiocSFmt)
	case vidiocSParm:
	case vidiocEnumPeriods:
		e := (*frmivalenum)(arg)
		rate, ok := h.rates[e.pixelformat]
		if !ok || e.index > 0 {
			return unix.EINVAL
		}
		e.typ, e.interval[0] = discrete, fraction{1, rate}
	case vidiocReqbufs:
		errno = h.request((*requestbuffers)(arg))
	case vidiocQuerybuf:
		b := (*buffer)(arg)
		*h.place(b), *h.length(b) = uintptr(b.typ)<<24|uintptr(b.index)<<16, uint32(h.formats[b.typ].size)
	case vidiocExpbuf:
		errno = h.export((*exportbuffer)(arg))
	case vidiocQbuf:
		errno = h.queue((*buffer)(arg))
	case vidiocDqbuf:
		errno = h.dequeue((*buffer)(arg))
	case vidiocStreamon:
		h.queues[*(*bufType)(arg)].on = true
		h.starts++
		h.work()
	case vidiocStreamoff:
		h.streamOff(*(*bufType)(arg))
	default:
		errno = h.control(request, arg)
	}
	if errno != 0 {
		return errno
	}
	return nil
}

func (h *handle) enumFormats(f *fmtdesc) unix.Errno {
	all := h.fakeDevice.formats[f.typ]
	if int(f.index) >= len(all) {
		return unix.EINVAL
	}
	f.pixelformat = all[f.index]
	return 0
}

func (h *handle) setFormat(f *format, keep bool) unix.Errno {
	var l layout
	if f.typ.mplane() {
		l.format, l.width, l.height = f.mplane().pixelformat, int(f.mplane().width), int(f.mplane().height)
	} else {
		l.format, l.width, l.height = f.pix().pixelformat, int(f.pix().width), int(f.pix().height)
	}
	if !slices.Contains(h.fakeDevice.formats[f.typ], l.format) {
		l.format = h.fakeDevice.formats[f.typ][0]
	}
	l.stride = l.width
	if l.format == fmtYUYV || l.format == fmtUYVY {
		l.stride = 2 * l.width
	}
	if h.stride != nil {
		l.stride = h.stride(l.stride)
	}
	l.size = max(l.stride*l.height*2, 64<<10)
	if f.typ.mplane() {
		*f.mplane() = pixFormatMplane{width: uint32(l.width), height: uint32(l.height), pixelformat: l.format, numPlanes: 1}
		f.mplane().planes[0] = planeFormat{sizeimage: uint32(l.size), bytesperline: uint32(l.stride)}
	} else {
		*f.pix() = pixFormat{width: uint32(l.width), height: uint32(l.height), pixelformat: l.format, sizeimage: uint32(l.size), bytesperline: uint32(l.stride)}
	}
	if keep {
		h.formats[f.typ] = l
	}
	return 0
}

func (h *handle) request(r *requestbuffers) unix.Errno {
	if r.count == 0 {
		delete(h.queues, r.typ)
		return 0
	}
	h.queues[r.typ] = &fakeQueue{memory: make([][]byte, r.count)}
	return 0
}

// place and length are where a buffer says what lies where.
func (h *handle) place(b *buffer) *uintptr {
	if b.typ.mplane() {
		return &(*plane)(*(*unsafe.Pointer)(unsafe.Pointer(&b.m))).m
	}
	return &b.m
}

func (h *handle) length(b *buffer) *uint32 {
	if b.typ.mplane() {
		return &(*plane)(*(*unsafe.Pointer)(unsafe.Pointer(&b.m))).length
	}
	return &b.length
}

func (h *handle) export(e *exportbuffer) unix.Errno {
	if h.noExport {
		return unix.ENOTTY
	}
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return unix.EMFILE
	}
	e.fd = int32(fd)
	h.k.memory[fd] = h.queues[e.typ].memory[e.index]
	return 0
}
