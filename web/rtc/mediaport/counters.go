package mediaport

import "sync/atomic"

// Counters is what has happened on a port since it was opened.
type Counters struct {
	Messages   uint64 // UDP messages handed to the kernel
	Packets    uint64 // UDP packets in them
	Bytes      uint64 // bytes of those packets
	Dropped    uint64 // packets lost because the network did not take them in time
	Received   uint64 // UDP packets received
	Garbage    uint64 // of these, dropped because they belong to no session
	Accepted   uint64 // TCP connections accepted
	Refused    uint64 // TCP connections refused because there are too many
	Segmenting bool   // whether the kernel cuts batches up by itself
}

type counts struct {
	Messages, Packets, Bytes, Dropped, Received, Garbage, Accepted, Refused atomic.Uint64
	segmenting                                                              atomic.Bool
}

func (c *counts) read() Counters {
	return Counters{
		Messages: c.Messages.Load(), Packets: c.Packets.Load(), Bytes: c.Bytes.Load(),
		Dropped: c.Dropped.Load(), Received: c.Received.Load(), Garbage: c.Garbage.Load(),
		Accepted: c.Accepted.Load(), Refused: c.Refused.Load(), Segmenting: c.segmenting.Load(),
	}
}
