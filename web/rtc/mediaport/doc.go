// Package mediaport is the one UDP and one TCP port that all phones' media goes
// through (ICE, RFC 8445; ICE over TCP, RFC 6544; framing of RFC 4571).
//
// Whoever sends many packets in a row corks the port first: packets to the same
// phone are then handed to the kernel as one message that it cuts up by itself
// (UDP generic segmentation offload), which saves most of the cost of sending.
// Where the kernel or the network card cannot do it, packets leave one by one.
//
// Strangers can send anything to an open port. What is not for a known session
// is dropped and counted, and connections are bounded in number and in time.
package mediaport
