package v4l2

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// This file is what the fake does with buffers and controls.

// held is a queued buffer as the fake keeps it.
func (h *handle) queue(b *buffer) unix.Errno {
	q := h.queues[b.typ]
	held := *b
	held.m = *h.place(b)
	if b.typ.mplane() {
		held.bytesused = (*plane)(*(*unsafe.Pointer)(unsafe.Pointer(&b.m))).bytesused
	}
	if b.memory == memoryDMABuf && (h.refuseShared || h.k.memory[int(held.m)] == nil) {
		return unix.EINVAL
	}
	q.queued = append(q.queued, held)
	h.work()
	return 0
}

func (h *handle) dequeue(b *buffer) unix.Errno {
	if h.failAfter > 0 && h.n >= h.failAfter {
		return h.fail
	}
	if h.fed && arrived() {
		h.quota++
		h.work()
	}
	q := h.queues[b.typ]
	if len(q.done) == 0 {
		return unix.EAGAIN
	}
	done := q.done[0]
	q.done = q.done[1:]
	if !h.fed && (b.typ == capture || b.typ == captureMplane) {
		_, _ = unix.Read(h.fd, make([]byte, 8))
	}
	m := b.m
	if b.typ.mplane() {
		(*plane)(*(*unsafe.Pointer)(unsafe.Pointer(&b.m))).bytesused = done.bytesused
	}
	*b = done
	b.m = m
	return 0
}

func (h *handle) streamOff(t bufType) {
	q := h.queues[t]
	if q == nil {
		return
	}
	if t == capture || t == captureMplane {
		for range q.done {
			if !h.fed {
				_, _ = unix.Read(h.fd, make([]byte, 8))
			}
		}
		h.sinceI = 0 // an encoder begins anew
		h.headers = false
	}
	q.on, q.queued, q.done = false, nil, nil
}

// work makes pictures as long as there are buffers.
func (h *handle) work() {
	t := capture
	if h.queues[captureMplane] != nil {
		t = captureMplane
	}
	out, in := h.queues[t], h.queues[output]
	if in == nil {
		in = h.queues[outputMplane]
	}
	encodes := h.caps&(capM2M|capM2MMplane) != 0
	for out != nil && out.on && len(out.queued) > 0 {
		if encodes && (in == nil || !in.on || len(in.queued) == 0) {
			return
		}
		if h.hangAfter > 0 && h.n >= h.hangAfter || h.fed && h.quota == 0 {
			return
		}
		h.quota--
		b := out.queued[0]
		out.queued = out.queued[1:]
		b.flags |= flagTimestampMono
		var now unix.Timespec
		_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
		b.sec, b.usec = int64(now.Sec), int64(now.Nsec)/1000
		headersOnly := false
		if f := h.formats[t]; f.format != fmtH264 {
			b.bytesused = uint32(h.fill(h.n, f, out.memory[b.index]))
		} else {
			headersOnly = h.encode(&b, out.memory[b.index])
		}
		if h.spoil[h.n] > 0 {
			h.spoil[h.n]--
			b.flags |= flagError
		}
		if encodes && !headersOnly {
			raw := in.queued[0]
			in.queued, in.done = in.queued[1:], append(in.done, raw)
			b.sec, b.usec = raw.sec, raw.usec
			if raw.memory == memoryDMABuf {
				h.lastLuma = h.k.memory[int(raw.m)][0]
			} else {
				h.lastLuma = in.memory[raw.index][0]
			}
		}
		if !headersOnly {
			h.n++
		}
		out.done = append(out.done, b)
		if !h.fed {
			_, _ = unix.Write(h.fd, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		}
		if h.failAfter > 0 && h.n >= h.failAfter {
			return
		}
	}
}

// encode writes what looks like the next access unit. It reports whether that
// were the parameter sets alone.
func (h *handle) encode(b *buffer, to []byte) (headersOnly bool) {
	sets := []byte{0, 0, 0, 1, 0x67, 66, 0xc0, 30, 0, 0, 0, 1, 0x68, 0xce}
	period := int32(60)
	if c := h.controls[cidIPeriod]; c != nil {
		period = c.value
	}
	force := h.controls[cidForceKey]
	key := h.sinceI == 0 || h.sinceI >= int(period) || force != nil && force.sets > 0
	at := 0
	if h.headersApart && !h.headers {
		h.headers = true
		b.bytesused = uint32(copy(to, sets))
		return true
	}
	if repeat := h.controls[cidRepeatHeader]; key && !h.headersApart && (!h.headers || repeat != nil && repeat.value == 1) {
		h.headers = true
		at += copy(to, sets)
	}
	slice := byte(0x41)
	if key {
		slice, h.sinceI = 0x65, 0
		if force != nil {
			force.sets = 0
		}
		b.flags |= flagKeyframe
	}
	h.sinceI++
	size := 1000
	if c := h.controls[cidBitrate]; c != nil {
		size = int(c.value) / 30 / 8
	}
	at += copy(to[at:], []byte{0, 0, 1, slice, 0x88})
	size = min(size, len(to)-at)
	if !h.still {
		for i := range size {
			to[at+i] = 0x55
		}
	} else {
		for ; at < 32; at++ { // whatever lay where the headers now end
			to[at] = 0x55
		}
		if !h.filled[b.index] {
			copy(to[at:], noise(size))
			h.filled[b.index] = true
		}
	}
	b.bytesused = uint32(at + size)
	return false
}

// control answers the requests about controls.
func (h *handle) control(request uintptr, arg unsafe.Pointer) unix.Errno {
	switch request {
	case vidiocQueryctrl:
		q := (*queryctrl)(arg)
		c, ok := h.controls[cid(q.id)]
		if !ok {
			return unix.EINVAL
		}
		id := q.id
		*q = c.queryctrl
		q.id = id
	case vidiocQuerymenu:
		m := (*querymenu)(arg)
		c := h.controls[cid(m.id)]
		if int(m.index) >= len(c.menu) {
			return unix.EINVAL
		}
		binary.LittleEndian.PutUint64(m.value[:], uint64(c.menu[m.index]))
	case vidiocSCtrl:
		s := (*control)(arg)
		c, ok := h.controls[cid(s.id)]
		if !ok || s.value < c.min || s.value > c.max {
			return unix.ERANGE
		}
		c.value = s.value
		c.sets++
	default:
		return unix.ENOTTY
	}
	return 0
}

// ctl makes a control with this range.
func ctl(min, max, step, def int32) *fakeControl {
	return &fakeControl{queryctrl: queryctrl{min: min, max: max, step: step, def: def}, value: def}
}

// menu makes a control of named entries.
func menu(min, max, def int32) *fakeControl {
	c := ctl(min, max, 1, def)
	c.typ = typeMenu
	return c
}
