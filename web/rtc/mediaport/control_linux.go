package mediaport

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Control messages (cmsg(3)) accompany packets: which of the machine's addresses
// a packet was sent to (IPV6_PKTINFO, IP_PKTINFO; ipv6(7), ip(7)), which one an
// answer leaves from, and into packets of which size the kernel cuts a message
// (UDP_SEGMENT, Linux 4.18 and later; udp(7)). Each has a header of its length,
// which is as wide as a machine word, its level and its type.

// controlSize is room for what comes with a packet.
const controlSize = 128

// headerLen and wordLen are the sizes of the header and of its first field.
func headerLen() int { return unix.CmsgLen(0) }
func wordLen() int   { return headerLen() - 8 }

// appendControl adds a message of this many zero bytes and returns those bytes.
func appendControl(oob []byte, level, kind, size int) (all, data []byte) {
	at := len(oob)
	oob = append(oob, make([]byte, unix.CmsgSpace(size))...)
	h := oob[at:]
	if wordLen() == 8 {
		binary.NativeEndian.PutUint64(h, uint64(unix.CmsgLen(size)))
	} else {
		binary.NativeEndian.PutUint32(h, uint32(unix.CmsgLen(size)))
	}
	binary.NativeEndian.PutUint32(h[wordLen():], uint32(level))
	binary.NativeEndian.PutUint32(h[wordLen()+4:], uint32(kind))
	return oob, h[headerLen() : headerLen()+size]
}

// segmentControl asks the kernel to cut a message up; setSegmentSize writes the
// size of the packets.
func segmentControl() []byte {
	oob, _ := appendControl(nil, unix.SOL_UDP, unix.UDP_SEGMENT, 2)
	return oob
}

func setSegmentSize(oob []byte, size int) {
	binary.NativeEndian.PutUint16(oob[headerLen():], uint16(size))
}

// sourceControl lets a message leave from an address of the machine. dual says
// that the socket is one for both families.
func sourceControl(from netip.Addr, dual bool) []byte {
	if !from.IsValid() {
		return nil
	}
	if !dual {
		oob, data := appendControl(nil, unix.IPPROTO_IP, unix.IP_PKTINFO, 12) // interface, source, unused
		a := from.Unmap().As4()
		copy(data[4:], a[:])
		return oob
	}
	oob, data := appendControl(nil, unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, 20) // address, interface
	a := from.As16()
	copy(data, a[:])
	return oob
}

// destination finds the address that a packet was sent to; the zero Addr where
// the kernel does not tell.
func destination(oob []byte) netip.Addr {
	for len(oob) >= headerLen() {
		size := int(binary.NativeEndian.Uint32(oob)) // no message is so long that the upper half matters
		if wordLen() == 8 {
			size = int(binary.NativeEndian.Uint64(oob))
		}
		if size < headerLen() || size > len(oob) {
			break
		}
		data := oob[headerLen():size]
		switch level, kind := binary.NativeEndian.Uint32(oob[wordLen():]), binary.NativeEndian.Uint32(oob[wordLen()+4:]); {
		case level == unix.IPPROTO_IPV6 && kind == unix.IPV6_PKTINFO && len(data) >= 16:
			return netip.AddrFrom16([16]byte(data[:16])).Unmap()
		case level == unix.IPPROTO_IP && kind == unix.IP_PKTINFO && len(data) >= 12:
			return netip.AddrFrom4([4]byte(data[8:12]))
		}
		oob = oob[min(unix.CmsgSpace(size-headerLen()), len(oob)):]
	}
	return netip.Addr{}
}

// prepare sets the socket up. It tells whether it serves both families and
// whether the kernel knows segmentation.
func prepare(socket *net.UDPConn) (dual, segments bool) {
	raw, err := socket.SyscallConn()
	if err != nil {
		return false, false
	}
	_ = raw.Control(func(fd uintptr) {
		_, e := unix.GetsockoptInt(int(fd), unix.IPPROTO_UDP, unix.UDP_SEGMENT)
		segments = e == nil
		if domain, e := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN); e == nil && domain == unix.AF_INET6 {
			dual = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1) == nil
		} else {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_PKTINFO, 1)
		}
	})
	return dual, segments
}

// refused tells whether err means that a message was not cut up but its packets
// may go one by one.
func refused(err error) bool { return errors.Is(err, unix.EINVAL) || cardCannot(err) }

// cardCannot tells whether err is that of a network card without checksum
// offload, on kernels before 6.11.
func cardCannot(err error) bool { return errors.Is(err, unix.EIO) }
