//go:build !linux

package mediaport

import "net"

func segmentControl() []byte       { return nil }
func setSegmentSize([]byte, int)   {}
func canSegment(*net.UDPConn) bool { return false }
func refused(error) bool           { return false }
func cardCannot(error) bool        { return false }
