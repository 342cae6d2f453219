package mediaport

import (
	"encoding/binary"
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// segmentControl returns the control message that asks the kernel to cut a
// message into packets (UDP_SEGMENT, Linux 4.18 and later; see udp(7)): a
// header of length, level and type, then the size as 16 bits.
func segmentControl() []byte {
	oob := make([]byte, unix.CmsgSpace(2))
	word := (unix.CmsgLen(0) - 8) // the length field is as wide as a machine word
	if word == 8 {
		binary.NativeEndian.PutUint64(oob, uint64(unix.CmsgLen(2)))
	} else {
		binary.NativeEndian.PutUint32(oob, uint32(unix.CmsgLen(2)))
	}
	binary.NativeEndian.PutUint32(oob[word:], unix.SOL_UDP)
	binary.NativeEndian.PutUint32(oob[word+4:], unix.UDP_SEGMENT)
	return oob
}

// setSegmentSize writes the packets' size into the control message.
func setSegmentSize(oob []byte, size int) {
	binary.NativeEndian.PutUint16(oob[unix.CmsgLen(0):], uint16(size))
}

// canSegment tells whether the kernel knows UDP segmentation.
func canSegment(socket *net.UDPConn) bool {
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	known := false
	err = raw.Control(func(fd uintptr) {
		_, e := unix.GetsockoptInt(int(fd), unix.IPPROTO_UDP, unix.UDP_SEGMENT)
		known = e == nil
	})
	return err == nil && known
}

// refused tells whether err means that a message was not cut up but its packets
// may go one by one.
func refused(err error) bool { return errors.Is(err, unix.EINVAL) || cardCannot(err) }

// cardCannot tells whether err is that of a network card without checksum
// offload, on kernels before 6.11.
func cardCannot(err error) bool { return errors.Is(err, unix.EIO) }
