//go:build !linux

package mediaport

import (
	"net"
	"net/netip"
)

const controlSize = 0

func segmentControl() []byte                 { return nil }
func setSegmentSize([]byte, int)             {}
func sourceControl(netip.Addr, bool) []byte  { return nil }
func destination([]byte) netip.Addr          { return netip.Addr{} }
func prepare(*net.UDPConn) (dual, cuts bool) { return false, false }
func refused(error) bool                     { return false }
func cardCannot(error) bool                  { return false }
